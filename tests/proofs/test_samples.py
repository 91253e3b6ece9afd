"""A short sample of each proof; `make prove-change` and `make prove` run the same code for longer."""

import pytest

from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import Escaped, fill
from incidentbot.web.access import ACCESS
from tests.proofs import (
    forgeries,
    fuzz,
    histories,
    injection,
    kills,
    machine,
    orderings,
    outages,
    pairs,
    processes,
    races,
    restarts,
    sight_outages,
)
from tests.proofs.budget import Budget, NotHeld
from tests.proofs.checker import check, nothing_is_given_up
from tests.proofs.planted import no_compare_and_set


def test_killed_workers(database_url: str) -> None:
    assert kills.run(1, Budget(6), database_url)["kills"] == 6


def test_killed_processes(postgresql_url: str) -> None:
    assert processes.run(1, Budget(1), postgresql_url)["processes killed"] == 1


def test_a_process_is_replaced_while_people_ask(postgresql_url: str) -> None:
    figures = restarts.run(1, Budget(1), postgresql_url)
    assert figures["processes replaced"] == 1
    assert figures["requests"] > 0


def test_slack_is_away_for_two_minutes() -> None:
    assert outages.run(3, Budget(1), minutes=2, acts=12)["outages"] == 1


def test_after_a_few_seconds_without_slack_what_waited_goes_as_fast_as_its_limits_allow() -> None:
    history, ideal, drained = outages.outage(1, "503", minutes=0.25, acts=12)
    assert check(history, nothing_is_given_up) == []
    assert drained <= ideal


def test_nopesight_is_away_for_three_minutes() -> None:
    assert sight_outages.run(1, Budget(1), minutes=3, incidents=3)["told afterwards"] == 6


def test_a_second_death_while_the_first_is_mended() -> None:
    assert pairs.run(1, Budget(2)) == {"pairs": 2, "deaths": 4}


def test_races_have_one_winner(database_url: str) -> None:
    assert races.run(1, Budget(10), database_url)["races"] == 10


def test_cut_lines_leave_histories_that_fit_an_order(database_url: str) -> None:
    assert histories.run(1, Budget(2), database_url)["histories"] == 2


def test_the_service_does_as_its_model(database_url: str) -> None:
    assert machine.run(1, Budget(50), database_url)["steps"] >= 50


def test_deliveries_in_any_order_end_alike() -> None:
    assert orderings.run(1, Budget(10))["orderings"] == 10


def test_spoilt_requests_over_every_path(database_url: str) -> None:
    figures = fuzz.run(1, Budget(400), database_url)
    assert figures["paths"] == len(ACCESS)
    assert figures["taken"] > 40


def test_no_forged_request_is_taken() -> None:
    assert forgeries.run(1, Budget(2_000))["forgeries"] > 1_500


def test_what_strangers_write_stays_text_wherever_it_is_shown() -> None:
    assert injection.run(1, Budget(12))["messages"] > 500


@pytest.mark.parametrize(
    "live", ("<!channel>", "<@U0EVIL0001>", "<https://evil.example|bank>", "<!date^9^{date}^https://evil.example|now>")
)
def test_what_lives_in_a_message_is_found(live: str) -> None:
    assert injection.alive(Message(Escaped(f"x {live}")))
    block = {"type": "section", "text": {"type": "mrkdwn", "text": live}}
    assert injection.alive(Message(fill("x"), (block,)))


def test_without_compare_and_set_a_race_has_no_single_winner(postgresql_url: str) -> None:
    bug = no_compare_and_set()
    with pytest.raises(NotHeld):
        races.run(1, Budget(200), postgresql_url, bug)
    assert bug.was_planted()
