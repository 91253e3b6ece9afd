"""Rotations on the clock of a place: never a moment without somebody, handed over by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.domain.moments import shown_at
from incidentbot.domain.on_call import Override, Schedule, next_turn, turn_at

# Clocks that change by an hour, by half of one, the other way round, by a whole day once, and never.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "UTC")
PEOPLE = ("U0ANA", "U0BEN", "U0CYD")
WALL = datetime.fromisoformat

local_times = st.datetimes(WALL("2011-01-01"), WALL("2028-01-01")).map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(WALL("2011-12-01"), WALL("2028-01-01"), timezones=st.just(UTC))
lengths = st.one_of(
    st.integers(1, 72).map(lambda hours: timedelta(hours=hours)),
    st.integers(1, 30).map(lambda days: timedelta(days=days)),
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4))
    overrides = [Override("U0DEE", since, since + draw(lengths)) for since in draw(st.lists(local_times, max_size=3))]
    return Schedule(tuple(people), draw(local_times), draw(lengths), draw(zones), tuple(overrides))


@given(schedules(), moments)
@settings(deadline=None)
def test_turns_follow_one_another_without_a_gap(schedule: Schedule, at: datetime) -> None:
    turn = turn_at(schedule, at)
    for _ in range(4):
        assert (turn.since or at) <= at
        if turn.until is None:
            return
        assert at < turn.until
        middle = at + (turn.until - at) / 2
        assert turn_at(schedule, middle).person == turn.person
        following = next_turn(schedule, turn)
        assert following is not None
        assert following.since == turn.until
        at, turn = turn.until, following


@given(schedules(), moments)
@settings(deadline=None)
def test_from_its_start_somebody_has_it_always(schedule: Schedule, at: datetime) -> None:
    begun = at >= shown_at(schedule.start, schedule.zone)
    overridden = any(
        shown_at(one.since, schedule.zone) <= at < shown_at(one.until, schedule.zone) for one in schedule.overrides
    )
    assert bool(turn_at(schedule, at).person) == (begun or overridden)


@given(schedules(), moments)
@settings(deadline=None)
def test_an_override_has_it_alone_and_the_last_one_wins(schedule: Schedule, at: datetime) -> None:
    instead = Override("U0ELI", WALL("2011-01-01"), WALL("2029-01-01"))
    with_it = Schedule(schedule.people, schedule.start, schedule.length, schedule.zone, (*schedule.overrides, instead))
    assert turn_at(with_it, at).person == "U0ELI"


@given(local_times, zones, st.integers(0, 3000))
@settings(deadline=None)
def test_days_hand_over_at_the_same_hour_wherever_there_is_such_an_hour(
    start: datetime, zone: ZoneInfo, days: int
) -> None:
    schedule = Schedule(PEOPLE, start, timedelta(days=1), zone)
    begins = shown_at(start + timedelta(days=days), zone)
    wall = begins.astimezone(zone).replace(tzinfo=None, fold=0)
    assert wall >= start + timedelta(days=days)
    assert turn_at(schedule, begins).since == begins
    if wall == start + timedelta(days=days):
        assert turn_at(schedule, begins).person == PEOPLE[days % 3]


@given(local_times, local_times, zones)
@settings(deadline=None)
def test_what_comes_later_on_the_wall_is_never_earlier(one: datetime, other: datetime, zone: ZoneInfo) -> None:
    assert (shown_at(one, zone) <= shown_at(other, zone)) or one > other


@given(moments, zones)
@settings(deadline=None)
def test_around_every_change_of_a_clock_the_shifts_go_on(at: datetime, zone: ZoneInfo) -> None:
    schedule = Schedule(PEOPLE, WALL("2010-01-01 02:30"), timedelta(hours=1), zone)
    turns = [turn_at(schedule, at + timedelta(minutes=20) * place) for place in range(12)]
    assert all(turn.person for turn in turns)
    assert all((one.since or at) <= (other.since or at) for one, other in pairwise(turns))


@pytest.mark.parametrize(
    ("wall", "utc"),
    (
        ("2026-03-28 02:30", "2026-03-28 01:30"),
        ("2026-03-29 02:30", "2026-03-29 01:00"),  # left out: the clock passes it at 1:00 UTC
        ("2026-03-29 03:00", "2026-03-29 01:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30"),  # comes twice: the first time
        ("2026-10-25 03:00", "2026-10-25 02:00"),
    ),
)
def test_the_nights_of_the_clocks_in_berlin(wall: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert shown_at(datetime.fromisoformat(wall), ZoneInfo("Europe/Berlin")) == expected
