"""Timeline entries of one team's incidents; append-only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.audit import entry_digest
from incidentbot.domain.people import Actor
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.store.statement import Statement
from incidentbot.store.tables import timeline_entries

_INSERT: Final = Statement(
    sa.insert(timeline_entries),
    ("team_id", "incident", "seq", "kind", "actor", "data", "happened_at", "recorded_at"),
)
_OF: Final = sa.select(
    timeline_entries.c.seq,
    timeline_entries.c.kind,
    timeline_entries.c.actor,
    timeline_entries.c.happened_at,
    timeline_entries.c.data,
).where(timeline_entries.c.team_id == sa.bindparam("team_id"), timeline_entries.c.incident == sa.bindparam("incident"))
_GET: Final = Statement(_OF.where(timeline_entries.c.seq == sa.bindparam("seq")))
_PAGE: Final = Statement(
    _OF.where(timeline_entries.c.seq > sa.bindparam("after"))
    .order_by(timeline_entries.c.seq)
    .limit(sa.bindparam("limit"))
)
_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class EntryDigest:
    """An entry's place and digest; `erased` where a person's data was taken out of it."""

    incident: int
    seq: int
    digest: str
    erased: bool


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
            _INSERT.run_many(self._connection, rows)

    def get(self, incident: int, seq: int) -> Entry | None:
        """Entry `seq` of `incident`."""
        row = _GET.run(self._connection, {"team_id": self._team_id, "incident": incident, "seq": seq}).first()
        return _entry(row) if row else None

    def page(self, incident: int, *, after: int = 0, limit: int) -> tuple[Entry, ...]:
        """The entries behind number `after`, in order."""
        wanted = {"team_id": self._team_id, "incident": incident, "after": after, "limit": limit}
        return tuple(_entry(row) for row in _PAGE.run(self._connection, wanted).rows)

    def of_kinds(self, incident: int, kinds: Sequence[EntryKind]) -> tuple[Entry, ...]:
        """All entries of these kinds, in order."""
        query = _OF.where(timeline_entries.c.kind.in_([kind.value for kind in kinds])).order_by(timeline_entries.c.seq)
        found = self._connection.execute(query, {"team_id": self._team_id, "incident": incident})
        return tuple(_entry(row) for row in found)

    def digests(self) -> Iterator[EntryDigest]:
        """Every entry as the audit log binds it, by incident and number; ValueError where one cannot be read."""
        columns = timeline_entries.c
        after = (-(2**31), -(2**31))
        while True:
            query = (
                sa.select(timeline_entries)
                .where(columns.team_id == self._team_id, sa.tuple_(columns.incident, columns.seq) > sa.tuple_(*after))
                .order_by(columns.incident, columns.seq)
                .limit(_CHUNK)
            )
            chunk = self._connection.execute(query).all()
            yield from map(_digest, chunk)
            if len(chunk) < _CHUNK:
                return
            after = (chunk[-1].incident, chunk[-1].seq)

    def erase(self, incident: int, seq: int, actor: Actor, data: Mapping[str, Any], now: datetime) -> None:
        """Put what is left of an entry, after a person's data was taken out, in its place."""
        own = (
            timeline_entries.c.team_id == self._team_id,
            timeline_entries.c.incident == incident,
            timeline_entries.c.seq == seq,
        )
        query = sa.update(timeline_entries).where(*own)
        self._connection.execute(query.values(actor=actor, data=dict(data), erased_at=now))

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

    def latest(self, incident: int, kind: EntryKind, most: int) -> tuple[Entry, ...]:
        """The newest entries of a kind, the last one first."""
        columns = timeline_entries.c
        query = sa.select(columns.seq, columns.kind, columns.actor, columns.happened_at, columns.data)
        query = query.where(columns.team_id == self._team_id, columns.incident == incident, columns.kind == kind.value)
        rows = self._connection.execute(query.order_by(columns.seq.desc()).limit(most))
        return tuple(_entry(row) for row in rows)

    def last_at(self, incident: int, kind: EntryKind) -> datetime | None:
        """When the last entry of this kind happened."""
        columns = timeline_entries.c
        query = sa.select(columns.happened_at).where(columns.team_id == self._team_id, columns.incident == incident)
        query = query.where(columns.kind == kind.value).order_by(columns.seq.desc()).limit(1)
        found: datetime | None = self._connection.execute(query).scalar_one_or_none()
        return found


def _entry(row: Any) -> Entry:
    return Entry(row.seq, EntryKind(row.kind), row.actor, row.happened_at, row.data)


def _digest(row: Any) -> EntryDigest:
    digest = entry_digest(row.seq, row.kind, row.actor, row.data, row.happened_at, row.recorded_at)
    return EntryDigest(row.incident, row.seq, digest, erased=row.erased_at is not None)
