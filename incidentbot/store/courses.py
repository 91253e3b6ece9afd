"""The courses of one team's incidents, read from their timelines, and what these incidents can be told apart by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from incidentbot.domain.statistics import Course, Lengths, Tally, tally
from incidentbot.domain.timeline import EntryKind
from incidentbot.store.statement import Statement
from incidentbot.store.tables import corrections, courses, incidents, monitoring_events, timeline_entries

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
_BATCH: Final = 500
# How many columns of a tally are numbers.
_COUNTS: Final = len(_STATES) + 2


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


_OWN: Final = courses.c.team_id == sa.bindparam("team_id")
_BEGUN: Final = _OWN & (courses.c.created >= sa.bindparam("since_")) & (courses.c.created < sa.bindparam("until_"))
_CORRECTED: Final = sa.exists().where(
    corrections.c.team_id == courses.c.team_id, corrections.c.incident == courses.c.incident
)
# What is known of these holds for the end of the period too, unless they moved since.
_READ: Final = _BEGUN & ~_CORRECTED
_MOVED_SINCE: Final = courses.c.moved >= sa.bindparam("until_")


def _known(name: str) -> sa.ColumnElement[int | None]:
    return sa.case((courses.c[name] < sa.bindparam("until_"), courses.c[name]))


_COURSES: Final = Statement(
    sa.select(
        courses.c.incident,
        courses.c.severity,
        courses.c.state,
        courses.c.created,
        _known("acknowledged").label("acknowledged"),
        courses.c.resolved,
        _known("updated").label("updated"),
        courses.c.reopenings,
        _MOVED_SINCE.label("moved_since"),
    )
    .where(_READ)
    .order_by(courses.c.incident)
)


def _tallies() -> sa.Select[Any]:
    """Of each severity: how many are how, and how long each took, as text: a row each would cost ten times as much."""
    own, until = courses.c, sa.bindparam("until_", type_=sa.BigInteger)
    resolved = own.state == _STATES.index(State.RESOLVED)

    def count(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((which, 1)))

    def lengths(ended: sa.ColumnElement[Any], over: sa.ColumnElement[bool], waits: sa.ColumnElement[bool]) -> Any:
        for which, last in ((over, ended), (waits, until)):
            length = sa.case((last > own.created, last - own.created), else_=0)
            yield sa.func.aggregate_strings(sa.case((which, sa.cast(length, sa.Text))), ",")

    return (
        sa.select(
            own.severity,
            *(count(own.state == place) for place in range(len(_STATES))),
            count(own.reopenings > 0),
            count(own.resolved.is_not(None)),
            *lengths(own.acknowledged, own.acknowledged < until, ~resolved & _not_yet(own.acknowledged, until)),
            *lengths(own.resolved, resolved, ~resolved),
            *lengths(own.updated, own.updated < until, ~resolved & _not_yet(own.updated, until)),
            sa.func.aggregate_strings(sa.case((_MOVED_SINCE, sa.cast(own.incident, sa.Text))), ","),
        )
        .where(_READ)
        .group_by(own.severity, _MOVED_SINCE)
    )


def _not_yet(moment: sa.ColumnElement[Any], until: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return moment.is_(None) | (moment >= until)


_TALLIES: Final = _tallies()


def _corrected() -> sa.CompoundSelect[Any]:
    """The numbers of incidents of a period, by their rows or by a correction, of which a time is corrected: few."""
    own, named = corrections.c, sa.bindparam
    this = (own.team_id == courses.c.team_id) & (own.incident == courses.c.incident)
    return sa.union(
        sa.select(own.incident).select_from(courses.join(corrections, this)).where(_BEGUN),
        sa.select(own.incident).where(
            own.team_id == named("team_id"),
            own.kind == EntryKind.CREATED.value,
            own.happened_at >= named("since", type_=own.happened_at.type),
            own.happened_at < named("until", type_=own.happened_at.type),
        ),
    )


_CORRECTED_NUMBERS: Final = _corrected()


def _followed() -> sa.Select[Any]:
    """What happened to some incidents, one row an entry."""
    entries, own = timeline_entries.c, corrections.c
    kinds = [kind.value for kind in (*_LEADS_TO, *_UPDATES)]
    this = (own.team_id == entries.team_id) & (own.incident == entries.incident) & (own.seq == entries.seq)
    at = Microseconds(sa.func.coalesce(own.happened_at, entries.happened_at))
    of = (incidents.c.team_id == entries.team_id) & (incidents.c.number == entries.incident)
    return (
        sa.select(entries.incident, incidents.c.severity, entries.kind, at)
        .select_from(timeline_entries.join(incidents, of).outerjoin(corrections, this))
        .where(
            entries.team_id == sa.bindparam("team_id"),
            entries.incident.in_(sa.bindparam("numbers", expanding=True)),
            entries.kind.in_(kinds),
            incidents.c.drill.is_(sa.false()),
        )
        .order_by(entries.incident, entries.seq)
    )


_FOLLOWED: Final = _followed()


class Courses:
    """The incidents of `team_id`, as their timelines tell of them."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def created(self, since: datetime, until: datetime) -> list[Course]:
        """The incidents created from `since` on and before `until`, as they stood at `until`, by number; no drills."""
        asked = self._asked(since, until)
        found, moved = list[Course](), list[int]()
        for number, severity, state, *known, moved_since in _COURSES.run(self._connection, asked).rows:
            if moved_since:
                moved.append(number)
            else:
                found.append(Course(number, _SEVERITIES[severity], _STATES[state], *known))
        return sorted([*found, *self._followed(moved, asked)])

    def tallies(self, since: datetime, until: datetime) -> dict[Severity, Tally]:
        """The same incidents, counted, by severity."""
        asked = self._asked(since, until)
        found, moved = dict[Severity, Tally](), list[int]()
        for severity, *told, moved_since in self._connection.execute(_TALLIES, asked):
            if moved_since:
                moved += _numbers(moved_since)
            else:
                found[_SEVERITIES[severity]] = Tally(*told[:_COUNTS], *_lengths(told[_COUNTS:]))
        followed = sorted(self._followed(moved, asked), key=_severity)
        for severity, several in groupby(followed, key=_severity):
            found[severity] = found.get(severity, Tally()) + tally(list(several), asked["until_"])
        return found

    def _asked(self, since: datetime, until: datetime) -> dict[str, Any]:
        micro = {"since_": _microseconds(since), "until_": _microseconds(until)}
        return {"team_id": self._team_id, "since": since, "until": until, **micro}

    def _followed(self, moved: Iterable[int], asked: Mapping[str, Any]) -> Iterator[Course]:
        """Those that moved again after the period, or of which a time is corrected: entry by entry, they are few."""
        corrected = self._connection.execute(_CORRECTED_NUMBERS, asked).scalars()
        numbers = sorted({*moved, *corrected})
        for first in range(0, len(numbers), _BATCH):
            these = {"team_id": self._team_id, "numbers": numbers[first : first + _BATCH]}
            rows = self._connection.execute(_FOLLOWED, these).all()
            for (number, severity), entries in groupby(rows, key=lambda row: (row[0], row[1])):
                course = _course(number, _SEVERITIES[severity], list(entries), asked["since_"], asked["until_"])
                if course is not None:
                    yield course

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
        entries, own = timeline_entries.c, corrections.c
        kinds = (EntryKind.ACKNOWLEDGED, EntryKind.RESOLVED)
        this = (own.team_id == entries.team_id) & (own.incident == entries.incident) & (own.seq == entries.seq)
        at = sa.func.coalesce(own.happened_at, entries.happened_at)
        query = (
            sa.select(entries.incident, entries.kind, entries.actor)
            .select_from(timeline_entries.outerjoin(corrections, this))
            .where(
                entries.team_id == self._team_id,
                _within(entries.incident, courses),
                entries.kind.in_([kind.value for kind in kinds]),
                at < until,
            )
            .order_by(entries.incident, at.desc(), entries.seq.desc())
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


def _course(number: int, severity: Severity, rows: Sequence[Any], since: int, until: int) -> Course | None:
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


def _lengths(told: Sequence[str | None]) -> Iterator[Lengths]:
    over, waiting = told[::2], told[1::2]
    for each in zip(over, waiting, strict=True):
        yield Lengths(*(sorted(_numbers(text)) for text in each))


def _numbers(text: str | None) -> Iterable[int]:
    return map(int, text.split(",")) if text else ()


def _severity(course: Course) -> Severity:
    return course.severity


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _within(column: sa.ColumnElement[Any], courses: Sequence[Course]) -> sa.ColumnElement[bool]:
    return column.between(courses[0].number, courses[-1].number) if courses else sa.false()


def _named(actor: Actor) -> str:
    return actor.id or actor.name or actor.source.value


def _first(named: Mapping[str, str], kinds: Iterable[EntryKind]) -> str:
    return next(named[kind.value] for kind in kinds if kind.value in named)
