"""When somebody is told directly: at once, at the end of their quiet hours, or not at all."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.preferences import Preferences, QuietHours, read_quiet_hours, told_at
from incidentbot.domain.refusals import BadField
from incidentbot.domain.severity import Severity

NIGHT = Preferences(quiet=QuietHours(time(22), time(7)))
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "told"),
    (
        ("2026-01-10T20:59", "2026-01-10T20:59"),  # 21:59 in Berlin
        ("2026-01-10T21:00", "2026-01-11T06:00"),
        ("2026-01-11T05:59", "2026-01-11T06:00"),
        ("2026-01-11T06:00", "2026-01-11T06:00"),
        ("2026-03-28T22:00", "2026-03-29T05:00"),  # the night in which an hour is left out
        ("2026-10-24T21:00", "2026-10-25T06:00"),  # and the one in which an hour comes twice
    ),
)
def test_quiet_hours_are_those_of_the_persons_clock(now: str, told: str) -> None:
    assert told_at(NIGHT, Severity.HIGH, BERLIN, at(now)) == at(told)


@pytest.mark.parametrize(
    ("now", "told"),
    (
        ("2026-03-29T00:30", "2026-03-29T01:30"),  # 02:30 never comes: the clock goes from 02:00 to 03:00
        ("2026-10-25T00:10", "2026-10-25T00:30"),  # 02:10 and 02:30, the first time
        ("2026-10-25T01:10", "2026-10-25T01:30"),  # the same an hour later, the second time
    ),
)
def test_an_end_that_never_comes_or_comes_twice(now: str, told: str) -> None:
    early = Preferences(quiet=QuietHours(time(1), time(2, 30)))
    assert told_at(early, Severity.LOW, BERLIN, at(now)) == at(told)


def test_hours_within_a_day() -> None:
    noon = Preferences(quiet=QuietHours(time(12), time(13)))
    assert told_at(noon, Severity.LOW, "UTC", at("2026-01-10T12:30")) == at("2026-01-10T13:00")
    assert told_at(noon, Severity.LOW, "UTC", at("2026-01-10T13:30")) == at("2026-01-10T13:30")


@given(st.sampled_from(("", "Mars/Olympus", "../etc/passwd", "Europe", "x" * 200, "Europe/Berlin\0")))
def test_an_unknown_time_zone_counts_as_utc(zone: str) -> None:
    assert told_at(NIGHT, Severity.LOW, zone, at("2026-01-10T23:00")) == at("2026-01-11T07:00")


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1 < moment.year < 9998), st.times(), st.times())
def test_nobody_waits_for_more_than_a_day_and_nothing_critical_waits(now: datetime, since: time, until: time) -> None:
    hours = QuietHours(since.replace(tzinfo=None), until.replace(tzinfo=None))
    for severity in Severity:
        told = told_at(Preferences(frozenset(), hours), severity, BERLIN, now)
        assert told is not None
        assert 0 <= (told - now).total_seconds() <= 26 * 3600
        if severity is Severity.CRITICAL:
            assert told == now


def test_a_muted_severity_is_not_told_and_critical_cannot_be_muted() -> None:
    silent = Preferences(frozenset(Severity), NIGHT.quiet)
    assert told_at(silent, Severity.HIGH, "", at("2026-01-10T12:00")) is None
    assert told_at(silent, Severity.CRITICAL, "", at("2026-01-10T23:00")) == at("2026-01-10T23:00")


def test_a_form_is_read() -> None:
    assert read_quiet_hours("", "") is None
    assert read_quiet_hours("22:00", "07:00") == NIGHT.quiet


@pytest.mark.parametrize(
    ("since", "until", "field"),
    (
        ("22:00", "", "quiet_until"),
        ("", "07:00", "quiet_since"),
        ("22:00", "22:00", "quiet_until"),
        ("24:00", "07:00", "quiet_since"),
        ("22:00", "7 am", "quiet_until"),
    ),
)
def test_hours_that_are_none_are_refused_at_their_field(since: str, until: str, field: str) -> None:
    refused = read_quiet_hours(since, until)
    assert isinstance(refused, BadField)
    assert refused.field == field
