"""Snoozing: every timer of an incident rests, the thread says so, and a change of state ends it."""

from datetime import timedelta

import pytest

from incidentbot.domain.outcome import Done
from incidentbot.domain.refusals import IncidentNotFound, NothingToSnooze, Refused
from incidentbot.domain.timers import read_snooze
from incidentbot.usecases import acknowledge, add_note, resolve, snooze
from tests.integration.timers.conftest import Desk


def test_everything_rests_until_then(desk: Desk) -> None:
    desk.open()
    assert isinstance(desk.do(snooze, "INC-1", timedelta(hours=2)), Done)
    assert (desk.last()[0], desk.last()[1]["about"]) == ("reminder", "snoozed")
    assert desk.due_in() == {"remind": 120, "escalate": 120}
    assert desk.later(minutes=119) == []
    assert desk.later(minutes=1) == ["escalate"]


def test_keeping_an_acknowledgement_puts_off_its_end_and_announces_it_again(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.do(acknowledge, "INC-1")
    quick_desk.later(minutes=225)
    assert quick_desk.last()[1]["about"] == "expiring"
    quick_desk.do(snooze, "", timedelta(hours=4))
    assert quick_desk.later(minutes=239) == []
    assert quick_desk.later(minutes=1) == ["expire"]
    assert quick_desk.last()[1]["about"] == "expiring"


def test_a_word_does_not_end_a_longer_snooze_and_a_change_of_state_does(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.do(acknowledge, "INC-1")
    quick_desk.do(snooze, "INC-1", timedelta(hours=8))
    quick_desk.do(add_note, "INC-1", "waiting for the vendor")
    assert quick_desk.due_in() == {"expire": 480, "nudge": 480}
    quick_desk.do(resolve, "INC-1")
    assert quick_desk.due_in() == {}


def test_where_nothing_would_come_it_is_refused(quick_desk: Desk) -> None:
    quick_desk.open()
    quick_desk.do(resolve, "INC-1")
    refused = quick_desk.do(snooze, "INC-1", timedelta(hours=1))
    assert isinstance(refused, NothingToSnooze)
    assert isinstance(quick_desk.do(snooze, "INC-9", timedelta(hours=1)), IncidentNotFound)


@pytest.mark.parametrize(("typed", "minutes"), (("30m", 30), ("4H", 240), (" 7d ", 10_080)))
def test_a_length_is_read(typed: str, minutes: int) -> None:
    assert read_snooze(typed) == timedelta(minutes=minutes)


@pytest.mark.parametrize("typed", ("", "30", "0m", "8d", "99999d", "-5m", "1.5h", "٣m", "30m0", "soon"))
def test_what_is_no_length_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_snooze(typed)
