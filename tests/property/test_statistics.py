"""The figures of a period against a slow reference that walks through every timeline, entry by entry."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.period import read_period
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Figures, GroupBy, Times
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.queries import stats
from incidentbot.store import Store

# Around changes of the clocks, a leap day, the turn of a year.
ENDS = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2024, 3, 1, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
)
DAY = 86_400 * 1_000_000
PEOPLE = ("U0ANA", "U0BEN", "")
MOVES = {
    State.OPEN: (EntryKind.ACKNOWLEDGED, EntryKind.RESOLVED),
    State.ACKNOWLEDGED: (EntryKind.UNACKNOWLEDGED, EntryKind.RESOLVED),
    State.RESOLVED: (EntryKind.REOPENED,),
}
LEADS_TO = {
    EntryKind.CREATED: State.OPEN,
    EntryKind.ACKNOWLEDGED: State.ACKNOWLEDGED,
    EntryKind.UNACKNOWLEDGED: State.OPEN,
    EntryKind.RESOLVED: State.RESOLVED,
    EntryKind.REOPENED: State.OPEN,
}
BESIDE = (EntryKind.NOTE, EntryKind.CAPTURED, EntryKind.SEVERITY_CHANGED, EntryKind.TITLE_CHANGED)
OTHER = (EntryKind.ASSIGNED, EntryKind.EVENT_UPDATED)


class History(NamedTuple):
    """An incident and its whole timeline; `recorded` has other times of some entries, which were corrected since."""

    severity: Severity
    cis: tuple[str, ...]
    entries: tuple[Entry, ...]
    recorded: tuple[datetime | None, ...]


# Mostly in the last two weeks, on round figures as often as not: borders and equal lengths are where mistakes are.
ago = st.one_of(st.sampled_from((0, 1, DAY * 7, DAY * 7 + 1, DAY * 14, DAY * 14 + 1)), st.integers(0, DAY * 15))
later = st.one_of(
    st.sampled_from((0, 60_000_000, 600_000_000, 999_600)), st.integers(0, DAY * 4), st.just(-3_600_000_000)
)


@st.composite
def histories(draw: st.DrawFn, end: datetime) -> History:
    """One incident; now and then something happened before what it follows, or was recorded at another time."""
    at, state = end - timedelta(microseconds=draw(ago)), State.OPEN
    entries = [Entry(1, EntryKind.CREATED, Actor(Source.API, name="api"), at, {})]
    for seq in range(2, draw(st.integers(1, 7)) + 1):
        at += timedelta(microseconds=draw(later))
        kind = draw(st.sampled_from((*MOVES[state], *MOVES[state], *BESIDE, *OTHER)))
        state = LEADS_TO.get(kind, state)
        person = draw(st.sampled_from(PEOPLE))
        entries.append(Entry(seq, kind, Actor(Source.SLACK, person, "somebody"), at, {}))
    cis = draw(st.lists(st.sampled_from(("web", "db", "mail")), max_size=2, unique=True).map(tuple))
    others = st.integers(0, DAY * 15).map(lambda before: end - timedelta(microseconds=before))
    recorded = draw(st.one_of(st.just(None), st.just(None), st.sampled_from(range(len(entries)))))
    other = draw(others)
    return History(
        draw(st.sampled_from(Severity)),
        cis,
        tuple(entries),
        tuple(other if place == recorded else None for place in range(len(entries))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[datetime, tuple[History, ...]]:
    """The present moment and the incidents of a team."""
    end = draw(st.sampled_from(ENDS))
    return end, tuple(draw(st.lists(histories(end), max_size=12)))


# --- the reference ----------------------------------------------------------------------------------------------------


def until(history: History, end: datetime) -> tuple[Entry, ...]:
    return tuple(entry for entry in history.entries if entry.happened_at < end)


def created_in(history: History, since: datetime, end: datetime) -> bool:
    return since <= history.entries[0].happened_at < end


def state_at(history: History, end: datetime) -> State:
    state = State.OPEN
    for entry in until(history, end):
        state = LEADS_TO.get(entry.kind, state)
    return state


def moments(history: History, end: datetime, *kinds: EntryKind) -> list[datetime]:
    return [entry.happened_at for entry in until(history, end) if entry.kind in kinds]


def waits(history: History, end: datetime, *kinds: EntryKind, for_good: bool = False) -> tuple[timedelta, bool] | None:
    """How long, and whether it came to it."""
    created, known = history.entries[0].happened_at, moments(history, end, *kinds)
    resolved = state_at(history, end) is State.RESOLVED
    if for_good and resolved:
        return max(max(known) - created, timedelta()), True
    if known and not for_good:
        return max(min(known) - created, timedelta()), True
    return None if resolved else (end - created, False)


def not_over(waited: Sequence[tuple[timedelta, bool]], length: timedelta) -> Fraction:
    """The share for which it takes longer than `length`, after Kaplan and Meier."""
    share = Fraction(1)
    for moment in {one for one, over in waited if over and one <= length}:
        at_risk = sum(one >= moment for one, _ in waited)
        share *= 1 - Fraction(sum(over and one == moment for one, over in waited), at_risk)
    return share


def quantile(waited: Sequence[tuple[timedelta, bool]], share: Fraction) -> float | None:
    lengths = sorted({one for one, over in waited if over})
    reached = [length for length in lengths if not_over(waited, length) <= 1 - share]
    if not reached:
        return None
    level = not_over(waited, reached[0]) == 1 - share and len(reached) > 1
    return sum(length.total_seconds() for length in reached[: 1 + level]) / (1 + level)


def times(found: Sequence[tuple[timedelta, bool] | None]) -> Times:
    waited = [one for one in found if one is not None]
    over = [length.total_seconds() for length, over in waited if over]
    return Times(
        count=len(over),
        waiting=len(waited) - len(over),
        mean=sum(over) / len(over) if over else None,
        median=quantile(waited, Fraction(1, 2)),
        p90=quantile(waited, Fraction(9, 10)),
    )


def figures(history: Sequence[History], end: datetime) -> Figures:
    states = [state_at(one, end) for one in history]
    reopened = sum(bool(moments(one, end, EntryKind.REOPENED)) for one in history)
    resolved = sum(bool(moments(one, end, EntryKind.RESOLVED)) for one in history)
    return Figures(
        created=len(history),
        open=states.count(State.OPEN),
        acknowledged=states.count(State.ACKNOWLEDGED),
        resolved=states.count(State.RESOLVED),
        reopened=reopened,
        reopen_rate=reopened / resolved if resolved else None,
        mtta=times([waits(one, end, EntryKind.ACKNOWLEDGED) for one in history]),
        mttr=times([waits(one, end, EntryKind.RESOLVED, for_good=True) for one in history]),
        first_update=times([waits(one, end, *BESIDE) for one in history]),
    )


def person(history: History, end: datetime) -> str:
    told = until(history, end)
    taken = [entry for entry in told if entry.kind is EntryKind.ACKNOWLEDGED]
    ended = [entry for entry in told if entry.kind is EntryKind.RESOLVED]
    if taken:
        return _name(min(taken, key=lambda entry: (entry.happened_at, entry.seq)))
    return _name(max(ended, key=lambda entry: (entry.happened_at, entry.seq))) if ended else ""


def _name(entry: Entry) -> str:
    return entry.actor.id or entry.actor.name


# --- against it -------------------------------------------------------------------------------------------------------


class Moving:
    """A clock that each example sets."""

    def __init__(self) -> None:
        self.moment = ENDS[0]

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def store(database_url: str, clock: Moving) -> Iterator[Store]:
    made = Store(database_url, clock=clock)
    yield made
    made.close()


_teams = itertools.count()
_DRAFT = Incident(
    "",
    0,
    "Something",
    Severity.HIGH,
    State.OPEN,
    1,
    0,
    "api",
    Actor(Source.API),
    ENDS[0],
    ENDS[0],
    Actor(Source.API),
    "C0",
)


def filled(store: Store, found: Sequence[History]) -> str:
    """A new team with these incidents. What their own rows say of times and states is wrong: nobody may look at it."""
    team = f"T{next(_teams)}"
    with store.begin(team) as tx:
        for number, one in enumerate(found, start=1):
            cis = tuple(CiRef(f"id-{name}", name) for name in one.cis[:1])
            tx.incidents.insert(
                replace(_DRAFT, team_id=team, number=number, severity=one.severity, cis=cis, unknown_cis=one.cis[1:])
            )
            kept = [
                replace(each, happened_at=at or each.happened_at)
                for each, at in zip(one.entries, one.recorded, strict=True)
            ]
            tx.timeline.append(number, kept, ENDS[0])
            for entry, at in zip(one.entries, one.recorded, strict=True):
                if at is not None:
                    tx.corrections.put(number, entry.seq, entry.kind, entry.happened_at)
    return team


def flat(figures: Figures) -> dict[str, Any]:
    """The figures, one beside the other."""
    found: dict[str, Any] = {}
    for name, facts in asdict(figures).items():
        found |= {f"{name} {key}": fact for key, fact in facts.items()} if isinstance(facts, dict) else {name: facts}
    return found


def about(figures: Figures) -> dict[str, Any]:
    """The figures to the microsecond: a sum of floats is no more exact."""
    return {
        name: pytest.approx(value, rel=0, abs=1e-6) if isinstance(value, float) else value
        for name, value in flat(figures).items()
    }


def hold(store: Store, clock: Moving, end: datetime, found: Sequence[History]) -> None:
    clock.moment = end - timedelta(microseconds=1)  # the last moment of the period
    team, week = filled(store, found), timedelta(days=7)
    told = stats(store, team, "7d", GroupBy.CI)
    now = [one for one in found if created_in(one, end - week, end)]
    earlier = [one for one in found if created_in(one, end - 2 * week, end - week)]
    assert flat(told.figures) == about(figures(now, end))
    assert flat(told.before) == about(figures(earlier, end - week))
    assert {name: flat(one) for name, one in told.by_severity.items()} == {
        severity.value: about(figures([one for one in now if one.severity is severity], end)) for severity in Severity
    }
    assert {name: flat(one) for name, one in told.groups.items()} == {
        ci: about(figures([one for one in now if ci in one.cis], end)) for one in now for ci in one.cis
    }
    by_person = {name: one.created for name, one in stats(store, team, "7d", GroupBy.PERSON).groups.items()}
    people = [person(one, end) for one in now]
    assert by_person == {name: people.count(name) for name in people if name}


given_worlds = given(worlds())
quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=40, suppress_health_check=quiet)
@given_worlds
def test_the_figures_are_those_of_the_reference(
    store: Store, clock: Moving, world: tuple[datetime, tuple[History, ...]]
) -> None:
    hold(store, clock, *world)


@pytest.mark.matrix
@settings(max_examples=1500, suppress_health_check=quiet)
@given_worlds
def test_the_figures_of_many_histories_are_those_of_the_reference(
    store: Store, clock: Moving, world: tuple[datetime, tuple[History, ...]]
) -> None:
    hold(store, clock, *world)


@pytest.mark.parametrize("end", ENDS, ids=("spring", "autumn", "leap", "year"))
def test_a_day_has_24_hours_whatever_clocks_do(end: datetime) -> None:
    period = read_period("1d", end)
    assert period.until - period.since == timedelta(hours=24) == period.before.until - period.before.since
    assert period.before.until == period.since
