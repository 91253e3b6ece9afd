"""A status update says when the next one comes; whoever promised it is asked for it then."""

from datetime import timedelta

import pytest

from incidentbot.domain.incident import Edit
from incidentbot.domain.lifecycle import State
from incidentbot.domain.outcome import Done
from incidentbot.domain.refusals import AlreadyResolved, BadField
from incidentbot.domain.severity import Severity
from incidentbot.usecases import acknowledge, add_note, resolve, update
from tests.integration.timers.conftest import TEAM, Desk

SOON = timedelta(minutes=10)


def say(desk: Desk, next_update: timedelta | None = None, text: str = "We look at the database") -> object:
    return desk.do(update, "INC-1", Edit(note=text, next_update=next_update))


def promised(desk: Desk) -> bool:
    with desk.store.read(TEAM) as tx:
        incident = tx.incidents.get(1)
    return incident is not None and incident.next_update_at is not None


def test_a_promise_is_asked_for_also_while_nobody_has_acknowledged(desk: Desk) -> None:
    desk.open(Severity.LOW, assignee="UBEN")
    say(desk, SOON)
    assert desk.due_in()["nudge"] == 10
    assert desk.later(minutes=10) == ["nudge"]
    kind, data = desk.last()
    assert (kind, data["about"], data["people"]) == ("reminder", "promised", ["UBEN"])
    assert desk.due_in()["nudge"] == 60  # low has no nudges of its own; it is asked again all the same


def test_a_sooner_promise_holds_and_the_next_word_without_one_ends_it(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.do(acknowledge, "INC-1")
    assert quick_desk.due_in()["nudge"] == 30
    say(quick_desk, timedelta(hours=2))
    assert quick_desk.due_in()["nudge"] == 120
    say(quick_desk, SOON)
    assert quick_desk.due_in()["nudge"] == 10
    quick_desk.do(add_note, "INC-1", "only a note")
    assert quick_desk.due_in()["nudge"] == 10
    say(quick_desk)
    assert quick_desk.due_in()["nudge"] == 30
    assert not promised(quick_desk)


def test_a_promise_outlives_an_acknowledgement_and_ends_with_the_incident(quick_desk: Desk) -> None:
    quick_desk.open()
    say(quick_desk, SOON)
    quick_desk.do(acknowledge, "INC-1")
    assert quick_desk.due_in()["nudge"] == 10
    quick_desk.do(resolve, "INC-1", "over")
    assert quick_desk.due_in() == {}
    assert not promised(quick_desk)
    assert say(quick_desk, SOON) == AlreadyResolved("INC-1", "next_update")
    assert isinstance(say(quick_desk), Done)


def test_a_promise_needs_a_word(quick_desk: Desk) -> None:
    quick_desk.open()
    assert say(quick_desk, SOON, text=" ") == BadField("note", "blank", limit=3000)
    assert quick_desk.entries()[-1].kind == "created"


@pytest.mark.parametrize("severity", (Severity.LOW, Severity.CRITICAL))
def test_a_change_of_severity_keeps_the_promise(quick_desk: Desk, severity: Severity) -> None:
    quick_desk.open(Severity.MEDIUM)
    say(quick_desk, SOON)
    quick_desk.do(update, "INC-1", Edit(severity=severity))
    assert quick_desk.due_in()["nudge"] == 10
    with quick_desk.store.read(TEAM) as tx:
        incident = tx.incidents.get(1)
    assert incident is not None
    assert incident.state is State.OPEN
