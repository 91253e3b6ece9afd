"""The audit log: rows are added at the end of a transaction, chained under a lock that its commit releases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from incidentbot.domain.audit import BEGINNING, Head, Note, Row, canonical, digest, hash_of, payload_of
from incidentbot.domain.incident import Change, Incident
from incidentbot.store.erasing import Traces
from incidentbot.store.statement import Statement
from incidentbot.store.tables import audit_heads, audit_log
from incidentbot.store.upsert import insert_new

_CHUNK: Final = 1000
_FIELDS: Final = tuple(field.name for field in fields(Row))
_INCIDENT: Final = TypeAdapter(Incident)
_LOCK: Final = Statement(
    sa.select(audit_heads.c.seq, audit_heads.c.hash)
    .where(audit_heads.c.team_id == sa.bindparam("team"))
    .with_for_update()
)

_MOVE: Final = Statement(
    sa.update(audit_heads)
    .where(audit_heads.c.team_id == sa.bindparam("team"))
    .values(seq=sa.bindparam("new_seq"), hash=sa.bindparam("new_hash"))
)
_INSERT: Final = Statement(sa.insert(audit_log), _FIELDS)
_LATEST: Final = Statement(
    sa.select(audit_log.c.hash)
    .where(audit_log.c.team_id == sa.bindparam("team"), audit_log.c.incident == sa.bindparam("number"))
    .order_by(audit_log.c.seq.desc())
    .limit(1)
)


def differences(change: Change) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a change makes different, before and after it; of a new incident everything is after."""
    after = _INCIDENT.dump_python(change.after, mode="json")
    if change.before is None:
        return {}, after
    before = _INCIDENT.dump_python(change.before, mode="json")
    different = [name for name in after if after[name] != before[name]]
    return {name: before[name] for name in different}, {name: after[name] for name in different}


class Audit:
    """The chains of all teams; the caller says which."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, team_id: str, notes: Sequence[Note], now: datetime) -> None:
        """Add rows to the team's chain, in order. Whoever comes next for this team waits until our commit."""
        head = self._lock(team_id, now)
        rows: list[Row] = []
        latest: dict[int, str] = {}
        for note in notes:
            row = self._next(head, note, latest, now)
            rows.append(row)
            head = Head(team_id, row.seq, row.hash)
            if row.incident is not None:
                latest[row.incident] = row.hash
        _INSERT.run_many(self._connection, [{name: getattr(row, name) for name in _FIELDS} for row in rows])
        _MOVE.run(self._connection, {"team": team_id, "new_seq": head.seq, "new_hash": head.hash})

    def _next(self, head: Head, note: Note, latest: Mapping[int, str], now: datetime) -> Row:
        payload = payload_of(note, token_hex(16))
        before = BEGINNING
        if note.incident is not None:
            before = latest.get(note.incident) or self._latest(head.team_id, note.incident)
        row = Row(
            team_id=head.team_id,
            seq=head.seq + 1,
            at=now,
            action=note.action,
            outcome=note.outcome,
            surface=note.surface,
            request=note.request,
            incident=note.incident,
            facts=canonical(dict(note.facts)),
            payload=payload,
            payload_digest=digest(payload),
            previous=head.hash,
            previous_of_incident=before,
        )
        return replace(row, hash=hash_of(row))

    def _latest(self, team_id: str, incident: int) -> str:
        return _LATEST.run(self._connection, {"team": team_id, "number": incident}).scalar() or BEGINNING

    def _lock(self, team_id: str, now: datetime) -> Head:
        row = _LOCK.run(self._connection, {"team": team_id}).first()
        if row is None:
            first = {"team_id": team_id, "seq": 0, "hash": BEGINNING, "began_at": now}
            insert_new(self._connection, audit_heads, first)
            [row] = _LOCK.run(self._connection, {"team": team_id}).rows
        return Head(team_id, row.seq, row.hash)

    def heads(self) -> tuple[Head, ...]:
        """The end of each chain as it was noted."""
        query = sa.select(audit_heads).order_by(audit_heads.c.team_id)
        return tuple(Head(row.team_id, row.seq, row.hash) for row in self._connection.execute(query))

    def teams(self) -> tuple[str, ...]:
        """Every team that has a chain, or rows of one."""
        query = sa.union(sa.select(audit_heads.c.team_id), sa.select(audit_log.c.team_id))
        return tuple(sorted(self._connection.execute(query).scalars()))

    def rows(self, team_id: str) -> Iterator[Row]:
        """The team's rows, in order."""
        after = None
        while True:
            query = sa.select(audit_log).where(audit_log.c.team_id == team_id).order_by(audit_log.c.seq).limit(_CHUNK)
            chunk = self._connection.execute(query if after is None else query.where(audit_log.c.seq > after)).all()
            yield from (Row(**row._mapping) for row in chunk)  # noqa: SLF001 - SQLAlchemy's public name for it
            if len(chunk) < _CHUNK:
                return
            after = chunk[-1].seq

    def erase(self, team_id: str, traces: Traces) -> list[int]:
        """Take the payloads away that give a person away; answers the rows' numbers."""
        mentions = sa.or_(*(audit_log.c.payload.icontains(text, autoescape=True) for text in traces.texts))
        query = sa.select(audit_log.c.seq, audit_log.c.payload).where(audit_log.c.team_id == team_id, mentions)
        found = [row.seq for row in self._connection.execute(query) if traces.within(row.payload)]
        for seq in found:
            own = (audit_log.c.team_id == team_id, audit_log.c.seq == seq)
            self._connection.execute(sa.update(audit_log).where(*own).values(payload=None))
        return found
