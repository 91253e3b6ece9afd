"""How often the events of an incident moved it lately."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import sqlalchemy as sa

from incidentbot.store.statement import Statement
from incidentbot.store.tables import flapping
from incidentbot.store.upsert import upsert

_GET: Final = Statement(
    sa.select(flapping.c.incident, flapping.c.since, flapping.c.last_at, flapping.c.moves, flapping.c.told).where(
        flapping.c.team_id == sa.bindparam("team_id"), flapping.c.incident == sa.bindparam("incident")
    )
)


@dataclass(frozen=True, slots=True)
class Flapping:
    """`moves` since `since`, the last one at `last_at`; `told`: the thread knows that they are only counted."""

    incident: int
    since: datetime
    last_at: datetime
    moves: int
    told: bool = False


class Flaps:
    """Those of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return flapping.c.team_id == self._team_id

    def get(self, incident: int) -> Flapping | None:
        """What is noted of the incident."""
        row = _GET.run(self._connection, {"team_id": self._team_id, "incident": incident}).first()
        return Flapping(row.incident, row.since, row.last_at, row.moves, row.told) if row else None

    def save(self, noted: Flapping) -> None:
        """Note it."""
        facts = asdict(noted)
        upsert(self._connection, flapping, {"team_id": self._team_id, **facts}, changed=facts)

    def forget(self, incident: int) -> None:
        """It is quiet."""
        self._connection.execute(sa.delete(flapping).where(self._own, flapping.c.incident == incident))
