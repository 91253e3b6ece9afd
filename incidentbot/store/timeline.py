"""Timeline entries of one team's incidents; append-only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.store.tables import timeline_entries

_INSERT: Final = sa.insert(timeline_entries)
_OF: Final = sa.select(
    timeline_entries.c.seq,
    timeline_entries.c.kind,
    timeline_entries.c.actor,
    timeline_entries.c.happened_at,
    timeline_entries.c.data,
).where(timeline_entries.c.team_id == sa.bindparam("team_id"), timeline_entries.c.incident == sa.bindparam("incident"))
_GET: Final = _OF.where(timeline_entries.c.seq == sa.bindparam("seq"))
_PAGE: Final = (
    _OF.where(timeline_entries.c.seq > sa.bindparam("after"))
    .order_by(timeline_entries.c.seq)
    .limit(sa.bindparam("limit"))
)


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
            self._connection.execute(_INSERT, rows)

    def get(self, incident: int, seq: int) -> Entry | None:
        """Entry `seq` of `incident`."""
        row = self._connection.execute(_GET, {"team_id": self._team_id, "incident": incident, "seq": seq}).first()
        return _entry(row) if row else None

    def page(self, incident: int, *, after: int = 0, limit: int) -> tuple[Entry, ...]:
        """The entries behind number `after`, in order."""
        wanted = {"team_id": self._team_id, "incident": incident, "after": after, "limit": limit}
        return tuple(_entry(row) for row in self._connection.execute(_PAGE, wanted))

    def last_of(self, incident: int, kinds: Sequence[EntryKind]) -> EntryKind | None:
        """The kind of the last entry that is one of `kinds`."""
        columns = timeline_entries.c
        query = (
            sa.select(columns.kind)
            .where(columns.team_id == self._team_id, columns.incident == incident)
            .where(columns.kind.in_([kind.value for kind in kinds]))
            .order_by(columns.seq.desc())
            .limit(1)
        )
        found = self._connection.execute(query).scalar_one_or_none()
        return EntryKind(found) if found else None


def _entry(row: Any) -> Entry:
    return Entry(row.seq, EntryKind(row.kind), row.actor, row.happened_at, row.data)
