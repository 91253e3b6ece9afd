"""The digest of each channel: the message that shows all incidents whose cards have to wait for their turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from incidentbot.effects.kinds import CardCurrent
from incidentbot.store.statement import Statement
from incidentbot.store.tables import digests, effects
from incidentbot.store.upsert import upsert

# Statements of every card that is posted, built once.
_GET: Final = Statement(
    sa.select(digests.c.channel, digests.c.incidents, digests.c.place, digests.c.ts).where(
        digests.c.team_id == sa.bindparam("team_id"), digests.c.channel == sa.bindparam("channel")
    )
)
_CARDS_WAITING: Final = Statement(
    sa.select(effects.c.incident)
    .where(
        effects.c.team_id == sa.bindparam("team_id"),
        effects.c.kind == CardCurrent.kind,
        effects.c.target == sa.bindparam("channel"),
        effects.c.finished_at.is_(None),
        effects.c.incident != sa.bindparam("but"),
    )
    .order_by(effects.c.rank, effects.c.incident)
)


@dataclass(frozen=True, slots=True)
class Digest:
    """The last digest of `channel` (its id, or its name while nobody knows better).

    `place` (the channel's id) and `ts` are "" until it stands there.
    """

    channel: str
    incidents: tuple[int, ...]
    place: str = ""
    ts: str = ""


class Digests:
    """The digests of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def get(self, channel: str) -> Digest | None:
        """The last digest of the channel."""
        row = _GET.run(self._connection, {"team_id": self._team_id, "channel": channel}).first()
        return Digest(row.channel, tuple(row.incidents), row.place, row.ts) if row else None

    def save(self, digest: Digest) -> None:
        """Remember it as the channel's last one."""
        facts = {"place": digest.place, "ts": digest.ts, "incidents": list(digest.incidents)}
        key = {"team_id": self._team_id, "channel": digest.channel}
        upsert(self._connection, digests, {**key, **facts}, changed=facts)

    def cards_waiting(self, channel: str, *, but: int = 0) -> tuple[int, ...]:
        """The incidents whose card is yet to be posted in the channel, without incident `but`."""
        named = {"team_id": self._team_id, "channel": channel, "but": but}
        return tuple(_CARDS_WAITING.run(self._connection, named).scalars())

    def is_due(self, channel: str) -> bool:
        """Whether a digest of the channel is yet to be begun."""
        query = sa.select(effects.c.id).where(
            effects.c.team_id == self._team_id,
            effects.c.lane == f"digest:{channel}",
            effects.c.finished_at.is_(None),
            effects.c.attempt_started_at.is_(None),
            effects.c.lease.is_(None),
        )
        return self._connection.execute(query.limit(1)).first() is not None


def missing(digest: Digest | None, waiting: Sequence[int]) -> tuple[int, ...]:
    """The incidents of `waiting` that the digest does not show."""
    shown = set(digest.incidents) if digest else set()
    return tuple(number for number in waiting if number not in shown)
