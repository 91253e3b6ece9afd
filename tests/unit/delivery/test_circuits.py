"""A Slack that does not answer is left alone for a while, and then asked by a few."""

from incidentbot.delivery.circuits import OPENS_AFTER, PROBES, Circuits


def broken(times: int = OPENS_AFTER, at: float = 0.0) -> Circuits:
    circuits = Circuits()
    for _ in range(times):
        circuits.silent("T1", at)
    return circuits


def test_a_few_failures_are_a_messages_own_trouble() -> None:
    assert broken(OPENS_AFTER - 1).quotas(0.0, {}) == {}


def test_after_failures_in_a_row_nothing_is_sent_for_a_while() -> None:
    assert broken().quotas(0.1, {}) == {"T1": 0}


def test_after_the_rest_a_few_ask_and_those_on_their_way_count() -> None:
    circuits = broken()
    assert circuits.quotas(60.0, {}) == {"T1": PROBES}
    assert circuits.quotas(60.0, {"T1": 3}) == {"T1": PROBES - 3}
    assert circuits.quotas(60.0, {"T1": 9}) == {"T1": 0}


def test_one_answer_ends_it() -> None:
    circuits = broken()
    circuits.answered("T1")
    assert circuits.quotas(0.1, {}) == {}


def test_rests_grow_but_stay_short_enough_to_catch_up_in_time() -> None:
    circuits = broken()
    rests = []
    now = 0.0
    for _ in range(12):
        started = now
        while circuits.quotas(now, {})["T1"] == 0:
            now += 0.25
        rests.append(now - started)
        circuits.silent("T1", now)
    assert rests == sorted(rests)
    assert rests[-1] == 15.0


def test_one_workspace_that_does_not_answer_spares_no_other() -> None:
    circuits = broken()
    circuits.silent("T2", 0.0)
    assert set(circuits.quotas(0.1, {})) == {"T1"}
