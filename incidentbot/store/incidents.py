"""Incidents of one team."""

import re
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.reference import meant_by
from incidentbot.domain.severity import Severity
from incidentbot.store.statement import Statement
from incidentbot.store.tables import incidents
from incidentbot.store.words import found_by_words, words_in

_FIELDS: Final = tuple(field.name for field in fields(Incident))
_COLUMNS: Final = tuple(incidents.c[name] for name in _FIELDS)
_UNRESOLVED: Final = (State.OPEN, State.ACKNOWLEDGED)
# So many unresolved incidents may be what somebody meant who mistyped a reference.
_LIKELY: Final = 200
# Written once, when the incident is made.
_FIXED: Final = frozenset({"team_id", "number", "source", "created_by", "created_at", "drill"})
_CHANGING: Final = tuple(name for name in _FIELDS if name not in _FIXED)

_BY_NUMBER: Final = sa.select(*_COLUMNS).where(
    incidents.c.team_id == sa.bindparam("team_id"), incidents.c.number == sa.bindparam("number")
)
_GET: Final = Statement(_BY_NUMBER)
# SQLite's compiler leaves the lock out: its writers wait for each other anyway.
_GET_LOCKED: Final = Statement(_BY_NUMBER.with_for_update())

_INSERT: Final = Statement(sa.insert(incidents), _FIELDS)
_OF_NUMBER: Final = (
    incidents.c.team_id == sa.bindparam("of_team"),
    incidents.c.number == sa.bindparam("of_number"),
)
_PLACE_CARD: Final = Statement(
    sa.update(incidents)
    .where(*_OF_NUMBER)
    .values(channel=sa.bindparam("new_channel"), root_ts=sa.bindparam("new_root_ts"))
)
_LAG_ON_CARD: Final = Statement(sa.select(incidents.c.lag_on_card).where(*_OF_NUMBER))
_SAY_LAG: Final = Statement(sa.update(incidents).where(*_OF_NUMBER).values(lag_on_card=sa.bindparam("new_mark")))
_LINKS_TOLD: Final = Statement(sa.select(incidents.c.links_told_at, incidents.c.links_untold).where(*_OF_NUMBER))
_TELL_LINKS: Final = Statement(
    sa.update(incidents)
    .where(*_OF_NUMBER)
    .values(links_told_at=sa.bindparam("told_at"), links_untold=sa.bindparam("untold"))
)


@cache
def _compare_and_set(changed: tuple[str, ...]) -> Statement:
    return Statement(
        sa.update(incidents)
        .where(*_OF_NUMBER, incidents.c.version == sa.bindparam("of_version"))
        .values({name: sa.bindparam(f"new_{name}") for name in changed})
    )


class VersionConflict(Exception):
    """Somebody else changed the incident since it was read; the whole unit of work has to be run again."""


class Incidents:
    """The incidents of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return incidents.c.team_id == self._team_id

    def get(self, number: int, *, lock: bool = False) -> Incident | None:
        """Incident `number`; with `lock` nobody else changes it until the transaction ends."""
        named = {"team_id": self._team_id, "number": number}
        row = (_GET_LOCKED if lock else _GET).run(self._connection, named).first()
        return _incident(row) if row else None

    def several(self, numbers: Sequence[int]) -> tuple[Incident, ...]:
        """The incidents with these numbers, in their order."""
        query = sa.select(*_COLUMNS).where(self._own, incidents.c.number.in_(numbers)).order_by(incidents.c.number)
        return tuple(_incident(row) for row in self._connection.execute(query))

    def by_dedupe_key(self, key: str, *, lock: bool = False) -> Incident | None:
        """The unresolved incident with this dedupe key."""
        query = sa.select(*_COLUMNS).where(
            self._own, incidents.c.dedupe_key == key, incidents.c.state != State.RESOLVED.value
        )
        return self._one(query, lock=lock)

    def by_thread(self, channel: str, root_ts: str) -> Incident | None:
        """The incident whose card is message `root_ts` of `channel` (its id)."""
        query = sa.select(*_COLUMNS).where(
            self._own, incidents.c.channel == channel, incidents.c.root_ts == root_ts, incidents.c.root_ts != ""
        )
        return self._one(query)

    def by_own_channel(self, channel: str) -> Incident | None:
        """The incident that was moved to this channel (its id)."""
        query = sa.select(*_COLUMNS).where(self._own, incidents.c.own_channel == channel, incidents.c.own_channel != "")
        return self._one(query.order_by(incidents.c.number.desc()).limit(1))

    def likely(self, typed: str) -> int | None:
        """The number that a reference which names nothing most likely means: one that is there, or unresolved."""
        number = meant_by(typed, self.unresolved(_LIKELY)[0])
        if number is not None:
            return number
        named = meant_by(typed, [int(digits) for digits in re.findall(r"[0-9]{1,9}", typed, re.ASCII)[:1]])
        return named if named and self.get(named) is not None else None

    def unresolved(self, limit: int) -> tuple[tuple[int, ...], int]:
        """The newest `limit` numbers that are not resolved, and how many there are in all."""
        found = self.numbers(states=_UNRESOLVED, limit=limit)
        return found, len(found) if len(found) < limit else self.count(_UNRESOLVED)

    def unresolved_before(self, moment: datetime) -> int:
        """How many that were created before `moment` are not resolved; no drills."""
        waiting = incidents.c.state.in_([State.OPEN.value, State.ACKNOWLEDGED.value])
        where = (self._own, waiting, incidents.c.created_at < moment, incidents.c.drill.is_(sa.false()))
        return self._connection.execute(sa.select(sa.func.count()).where(*where)).scalar_one()

    def worst(self, limit: int) -> tuple[Incident, ...]:
        """Those that are not resolved, the worst and oldest first; no drills."""
        unresolved = incidents.c.state.in_([State.OPEN.value, State.ACKNOWLEDGED.value])
        query = sa.select(*_COLUMNS).where(self._own, unresolved, incidents.c.drill.is_(sa.false()))
        query = query.order_by(severity_rank(), incidents.c.number).limit(limit)
        return tuple(_incident(row) for row in self._connection.execute(query))

    def page(
        self,
        *,
        states: Sequence[State] = (),
        severity: Severity | None = None,
        text: str = "",
        before: int | None = None,
        limit: int,
    ) -> tuple[Incident, ...]:
        """The newest first, `before` a number; `text` is words of the title or the description."""
        return tuple(reversed(self.several(self.numbers(states, severity, text, before, limit))))

    def numbers(
        self,
        states: Sequence[State] = (),
        severity: Severity | None = None,
        text: str = "",
        before: int | None = None,
        limit: int = 1,
    ) -> tuple[int, ...]:
        """The numbers of what `page` lists. However many incidents there are, few of them are looked at."""
        wanted = frozenset(states) or frozenset(State)
        if text and not words_in(text):
            return ()
        if text:
            query = found_by_words(self._connection, self._team_id, text, _further(wanted, severity), before)
        else:
            query = self._newest(wanted, severity, before, limit)
        return tuple(self._connection.execute(query.limit(limit)).scalars())

    def count(self, states: Sequence[State], *, drills: bool = True) -> int:
        """How many incidents are in one of these states, or, without `drills`, how many of them are real."""
        where = (self._own, incidents.c.state.in_([state.value for state in states]))
        query = sa.select(sa.func.count()).select_from(incidents).where(*where)
        if not drills:
            query = query.where(incidents.c.drill.is_(sa.false()))
        return self._connection.execute(query).scalar_one()

    def insert(self, incident: Incident) -> None:
        """Store a new incident."""
        _INSERT.run(self._connection, _row(incident))

    def update(self, before: Incident, after: Incident) -> None:
        """Store `after` if the row still has the version of `before`, and its key is free; else VersionConflict."""
        changed = {name: _value(after, name) for name in _CHANGING if getattr(after, name) != getattr(before, name)}
        named = {**self._named(before.number), "of_version": before.version}
        new = {f"new_{name}": value for name, value in changed.items()}
        try:
            updated = _compare_and_set(tuple(changed)).run(self._connection, named | new).count
        except sa.exc.IntegrityError as error:
            if "dedupe_key" not in str(error.orig):
                raise
            raise VersionConflict from error
        if updated != 1:
            raise VersionConflict

    def place_card(self, number: int, channel: str, root_ts: str) -> None:
        """Remember where the card stands. Not a change of the incident: no version, no entry."""
        _PLACE_CARD.run(self._connection, {**self._named(number), "new_channel": channel, "new_root_ts": root_ts})

    def lag_on_card(self, number: int) -> str:
        """What the card says of the lag, in short, or is about to."""
        return str(_LAG_ON_CARD.run(self._connection, self._named(number)).scalar())

    def say_lag(self, number: int, mark: str) -> None:
        """Store what `lag_on_card` answers."""
        _SAY_LAG.run(self._connection, {**self._named(number), "new_mark": mark})

    def links_told(self, number: int) -> tuple[datetime | None, int]:
        """When the thread was last told of a joining event, and how many it was not told of since."""
        [(told_at, untold)] = _LINKS_TOLD.run(self._connection, self._named(number)).rows
        return told_at, untold

    def tell_links(self, number: int, *, told_at: datetime | None, untold: int) -> None:
        """Store what `links_told` answers."""
        _TELL_LINKS.run(self._connection, {**self._named(number), "told_at": told_at, "untold": untold})

    def _named(self, number: int) -> dict[str, Any]:
        return {"of_team": self._team_id, "of_number": number}

    def _newest(
        self, states: Collection[State], severity: Severity | None, before: int | None, limit: int
    ) -> sa.Select[Any]:
        """By an index that has the numbers in order: one range of it for each state, of which the newest are taken."""
        query = sa.select(incidents.c.number).where(self._own, *_further(frozenset(State), severity))
        if before is not None:
            query = query.where(incidents.c.number < before)
        query = query.order_by(incidents.c.number.desc())
        each = [query.where(incidents.c.state == state.value).limit(limit).subquery() for state in sorted(states)]
        together = sa.union_all(*(sa.select(one.c.number) for one in each)).subquery()
        return sa.select(together.c.number).order_by(together.c.number.desc())

    def _one(self, query: sa.Select[Any], *, lock: bool = False) -> Incident | None:
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = self._connection.execute(query).first()
        return _incident(row) if row else None


def _further(states: Collection[State], severity: Severity | None) -> tuple[sa.ColumnElement[bool], ...]:
    """What is demanded beside the words; nothing where it is all states and severities."""
    where = [] if len(states) == len(State) else [incidents.c.state.in_([state.value for state in states])]
    return (*where, *([incidents.c.severity == severity.value] if severity else []))


def incident_columns() -> tuple[sa.Column[Any], ...]:
    """The columns of which `incident_of` makes an incident."""
    return _COLUMNS


def severity_rank() -> sa.Case[Any]:
    """By which incidents are ordered that are to stand worst first."""
    return sa.case({level.value: level.rank for level in Severity}, value=incidents.c.severity)


def incident_of(row: Any, *, without: Collection[str] = ()) -> Incident:
    """The incident in a row that has also columns `without` a place in it."""
    return _incident(row, without)


def _incident(row: Any, without: Collection[str] = ()) -> Incident:
    values = {name: value for name, value in row._asdict().items() if name not in without}
    return Incident(
        **{
            **values,
            "severity": Severity(values["severity"]),
            "state": State(values["state"]),
            "dedupe_key": values["dedupe_key"] or "",
            "cis": tuple(CiRef(*ci) for ci in values["cis"]),
            "unknown_cis": tuple(values["unknown_cis"]),
        }
    )


def _value(incident: Incident, name: str) -> Any:
    value = getattr(incident, name)
    if name == "dedupe_key":
        return value or None
    if name == "cis":
        return [[ci.id, ci.name, ci.type] for ci in value]
    if name == "unknown_cis":
        return list(value)
    if name in {"severity", "state"}:
        return value.value
    return value


def _row(incident: Incident) -> dict[str, Any]:
    return {name: _value(incident, name) for name in _FIELDS}
