"""What programs that follow incidents are told: how far behind each is, and telling it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from incidentbot.effects.kinds import ChangeAnnounced
from incidentbot.store.tables import effects


@dataclass(frozen=True, slots=True)
class Behind:
    """How many changes wait for a program and since when, how many were given up, and the last problem, or ""."""

    waiting: int
    since: datetime | None
    given_up: int
    problem: str


class Announcements:
    """The announcements of `team_id`; `behind` looks at all teams."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._mine = (effects.c.team_id == team_id, effects.c.kind == ChangeAnnounced.kind)

    def behind(self) -> Mapping[str, Behind]:
        """Those that are not told everything, by name."""
        waits = effects.c.finished_at.is_(None)
        query = (
            sa.select(
                effects.c.target,
                sa.func.count().filter(waits),
                sa.func.min(effects.c.created_at).filter(waits),
                sa.func.count().filter(~waits),
                sa.func.coalesce(sa.func.max(effects.c.problem), ""),
            )
            .where(effects.c.kind == ChangeAnnounced.kind, waits | (effects.c.outcome == "parked"))
            .group_by(effects.c.target)
        )
        return {name: Behind(*facts) for name, *facts in self._connection.execute(query)}

    def again(self, name: str, incident: int, seq: int, now: datetime) -> bool:
        """Let the program be told entry `seq` once more; False where it never was to be told of it."""
        mine = (effects.c.incident == incident, effects.c.target == name, effects.c.seq == seq)
        known = self._connection.execute(sa.select(effects.c.id).where(*self._mine, *mine)).first()
        fresh = {"finished_at": None, "outcome": None, "problem": None, "attempts": 0, "created_at": now, "due_at": now}
        query = sa.update(effects).where(*self._mine, *mine, effects.c.finished_at.is_not(None))
        self._connection.execute(query.values(fresh))
        return known is not None
