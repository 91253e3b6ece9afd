"""Direct messages follow what people said: muted severities, quiet hours, and never for what is critical."""

from datetime import UTC, datetime, time, timedelta

import pytest

from incidentbot.domain.incident import Edit
from incidentbot.domain.people import Actor, Person, Source
from incidentbot.domain.preferences import Preferences, QuietHours
from incidentbot.domain.severity import Severity
from incidentbot.store.erasing import Traces
from incidentbot.usecases import Cause, invite, resolve, update
from incidentbot.usecases.prefer import prefer
from tests.integration.timers.conftest import TEAM, Desk

EVENING = datetime(2026, 3, 1, 22, tzinfo=UTC)  # 23:00 in Berlin
NIGHT = Preferences(quiet=QuietHours(time(22), time(7)))


@pytest.fixture
def night(quick_desk: Desk) -> Desk:
    quick_desk.clock.at = EVENING
    with quick_desk.store.begin(TEAM) as tx:
        tx.people.save(Person("UBEN", "Ben", tz="Europe/Berlin"), tx.now)
    return quick_desk


def says(desk: Desk, said: Preferences) -> None:
    cause = Cause(TEAM, "form", Actor(Source.SLACK, "UBEN", "ben"), "modal")
    assert prefer(desk.store, cause, said) is None


def told_in(desk: Desk) -> list[float]:
    """After how many hours each direct message to Ben is due."""
    with desk.store.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT due_at FROM effects WHERE kind IN ('reminder', 'invitation') AND target = 'UBEN'"
            " AND outcome IS NULL ORDER BY due_at"
        ).scalars()
        return [(datetime.fromisoformat(row).replace(tzinfo=UTC) - EVENING) / timedelta(hours=1) for row in rows]


def test_what_was_said_is_kept_for_this_person_alone(desk: Desk) -> None:
    says(desk, NIGHT)
    says(desk, Preferences(frozenset({Severity.LOW}), NIGHT.quiet))
    with desk.store.read(TEAM) as tx:
        assert tx.preferences.of("UBEN") == Preferences(frozenset({Severity.LOW}), NIGHT.quiet)
        assert tx.preferences.of("UANA") == Preferences()


def test_an_invitation_waits_for_the_end_of_quiet_hours(night: Desk) -> None:
    says(night, NIGHT)
    night.open(Severity.HIGH)
    night.do(invite, "INC-1", ("UBEN",))
    assert told_in(night) == [8]


def test_a_critical_one_does_not_wait(night: Desk) -> None:
    says(night, Preferences(frozenset(Severity), NIGHT.quiet))
    night.open(Severity.CRITICAL)
    night.do(invite, "INC-1", ("UBEN",))
    assert told_in(night) == [0]


def test_a_muted_severity_brings_no_direct_message_and_the_thread_tells_all_the_same(night: Desk) -> None:
    says(night, Preferences(frozenset({Severity.HIGH})))
    night.open(Severity.HIGH, assignee="UBEN")
    night.do(invite, "INC-1", ("UBEN",))
    assert night.last()[0] == "owner_invited"
    assert night.later(minutes=15) == ["remind"]
    assert told_in(night) == []


@pytest.mark.parametrize("said", (NIGHT, Preferences(frozenset({Severity.HIGH}))))
def test_whoever_was_spared_is_told_at_once_when_it_becomes_critical(night: Desk, said: Preferences) -> None:
    says(night, said)
    night.open(Severity.HIGH)
    night.do(invite, "INC-1", ("UBEN",))
    night.do(update, "INC-1", Edit(severity=Severity.CRITICAL))
    assert told_in(night) == [0]


def test_escalation_waits_for_nobody(night: Desk) -> None:
    says(night, Preferences(frozenset(Severity), NIGHT.quiet))
    night.open(Severity.CRITICAL)
    night.later(minutes=20)
    assert len(told_in(night)) == 1


def test_an_erased_person_leaves_no_preferences(night: Desk) -> None:
    says(night, NIGHT)
    night.open(Severity.HIGH)
    night.do(resolve, "INC-1")
    with night.store.begin(TEAM) as tx:
        tx.erasing.scrub(Traces("UBEN"))
    with night.store.read(TEAM) as tx:
        assert tx.preferences.of("UBEN") == Preferences()
