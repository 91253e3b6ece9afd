"""The courses of one team's incidents, read from their timelines, and what these incidents can be told apart by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Actor
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Course
from incidentbot.domain.timeline import EntryKind
from incidentbot.store.tables import corrections, incidents, monitoring_events, timeline_entries

_LEADS_TO: Final[Mapping[EntryKind, State]] = {
    EntryKind.CREATED: State.OPEN,
    EntryKind.ACKNOWLEDGED: State.ACKNOWLEDGED,
    EntryKind.UNACKNOWLEDGED: State.OPEN,
    EntryKind.RESOLVED: State.RESOLVED,
    EntryKind.REOPENED: State.OPEN,
}
_UPDATES: Final = (EntryKind.NOTE, EntryKind.CAPTURED, EntryKind.TITLE_CHANGED, EntryKind.SEVERITY_CHANGED)
_STATES: Final = tuple(State)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SEVERITIES: Final = {severity.value: severity for severity in Severity}


class Microseconds(FunctionElement[int]):
    """A stored time as microseconds since 1970: an integer costs a fraction of a datetime where there are many."""

    name = "microseconds"
    type = sa.BigInteger()
    inherit_cache = True


@compiles(Microseconds, "postgresql")
def _on_postgresql(element: Microseconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)}) * 1000000 AS BIGINT)"


@compiles(Microseconds, "sqlite")
def _on_sqlite(element: Microseconds, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite itself reckons in milliseconds and would round, so the fraction is read from the text.
    text = compiler.process(element.clauses, **options)
    whole = f"CAST(strftime('%s', substr({text}, 1, 19)) AS INTEGER)"
    return f"({whole} * 1000000 + CAST(substr({text}, 21, 6) AS INTEGER))"


def _when(*kinds: EntryKind) -> sa.Case[Any]:
    entries = timeline_entries.c
    return sa.case((entries.kind.in_([kind.value for kind in kinds]), entries.happened_at))


def _last_state() -> sa.ColumnElement[int]:
    """The place in _STATES of the state that the last transition led to, below that transition's seq."""
    entries = timeline_entries.c
    place = {kind.value: _STATES.index(state) for kind, state in _LEADS_TO.items()}
    return sa.func.max(entries.seq * len(_STATES) + sa.case(place, value=entries.kind))


def _courses() -> sa.Select[Any]:
    """One row an incident. Read by ranges of numbers, which stand together in both tables; the range comes first."""
    entries, of_range = timeline_entries.c, sa.bindparam
    created = sa.func.min(_when(EntryKind.CREATED))
    kinds = [kind.value for kind in (*_LEADS_TO, *_UPDATES)]
    told = (
        sa.select(
            entries.incident,
            created.label("created"),
            sa.func.min(_when(EntryKind.ACKNOWLEDGED)).label("acknowledged"),
            sa.func.max(_when(EntryKind.RESOLVED)).label("resolved"),
            sa.func.min(_when(*_UPDATES)).label("updated"),
            sa.func.count(_when(EntryKind.REOPENED)).label("reopenings"),
            _last_state().label("last"),
        )
        .where(
            entries.team_id == of_range("team_id"),
            entries.incident.between(of_range("first"), of_range("last")),
            entries.kind.in_(kinds),
            entries.happened_at < of_range("until", type_=entries.happened_at.type),
        )
        .group_by(entries.incident)
        .having(created >= of_range("since", type_=entries.happened_at.type))
        .subquery()
    )
    own = (incidents.c.team_id == of_range("team_id")) & (incidents.c.number == told.c.incident)
    in_range = incidents.c.number.between(of_range("first"), of_range("last")) & incidents.c.drill.is_(sa.false())
    moments = (Microseconds(told.c[name]) for name in ("created", "acknowledged", "resolved", "updated"))
    return (
        sa.select(told.c.incident, incidents.c.severity, told.c.last, *moments, told.c.reopenings)
        .select_from(told.join(incidents, own & in_range))
        .order_by(told.c.incident)
    )


_COURSES: Final = _courses()


def _with_corrections() -> sa.Select[Any]:
    """What happened to the incidents of a range, or begun in the period by a correction, of which a time is corrected.

    One row an entry: these incidents are few, and are followed entry by entry.
    """
    entries, own, named = timeline_entries.c, corrections.c, sa.bindparam
    kinds = [kind.value for kind in (*_LEADS_TO, *_UPDATES)]
    begun = (
        (own.kind == EntryKind.CREATED.value)
        & (own.happened_at >= named("since", type_=own.happened_at.type))
        & (own.happened_at < named("until", type_=own.happened_at.type))
    )
    numbers = sa.select(own.incident).where(
        own.team_id == named("team_id"), own.incident.between(named("first"), named("last")) | begun
    )
    this = (own.team_id == entries.team_id) & (own.incident == entries.incident) & (own.seq == entries.seq)
    at = Microseconds(sa.func.coalesce(own.happened_at, entries.happened_at))
    of = (incidents.c.team_id == entries.team_id) & (incidents.c.number == entries.incident)
    return (
        sa.select(entries.incident, incidents.c.severity, entries.kind, at)
        .select_from(timeline_entries.join(incidents, of).outerjoin(corrections, this))
        .where(
            entries.team_id == named("team_id"),
            entries.incident.in_(numbers),
            entries.kind.in_(kinds),
            incidents.c.drill.is_(sa.false()),
        )
        .order_by(entries.incident, entries.seq)
    )


_CORRECTED: Final = _with_corrections()


class Courses:
    """The incidents of `team_id`, as their timelines tell of them."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def created(self, since: datetime, until: datetime) -> list[Course]:
        """The incidents created from `since` on and before `until`, as they stood at `until`, by number; no drills."""
        first, last = self._range(since, until)
        asked = {"team_id": self._team_id, "first": first or 0, "last": last or 0, "since": since, "until": until}
        found = {
            number: Course(number, _SEVERITIES[severity], _STATES[state % len(_STATES)], *rest)
            for number, severity, state, *rest in (self._connection.execute(_COURSES, asked) if first else ())
        }
        for number, course in self._corrected(asked).items():
            found.pop(number, None)
            if course is not None:
                found[number] = course
        return [found[number] for number in sorted(found)]

    def _corrected(self, asked: Mapping[str, Any]) -> dict[int, Course | None]:
        """The courses of incidents of which a time was corrected; None: not begun in the period after all."""
        since, until = _microseconds(asked["since"]), _microseconds(asked["until"])
        rows = self._connection.execute(_CORRECTED, asked).all()
        return {
            number: _followed(number, _SEVERITIES[severity], list(entries), since, until)
            for (number, severity), entries in groupby(rows, key=lambda row: (row[0], row[1]))
        }

    def _range(self, since: datetime, until: datetime) -> tuple[int | None, int | None]:
        entries = timeline_entries.c
        query = sa.select(sa.func.min(entries.incident), sa.func.max(entries.incident)).where(
            entries.team_id == self._team_id,
            entries.seq == 1,
            entries.happened_at >= since,
            entries.happened_at < until,
        )
        first, last = self._connection.execute(query).one()
        return first, last

    def cis(self, courses: Sequence[Course]) -> dict[int, list[str]]:
        """The names of the configuration items of each incident."""
        columns = incidents.c
        query = sa.select(columns.number, columns.cis, columns.unknown_cis).where(
            columns.team_id == self._team_id, _within(columns.number, courses)
        )
        found = self._connection.execute(query)
        return {number: [*(name or id_ for id_, name, *_ in cis), *unknown] for number, cis, unknown in found}

    def people(self, courses: Sequence[Course], until: datetime) -> dict[int, list[str]]:
        """Who took over each incident first or, where nobody did, resolved it last: a Slack id, else a name."""
        entries = timeline_entries.c
        kinds = (EntryKind.ACKNOWLEDGED, EntryKind.RESOLVED)
        query = (
            sa.select(entries.incident, entries.kind, entries.actor)
            .where(
                entries.team_id == self._team_id,
                _within(entries.incident, courses),
                entries.kind.in_([kind.value for kind in kinds]),
                entries.happened_at < until,
            )
            .order_by(entries.incident, entries.happened_at.desc(), entries.seq.desc())
        )
        found: dict[int, dict[str, str]] = defaultdict(dict)
        for incident, kind, actor in self._connection.execute(query):
            if kind == EntryKind.ACKNOWLEDGED.value:
                found[incident][kind] = _named(actor)
            else:
                found[incident].setdefault(kind, _named(actor))
        return {incident: [_first(named, kinds)] for incident, named in found.items()}

    def services(self, courses: Sequence[Course]) -> dict[int, list[str]]:
        """The services that the monitoring events of each incident name."""
        return self._named_by_events("service", courses)

    def teams(self, courses: Sequence[Course]) -> dict[int, list[str]]:
        """The departments that the monitoring events of each incident name."""
        return self._named_by_events("department", courses)

    def _named_by_events(self, name: str, courses: Sequence[Course]) -> dict[int, list[str]]:
        columns = monitoring_events.c
        value = columns.data[name].as_string()
        query = sa.select(columns.incident, value).distinct()
        query = query.where(columns.team_id == self._team_id, _within(columns.incident, courses), value != "")
        found: dict[int, list[str]] = defaultdict(list)
        for incident, named in self._connection.execute(query):
            found[incident].append(named)
        return found


def _followed(number: int, severity: Severity, rows: Sequence[Any], since: int, until: int) -> Course | None:
    """The course that the entries, in their order, tell of an incident until `until`; None: not begun in the period."""
    known = [(EntryKind(kind), at) for *_, kind, at in rows if at < until]

    def times(*kinds: EntryKind) -> list[int]:
        return [at for kind, at in known if kind in kinds]

    begun, states = times(EntryKind.CREATED), [_LEADS_TO[kind] for kind, _ in known if kind in _LEADS_TO]
    if not begun or begun[0] < since:
        return None
    return Course(
        number,
        severity,
        states[-1],
        begun[0],
        min(times(EntryKind.ACKNOWLEDGED), default=None),
        max(times(EntryKind.RESOLVED), default=None),
        min(times(*_UPDATES), default=None),
        len(times(EntryKind.REOPENED)),
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _within(column: sa.ColumnElement[Any], courses: Sequence[Course]) -> sa.ColumnElement[bool]:
    return column.between(courses[0].number, courses[-1].number) if courses else sa.false()


def _named(actor: Actor) -> str:
    return actor.id or actor.name or actor.source.value


def _first(named: Mapping[str, str], kinds: Iterable[EntryKind]) -> str:
    return next(named[kind.value] for kind in kinds if kind.value in named)
