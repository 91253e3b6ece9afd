"""Which processes work on this database: each says so every few seconds, by the database's clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from incidentbot.store.tables import replicas
from incidentbot.store.upsert import upsert

# A process that says nothing for so long is gone, or as good as gone; its row goes with the next look after a day.
LIVES_FOR: Final = timedelta(seconds=30)
REMEMBERED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Replica:
    """A process: where it runs, its version, whether it takes requests (`serves`) and whether it delivers (`works`)."""

    id: str
    host: str
    version: str
    serves: bool
    works: bool


class Replicas:
    """The processes of this database, whatever workspaces they serve."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def seen(self, replica: Replica, now: datetime) -> None:
        """This one lives. Those that were not seen for a day are forgotten."""
        facts = {
            "host": replica.host,
            "version": replica.version,
            "serves": replica.serves,
            "works": replica.works,
            "seen_at": now,
        }
        upsert(self._connection, replicas, {"id": replica.id, "started_at": now, **facts}, changed=facts)
        self._connection.execute(sa.delete(replicas).where(replicas.c.seen_at < now - REMEMBERED_FOR))

    def gone(self, replica_id: str) -> None:
        """This one ended in good order."""
        self._connection.execute(sa.delete(replicas).where(replicas.c.id == replica_id))

    def alive(self, now: datetime) -> tuple[Replica, ...]:
        """Those that were seen lately, the longest running first."""
        query = sa.select(replicas).where(replicas.c.seen_at > now - LIVES_FOR)
        rows = self._connection.execute(query.order_by(replicas.c.started_at, replicas.c.id))
        return tuple(Replica(row.id, row.host, row.version, row.serves, row.works) for row in rows)
