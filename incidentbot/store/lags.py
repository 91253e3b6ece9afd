"""What of one team's incidents is late or was given up, read from the effects."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.lag import Lag, Unsynced
from incidentbot.effects.kinds import EntryPosted, EventCommented, EventMade, EventStatusSet
from incidentbot.store.statement import Statement
from incidentbot.store.tables import effects

SYNCS = (EventStatusSet.kind, EventCommented.kind, EventMade.kind)


def _open() -> sa.ColumnElement[bool]:
    return effects.c.finished_at.is_(None) | (effects.c.outcome == "parked")


# Statement of every card, built once.
_OF: Final = Statement(
    sa.select(effects.c.kind, effects.c.seq, effects.c.data, effects.c.created_at, effects.c.outcome, effects.c.problem)
    .where(
        effects.c.team_id == sa.bindparam("team_id"),
        effects.c.incident == sa.bindparam("incident"),
        sa.or_(*(effects.c.kind == kind for kind in (EntryPosted.kind, *SYNCS))),
        _open(),
        (effects.c.outcome == "parked") | (effects.c.created_at <= sa.bindparam("before")),
        effects.c.id != sa.bindparam("but"),
    )
    .order_by(effects.c.created_at, effects.c.seq)
)


@dataclass(frozen=True, slots=True)
class UnsyncedIncident:
    """An incident that NopeSight does not know all of since `since`, and why; `given_up` waits for a person."""

    incident: int
    since: datetime
    reason: str
    given_up: bool


class Lags:
    """The lags of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return effects.c.team_id == self._team_id

    def of(self, incident: int, before: datetime, *, but: str = "") -> Lag:
        """What waits since before `before`, or was given up; effect `but` is left out."""
        named = {"team_id": self._team_id, "incident": incident, "before": before, "but": but}
        rows = _OF.run(self._connection, named).rows
        entries = [row for row in rows if row.kind == EntryPosted.kind]
        late = [row for row in entries if row.outcome is None]
        return Lag(
            unsynced=_unsynced([row for row in rows if row.kind in SYNCS]),
            missing=tuple((row.seq, row.problem or "") for row in entries if row.outcome),
            late=len(late),
            late_since=min((row.created_at for row in late), default=None),
        )

    def synced(self, incident: int, *, but: str) -> bool:
        """Whether NopeSight knows all of the incident; effect `but` is left out."""
        query = sa.select(effects.c.id).where(
            self._own, effects.c.incident == incident, effects.c.kind.in_(SYNCS), _open(), effects.c.id != but
        )
        return self._connection.execute(query.limit(1)).first() is None

    def unsynced(self, before: datetime, limit: int) -> list[UnsyncedIncident]:
        """What NopeSight was not told since before `before`, or will not be: the oldest of each incident first."""
        columns = effects.c
        query = (
            sa.select(columns.incident, columns.created_at, columns.outcome, columns.problem)
            .where(self._own, columns.kind.in_(SYNCS), _open())
            .where((columns.outcome == "parked") | (columns.created_at <= before))
            .order_by(columns.created_at)
        )
        found: dict[int, UnsyncedIncident] = {}
        for row in self._connection.execute(query):
            one = UnsyncedIncident(row.incident, row.created_at, row.problem or "", given_up=row.outcome is not None)
            found.setdefault(row.incident, one)
        return list(found.values())[:limit]

    def unsynced_count(self, before: datetime) -> int:
        """How many incidents `unsynced` is about."""
        columns = effects.c
        query = (
            sa.select(sa.func.count(columns.incident.distinct()))
            .where(self._own, columns.kind.in_(SYNCS), _open())
            .where((columns.outcome == "parked") | (columns.created_at <= before))
        )
        return self._connection.execute(query).scalar_one()


def _unsynced(rows: list[Any]) -> tuple[Unsynced, ...]:
    """One a thing that NopeSight does not know, however many events it concerns: the longest waiting."""
    found: dict[tuple[str, bool], Unsynced] = {}
    for row in rows:
        action = row.data.get("status") or ("open" if row.kind == EventMade.kind else "open again")
        one = Unsynced(action, row.created_at, row.problem or "", given_up=row.outcome is not None)
        found.setdefault((action, one.given_up), one)
    return tuple(found.values())
