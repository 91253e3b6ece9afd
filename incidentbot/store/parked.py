"""What people do with effects: look at those that wait or were given up, try them again, give them up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.effects.kinds import KINDS, Effect, Repeat
from incidentbot.store.effects import held
from incidentbot.store.tables import effects

STATES: Final = ("waiting", "in_flight", "held", "parked")
_LOOKED_UP: Final = tuple(name for name, kind in KINDS.items() if kind.repeat is Repeat.LOOK_UP)


@dataclass(frozen=True, slots=True)
class Seen:
    """An effect as people see it. `state` is one of STATES, or what became of it; `problem` is its last one, or ""."""

    id: str
    kind: str
    incident: int
    target: str
    state: str
    attempts: int
    created_at: datetime
    due_at: datetime
    problem: str


class Parked:
    """The effects of `team_id`, as people see them."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._own = effects.c.team_id == team_id

    def page(self, states: Collection[str], *, incident: int | None = None, limit: int = 100) -> tuple[Seen, ...]:
        """Effects in these states, the oldest first."""
        query = self._seen().where(_state().in_(list(states))).order_by(effects.c.created_at, effects.c.seq)
        if incident is not None:
            query = query.where(effects.c.incident == incident)
        return self._read(query.limit(limit))

    def get(self, effect_id: str) -> Seen | None:
        """One effect, in whatever state."""
        found = self._read(self._seen().where(effects.c.id == effect_id))
        return found[0] if found else None

    def gave_up(self, effect: Effect) -> bool:
        """Whether one of the same lane was given up before, and waits for a person."""
        mine = (self._own, effects.c.incident == effect.incident, effects.c.lane == effect.lane)
        query = sa.select(effects.c.id).where(*mine, effects.c.outcome == "parked").limit(1)
        return self._connection.execute(query).first() is not None

    def replay(self, chosen: Sequence[Seen], now: datetime) -> None:
        """Let parked effects be tried again from the beginning.

        Nobody knows any more whether one of them arrived after all, so what could be seen twice is looked up first.
        """
        query = sa.update(effects).where(self._own, effects.c.id.in_([one.id for one in chosen]))
        fresh = {
            "finished_at": None,
            "outcome": None,
            "problem": None,
            "attempts": 0,
            "due_at": now,
            "attempt_started_at": sa.case((effects.c.kind.in_(_LOOKED_UP), effects.c.created_at), else_=None),
        }
        self._connection.execute(query.where(effects.c.outcome == "parked").values(fresh))

    def look_up(self, now: datetime) -> int:
        """Take every message that waits for one that may have been sent, so that it is looked for; answers how many."""
        query = sa.update(effects).where(
            self._own,
            effects.c.finished_at.is_(None),
            effects.c.kind.in_(_LOOKED_UP),
            effects.c.attempt_started_at.is_(None),
        )
        begun = sa.case((effects.c.created_at < now, effects.c.created_at), else_=now)
        return self._connection.execute(query.values({"attempt_started_at": begun})).rowcount

    def park(self, effect_id: str, problem: str, now: datetime) -> bool:
        """Give an effect up that nobody works on; False where somebody does, or it is finished."""
        query = sa.update(effects).where(
            self._own, effects.c.id == effect_id, effects.c.finished_at.is_(None), effects.c.lease.is_(None)
        )
        values = {"finished_at": now, "outcome": "parked", "problem": problem, "attempt_started_at": None}
        return self._connection.execute(query.values(values)).rowcount == 1

    def _seen(self) -> sa.Select[Any]:
        columns = effects.c
        return sa.select(
            columns.id,
            columns.kind,
            columns.incident,
            columns.target,
            _state().label("state"),
            columns.attempts,
            columns.created_at,
            columns.due_at,
            sa.func.coalesce(columns.problem, "").label("problem"),
        ).where(self._own)

    def _read(self, query: sa.Select[Any]) -> tuple[Seen, ...]:
        return tuple(Seen(*row) for row in self._connection.execute(query))


def _state() -> sa.ColumnElement[str]:
    return sa.case(
        (effects.c.outcome.is_not(None), effects.c.outcome),
        (held() | effects.c.held, "held"),
        (effects.c.lease.is_not(None), "in_flight"),
        else_="waiting",
    )
