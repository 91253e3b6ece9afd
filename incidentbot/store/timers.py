"""Timers as rows: at most one of a kind for an incident, due by the clock that all replicas share.

Firing needs no lease: it is one transaction that first locks the incident and then finds the row still due, or not.
Whoever changes the incident holds the same lock, so a timer whose reason went away is gone in the same commit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.timers import Timer, TimerKind
from incidentbot.store.statement import Statement
from incidentbot.store.tables import timers
from incidentbot.store.upsert import upsert

# Statements of every click, built once.
_OF_INCIDENT: Final = (
    timers.c.team_id == sa.bindparam("of_team"),
    timers.c.incident == sa.bindparam("of_incident"),
)
_INSERT: Final = Statement(sa.insert(timers), ("team_id", "incident", "kind", "due_at", "armed", "step"))
_CANCEL_ALL: Final = Statement(sa.delete(timers).where(*_OF_INCIDENT))
_NEXT_DUE: Final = Statement(sa.select(sa.func.min(timers.c.due_at)).where(timers.c.due_at.is_not(None)))
_OF: Final = Statement(sa.select(timers.c.kind, timers.c.due_at, timers.c.armed, timers.c.step).where(*_OF_INCIDENT))


@dataclass(frozen=True, slots=True)
class DueIncident:
    """An incident of some team that has a timer which is due."""

    team_id: str
    incident: int


class Timers:
    """The timers of `team_id`; `first_due`, `next_due_at` and `count` look at all teams."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def of(self, incident: int) -> tuple[Timer, ...]:
        """The incident's timers, those that ran to their end included."""
        named = {"of_team": self._team_id, "of_incident": incident}
        rows = _OF.run(self._connection, named).rows
        return tuple(Timer(TimerKind(row.kind), row.due_at, row.armed, row.step) for row in rows)

    def begin(self, incident: int, armed: Iterable[Timer]) -> None:
        """Store timers of an incident that has none of their kinds."""
        rows = [self._row(incident, timer) for timer in armed]
        if rows:
            _INSERT.run_many(self._connection, rows)

    def put(self, incident: int, timer: Timer) -> None:
        """Store a timer, in place of the one of its kind."""
        facts = {"due_at": timer.due_at, "armed": timer.armed, "step": timer.step}
        upsert(self._connection, timers, self._row(incident, timer), changed=facts)

    def cancel(self, incident: int, kind: TimerKind) -> None:
        """The incident has no timer of this kind any more."""
        own = (timers.c.team_id == self._team_id, timers.c.incident == incident, timers.c.kind == kind.value)
        self._connection.execute(sa.delete(timers).where(*own))

    def cancel_all(self, incident: int) -> None:
        """The incident has no timers any more."""
        _CANCEL_ALL.run(self._connection, {"of_team": self._team_id, "of_incident": incident})

    def first_due(self, now: datetime) -> DueIncident | None:
        """The incident whose timer has been due for longest."""
        query = sa.select(timers.c.team_id, timers.c.incident).where(timers.c.due_at <= now)
        row = self._connection.execute(query.order_by(timers.c.due_at, timers.c.incident).limit(1)).first()
        return DueIncident(row.team_id, row.incident) if row else None

    def next_due_at(self) -> datetime | None:
        """When the next timer of all is due, which may be past."""
        found: datetime | None = _NEXT_DUE.run(self._connection, {}).scalar()
        return found

    def count(self) -> int:
        """How many timers of all teams are still to fire."""
        query = sa.select(sa.func.count()).select_from(timers).where(timers.c.due_at.is_not(None))
        return self._connection.execute(query).scalar_one()

    def _row(self, incident: int, timer: Timer) -> Mapping[str, Any]:
        return {
            "team_id": self._team_id,
            "incident": incident,
            "kind": timer.kind.value,
            "due_at": timer.due_at,
            "armed": timer.armed,
            "step": timer.step,
        }
