"""Timeline entries of one team's incidents; append-only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.store.tables import timeline_entries


class Timeline:
    """The entries of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def append(self, incident: int, entries: Sequence[Entry], now: datetime) -> None:
        """Store entries, numbered by the caller under the incident's lock."""
        rows = [
            {
                "team_id": self._team_id,
                "incident": incident,
                "seq": entry.seq,
                "kind": entry.kind.value,
                "actor": entry.actor,
                "data": dict(entry.data),
                "happened_at": entry.happened_at,
                "recorded_at": now,
            }
            for entry in entries
        ]
        if rows:
            self._connection.execute(sa.insert(timeline_entries), rows)

    def get(self, incident: int, seq: int) -> Entry | None:
        """Entry `seq` of `incident`."""
        row = self._connection.execute(self._of(incident).where(timeline_entries.c.seq == seq)).first()
        return _entry(row) if row else None

    def page(self, incident: int, *, after: int = 0, limit: int) -> tuple[Entry, ...]:
        """The entries behind number `after`, in order."""
        query = self._of(incident).where(timeline_entries.c.seq > after).order_by(timeline_entries.c.seq).limit(limit)
        return tuple(_entry(row) for row in self._connection.execute(query))

    def _of(self, incident: int) -> sa.Select[Any]:
        columns = timeline_entries.c
        return sa.select(columns.seq, columns.kind, columns.actor, columns.happened_at, columns.data).where(
            columns.team_id == self._team_id, columns.incident == incident
        )


def _entry(row: Any) -> Entry:
    return Entry(row.seq, EntryKind(row.kind), row.actor, row.happened_at, row.data)
