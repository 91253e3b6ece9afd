"""Everything inbound, once: what came by which key, and what was answered.

Two uses. A cause that is decided at once leaves its outcome here in the same transaction. What is only to be stored
(webhooks) leaves its body here and is folded into incidents later.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from incidentbot.domain.outcome import AnyOutcome
from incidentbot.store.statement import Statement
from incidentbot.store.tables import inbox
from incidentbot.store.upsert import insert_new

# So often folding a delivery is tried; then it is set aside with its body, and the others go on.
FOLDING_LIMIT: Final = 5

_OUTCOME: Final[TypeAdapter[AnyOutcome]] = TypeAdapter(AnyOutcome)

_KNOWN: Final = Statement(
    sa.select(inbox.c.outcome, inbox.c.fingerprint).where(
        inbox.c.team_id == sa.bindparam("team_id"), inbox.c.key == sa.bindparam("key")
    )
)
_WAITING: Final = Statement(
    sa.select(*(inbox.c.key, inbox.c.source, inbox.c.body, inbox.c.received_at, inbox.c.attempts, inbox.c.traceparent))
    .where(inbox.c.team_id == sa.bindparam("team_id"), inbox.c.done_at.is_(None), inbox.c.attempts < FOLDING_LIMIT)
    .order_by(inbox.c.received_at, inbox.c.key)
    .limit(sa.bindparam("limit"))
    .with_for_update(skip_locked=True)  # SQLite's compiler leaves it out: its writers wait for each other anyway
)

_DONE: Final = Statement(
    sa.update(inbox)
    .where(inbox.c.team_id == sa.bindparam("of_team"), inbox.c.key == sa.bindparam("of_key"), inbox.c.done_at.is_(None))
    .values(done_at=sa.bindparam("now"))
)
_OLDEST: Final = Statement(
    sa.select(sa.func.min(inbox.c.received_at)).where(
        inbox.c.team_id == sa.bindparam("team_id"), inbox.c.done_at.is_(None), inbox.c.attempts < FOLDING_LIMIT
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """The cause came before: the outcome it had, and the fingerprint of the body it had then."""

    outcome: AnyOutcome
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Something stored that waits to be folded. `traceparent` is the request that brought it, or None."""

    key: str
    source: str
    body: bytes
    received_at: datetime
    attempts: int
    traceparent: str | None


def as_json(outcome: AnyOutcome) -> dict[str, Any]:
    """The outcome in plain JSON values, as stored."""
    plain: dict[str, Any] = _OUTCOME.dump_python(outcome, mode="json")
    return plain


def fingerprint(body: bytes) -> str:
    """What tells two bodies apart."""
    return hashlib.sha256(body).hexdigest()


class Inbox:
    """The inbox of `team_id`; "" is what nobody knows the team of yet."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return inbox.c.team_id == self._team_id

    def known(self, key: str) -> Known | None:
        """The outcome of the cause `key`, if it came before."""
        row = _KNOWN.run(self._connection, {"team_id": self._team_id, "key": key}).first()
        return Known(_OUTCOME.validate_python(row.outcome), row.fingerprint) if row and row.outcome else None

    def answer(self, key: str, source: str, outcome: AnyOutcome, *, mark: str, now: datetime) -> bool:
        """Note the cause and its outcome; False where another transaction noted it meanwhile."""
        return insert_new(
            self._connection,
            inbox,
            {
                "team_id": self._team_id,
                "key": key,
                "source": source,
                "received_at": now,
                "done_at": now,
                "fingerprint": mark,
                "outcome": as_json(outcome),
            },
        )

    def store(
        self, key: str, source: str, body: bytes, now: datetime, *, traceparent: str | None = None
    ) -> bool | None:
        """Store a body to be folded later: True it is new, False it is known, None: the key came with another body."""
        row = {
            "team_id": self._team_id,
            "key": key,
            "source": source,
            "received_at": now,
            "fingerprint": fingerprint(body),
            "body": body,
            "traceparent": traceparent,
        }
        if insert_new(self._connection, inbox, row):
            return True
        query = sa.select(inbox.c.fingerprint).where(self._own, inbox.c.key == key)
        return False if self._connection.execute(query).scalar_one() == row["fingerprint"] else None

    def waiting(self, limit: int) -> tuple[Stored, ...]:
        """What waits to be folded, the oldest first; other replicas skip what is being folded."""
        found = _WAITING.run(self._connection, {"team_id": self._team_id, "limit": limit})
        return tuple(
            Stored(row.key, row.source, row.body or b"", row.received_at, row.attempts, row.traceparent)
            for row in found.rows
        )

    def done(self, keys: Sequence[str], now: datetime) -> None:
        """These are folded."""
        if keys:
            _DONE.run_many(self._connection, [{"of_team": self._team_id, "of_key": key, "now": now} for key in keys])

    def has(self, key: str) -> bool:
        """Whether something came by this key."""
        query = sa.select(inbox.c.key).where(self._own, inbox.c.key == key)
        return self._connection.execute(query).first() is not None

    def any_with(self, beginning: str) -> bool:
        """Whether anything came by a key that begins so."""
        after = beginning[:-1] + chr(ord(beginning[-1]) + 1)
        query = sa.select(inbox.c.key).where(self._own, inbox.c.key.like(f"{beginning}%"), inbox.c.key < after)
        return self._connection.execute(query.limit(1)).first() is not None

    def oldest(self) -> datetime | None:
        """When the oldest delivery that waits came in."""
        found: datetime | None = _OLDEST.run(self._connection, {"team_id": self._team_id}).scalar()
        return found

    def set_aside(self) -> int:
        """How many deliveries could not be folded however often it was tried; their bodies are kept."""
        query = sa.select(sa.func.count()).where(
            self._own, inbox.c.done_at.is_(None), inbox.c.attempts >= FOLDING_LIMIT
        )
        return self._connection.execute(query).scalar_one()

    def failed(self, key: str) -> None:
        """Folding this one failed once more; after `FOLDING_LIMIT` times it is set aside."""
        query = sa.update(inbox).where(self._own, inbox.c.key == key).values(attempts=inbox.c.attempts + 1)
        self._connection.execute(query)
