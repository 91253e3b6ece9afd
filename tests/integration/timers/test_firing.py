"""Timers of an incident: what fires when, who is told, and what makes a timer moot."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from incidentbot.domain.incident import Edit
from incidentbot.domain.lifecycle import State
from incidentbot.domain.outcome import Outcome
from incidentbot.domain.people import Person
from incidentbot.domain.severity import Severity
from incidentbot.store.tables import timers
from incidentbot.usecases import acknowledge, add_note, invite, reopen, resolve, unacknowledge, update
from incidentbot.usecases.fire import fire_due
from tests.integration.timers.conftest import TEAM, Desk


def test_nobody_acknowledges_so_the_thread_and_the_owners_are_reminded(desk: Desk) -> None:
    desk.open(assignee="UANA")
    desk.do(invite, "INC-1", ("UBEN",))
    assert desk.later(minutes=4, seconds=59) == []
    assert desk.later(seconds=1) == ["remind"]
    kind, data = desk.last()
    assert (kind, data["about"], data["minutes"], data["people"]) == ("reminder", "unacknowledged", 5, ["UANA", "UBEN"])
    assert desk.told_directly() == [("invitation", "UBEN"), ("reminder", "UANA"), ("reminder", "UBEN")]


def test_a_reminder_comes_again_after_twice_the_time_and_at_last_no_more(quick_desk: Desk) -> None:
    quick_desk.open(Severity.HIGH)
    fired = [minute for minute in range(0, 2_000, 5) if quick_desk.later(minutes=5 if minute else 0)]
    assert fired == [15, 45, 105, 225, 465, 945]


@pytest.mark.parametrize("moot", (acknowledge, resolve))
def test_a_timer_is_gone_in_the_commit_that_takes_its_reason(desk: Desk, moot: Callable[..., Outcome]) -> None:
    desk.open()
    desk.do(moot, "INC-1")
    assert set(desk.due_in()) == ({"expire", "nudge"} if moot is acknowledge else set())
    assert desk.later(minutes=25) == []


def test_what_is_opened_again_has_its_timers_anew(desk: Desk) -> None:
    desk.open()
    assert desk.later(minutes=5) == ["remind"]
    desk.do(resolve, "INC-1")
    desk.clock.at = desk.clock.at.replace(hour=20)
    desk.do(reopen, "INC-1")
    assert desk.due_in() == {"remind": 5, "escalate": 20}
    assert desk.entries()[-1].kind == "reopened"


def test_escalation_goes_on_step_by_step_past_whom_nobody_is_called_and_says_when_it_ends(desk: Desk) -> None:
    desk.open()
    assert desk.later(minutes=20) == ["escalate"]
    assert desk.last()[1]["people"] == ["UBEN"]
    assert ("invitation", "UBEN") in desk.told_directly()
    assert desk.later(minutes=20) == ["escalate", "escalate"]
    (_, nobody), (_, group) = [(one.kind, one.data) for one in desk.entries()[-2:]]
    assert (nobody["step"], nobody["people"], nobody["unreached"]) == (2, ["@nobody"], True)
    assert (group["step"], group["of"], group["people"]) == (3, 3, ["S0ONCALL"])
    assert {("invitation", "UCYD"), ("invitation", "UDEE")} < set(desk.told_directly())
    assert "escalate" not in desk.due_in()


def test_a_step_whose_person_left_is_told_as_that_and_the_next_one_follows(quick_desk: Desk) -> None:
    with quick_desk.store.begin(TEAM) as tx:
        tx.people.save(Person("UBEN", "Ben", deleted=True), tx.now)
    quick_desk.open()
    assert quick_desk.later(minutes=20) == ["escalate"] * 3
    assert [one.data.get("unreached", False) for one in quick_desk.entries()[-3:]] == [True, True, False]


def test_whoever_is_in_already_is_reminded_when_it_is_escalated_to_them(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.do(invite, "INC-1", ("UBEN",))
    quick_desk.later(minutes=20)
    assert quick_desk.told_directly() == [("invitation", "UBEN"), ("reminder", "UBEN")]


def test_an_acknowledgement_ends_after_a_notice_and_everything_begins_anew(desk: Desk) -> None:
    desk.open()
    desk.do(acknowledge, "INC-1")
    assert desk.later(hours=3, minutes=44) == ["nudge"]
    assert desk.later(minutes=1) == ["expire"]
    assert (desk.last()[1]["about"], desk.last()[1]["people"]) == ("expiring", ["UANA"])
    assert desk.later(minutes=15) == ["expire"]
    assert desk.last()[0] == "unacknowledged"
    assert desk.due_in() == {"remind": 5, "escalate": 20}


def test_a_word_of_a_person_puts_the_nudge_off_and_a_timers_own_does_not(desk: Desk) -> None:
    desk.open()
    desk.do(acknowledge, "INC-1")
    desk.later(minutes=29)
    desk.do(add_note, "INC-1", "looking")
    assert desk.later(minutes=29) == []
    assert desk.later(minutes=1) == ["nudge"]
    assert (desk.last()[1]["about"], desk.last()[1]["minutes"]) == ("no_update", 30)
    assert desk.due_in()["nudge"] == 60


def test_a_stale_incident_is_offered_for_closing_and_never_closed(desk: Desk) -> None:
    desk.open(Severity.LOW, assignee="UANA")
    assert desk.later(days=2) == ["stale"]
    assert (desk.last()[1]["about"], desk.last()[1]["people"]) == ("stale", ["UANA"])
    for _ in range(40):
        desk.later(days=30)
    with desk.store.read(TEAM) as tx:
        incident = tx.incidents.get(1)
    assert incident is not None
    assert incident.state is State.OPEN


def test_a_severity_that_rises_has_the_timers_of_the_new_one_from_then_on(quick_desk: Desk) -> None:
    quick_desk.open(Severity.LOW)
    assert quick_desk.due_in() == {"stale": 2 * 24 * 60}
    quick_desk.later(hours=1)
    quick_desk.do(update, "INC-1", Edit(severity=Severity.CRITICAL))
    assert quick_desk.due_in() == {"remind": 5, "escalate": 20}
    quick_desk.later(minutes=20)
    quick_desk.do(update, "INC-1", Edit(severity=Severity.HIGH))
    assert set(quick_desk.due_in()) == {"remind"}


def test_escalation_that_came_to_its_end_does_not_begin_again_by_a_change_of_severity(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.later(minutes=20)
    quick_desk.later(minutes=20)
    quick_desk.do(update, "INC-1", Edit(severity=Severity.HIGH))
    quick_desk.do(update, "INC-1", Edit(severity=Severity.CRITICAL))
    assert quick_desk.entries()[-1].data["after"] == "critical"
    assert "remind" in quick_desk.due_in()


def test_after_a_downtime_each_incident_says_one_thing_and_how_late_it_is(desk: Desk) -> None:
    for _ in range(5):
        desk.open()
    assert sorted(desk.later(hours=8)) == ["escalate"] * 5
    assert {desk.last(number)[1]["late_minutes"] for number in range(1, 6)} == {8 * 60 - 20}
    assert desk.look() == []
    assert desk.due_in() == {"remind": 5, "escalate": 20}


def test_a_notice_of_expiry_that_comes_late_leaves_the_whole_time_to_answer(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.do(acknowledge, "INC-1")
    assert quick_desk.later(hours=9) == ["expire"]
    assert quick_desk.last()[1]["about"] == "expiring"
    assert quick_desk.due_in()["expire"] == 15


def test_a_timer_fires_once_however_many_look_at_the_same_moment(desk: Desk) -> None:
    for _ in range(4):
        desk.open()
    desk.clock.at = desk.clock.at.replace(minute=5)
    with ThreadPoolExecutor(4) as pool:
        fired = [future.result() for future in [pool.submit(fire_due, desk.store) for _ in range(16)]]
    assert sum(one is not None and one.kind is not None for one in fired) <= 4
    desk.look()
    reminders = [one for number in range(1, 5) for one in desk.entries(number) if one.kind == "reminder"]
    assert len(reminders) == 4


def test_a_timer_that_the_operator_switched_off_meanwhile_says_nothing(quick_desk: Desk) -> None:
    quick_desk.open()
    with quick_desk.store.database.write() as connection:
        connection.execute(sa.update(timers).where(timers.c.kind == "remind").values(kind="stale"))
    assert quick_desk.later(minutes=6) == []
    assert set(quick_desk.due_in()) == {"escalate"}


def test_a_timer_that_cannot_be_fired_is_tried_later_and_holds_up_no_other(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.open()
    with quick_desk.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE timers SET step = -5000 WHERE incident = 1 AND kind = 'escalate'")
    assert quick_desk.later(minutes=20) == ["escalate"]
    assert quick_desk.due_in(1)["escalate"] == 5
    assert quick_desk.last(2)[0] == "escalated"


def test_handing_back_begins_the_reminders_and_is_no_news_to_them(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.do(acknowledge, "INC-1")
    quick_desk.later(minutes=10)
    quick_desk.do(unacknowledge, "INC-1")
    assert quick_desk.due_in() == {"remind": 5, "escalate": 20}
