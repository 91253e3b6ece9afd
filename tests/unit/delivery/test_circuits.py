"""A Slack that does not answer is left alone for a while, and then asked by one at a time."""

import pytest

from incidentbot.delivery.circuits import LONGEST, OPENS_AFTER, SHORTEST, Circuits
from incidentbot.store.effects import Sort

POST: Sort = ("T1", "entry", False, "C1")
LOOK_UP: Sort = ("T1", "entry", True, "C1")


def broken(times: int = OPENS_AFTER, at: float = 0.0) -> Circuits:
    circuits = Circuits()
    for _ in range(times):
        circuits.silent("T1", at, at, POST)
    return circuits


def test_a_few_failures_are_a_messages_own_trouble() -> None:
    circuits = broken(OPENS_AFTER - 1)
    assert circuits.quotas(0.0, {}) == {}
    assert circuits.rest(0.0) is None
    assert not circuits.in_vain()
    assert not circuits.answered("T1")


def test_after_failures_in_a_row_nothing_is_sent_for_a_while() -> None:
    circuits = broken()
    assert circuits.quotas(0.1, {}) == {"T1": 0}
    assert circuits.rest(0.1) == SHORTEST - 0.1


def test_after_the_rest_one_asks_and_one_on_its_way_counts() -> None:
    circuits = broken()
    assert circuits.rest(60.0) is None
    assert circuits.quotas(60.0, {}) == {"T1": 1}
    assert circuits.quotas(60.0, {"T1": 1}) == {"T1": 0}


def test_one_answer_ends_it() -> None:
    circuits = broken()
    assert circuits.answered("T1")
    assert circuits.quotas(0.1, {}) == {}
    assert not circuits.answered("T1")


@pytest.mark.parametrize("away", (1.0, 15.0, 60.0, 72 * 3_600.0))
def test_that_slack_is_back_is_seen_within_a_tenth_of_the_time_and_within_ten_seconds(away: float) -> None:
    circuits, now = broken(), 0.0
    while now < away:
        now += circuits.rest(now) or 0.0
        circuits.silent("T1", now, now, POST)
    assert (circuits.rest(now) or 0.0) <= min(LONGEST, max(SHORTEST, now * 0.11))


def test_after_a_call_that_hung_the_next_one_asks_at_once() -> None:
    circuits = broken()
    circuits.silent("T1", 100.0, 90.0, POST)
    assert circuits.quotas(100.0, {}) == {"T1": 1}


def test_who_asked_in_vain_lets_others_ask_until_everybody_has() -> None:
    circuits = broken()
    circuits.silent("T1", 1.0, 1.0, LOOK_UP)
    assert circuits.in_vain() == {POST, LOOK_UP}
    circuits.nobody_else()
    assert not circuits.in_vain()


def test_one_workspace_that_does_not_answer_spares_no_other() -> None:
    circuits = broken()
    circuits.silent("T2", 0.0, 0.0, POST)
    assert set(circuits.quotas(0.1, {})) == {"T1"}
