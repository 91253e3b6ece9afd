"""Slack's rate limits as rows, shared by all replicas: a leaky bucket (GCRA) a key, on the database's clock.

`tat` is the theoretical arrival time of the next call if calls came evenly; `free_at` is when the next one may go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from incidentbot.store.statement import Statement
from incidentbot.store.tables import rate_limits
from incidentbot.store.upsert import upsert


@cache
def _stored(count: int) -> Statement:
    keys = (rate_limits.c.key == sa.bindparam(f"key_{place}") for place in range(count))
    return Statement(
        sa.select(rate_limits.c.key, rate_limits.c.tat, rate_limits.c.free_at)
        .where(rate_limits.c.team_id == sa.bindparam("team_id"), sa.or_(*keys))
        .order_by(rate_limits.c.key)
        .with_for_update()  # SQLite's compiler leaves it out: its writers wait for each other anyway
    )


@dataclass(frozen=True, slots=True)
class Limit:
    """At most one call of `key` each `interval` seconds on average, `burst` of them at once.

    A call may take longer to arrive than the one after it: the last of a burst, and with it everything behind, goes
    `margin` seconds later, so that whoever counts where calls arrive never counts too many.
    """

    key: str
    interval: float
    burst: int = 1
    margin: float = 0.0

    def free_at(self, tat: datetime) -> datetime:
        """When the next call may go."""
        return tat - timedelta(seconds=self.interval * (self.burst - 1) - self.margin)


class Limits:
    """The rate limits of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def reserve(self, wanted: Sequence[Limit], now: datetime) -> datetime | None:
        """Take one call of every limit and answer None; or take none and answer when to ask again."""
        if not wanted:
            return None
        # Always in the same order, so that two replicas cannot wait for each other.
        wanted = sorted(wanted, key=lambda limit: limit.key)
        stored = self._stored([limit.key for limit in wanted])
        free_at = max((stored[limit.key][1] for limit in wanted if limit.key in stored), default=now)
        if free_at > now:
            return free_at
        self._take(wanted, stored, now)
        return None

    def book(self, wanted: Sequence[Limit], now: datetime) -> datetime:
        """Take one call of every limit, ahead of time if need be; answers when it may go, `now` at the earliest.

        For what somebody is waiting for: a booking does not have to ask again, and everybody else comes after it.
        """
        wanted = sorted(wanted, key=lambda limit: limit.key)
        stored = self._stored([limit.key for limit in wanted])
        self._take(wanted, stored, now)
        return max([now, *(stored[limit.key][1] for limit in wanted if limit.key in stored)])

    def _take(self, wanted: Sequence[Limit], stored: Mapping[str, tuple[datetime, datetime]], now: datetime) -> None:
        for limit in wanted:
            tat = max(stored.get(limit.key, (now, now))[0], now) + timedelta(seconds=limit.interval)
            self._write(limit.key, tat, limit.free_at(tat))

    def room(self, limit: Limit, now: datetime, seconds: float) -> int:
        """How many calls of `limit` may go within `seconds` from `now`."""
        stored = self._stored([limit.key]).get(limit.key)
        tat, free_at = stored or (now, now)
        if free_at > now + timedelta(seconds=seconds):
            return 0
        ahead = max((tat - now).total_seconds(), 0.0)
        return max(0, int((seconds - ahead - limit.margin) / limit.interval + limit.burst))

    def waits_until(self, keys: Sequence[str], now: datetime) -> datetime | None:
        """Until when one of `keys` lets nothing through, if one does not at `now`."""
        waiting = [free_at for _, free_at in self._stored(keys).values() if free_at > now] if keys else []
        return max(waiting, default=None)

    def waiting(self, prefix: str, now: datetime) -> frozenset[str]:
        """The keys with `prefix` that let nothing through at `now`."""
        query = sa.select(rate_limits.c.key).where(
            rate_limits.c.team_id == self._team_id,
            rate_limits.c.key.startswith(prefix, autoescape=True),
            rate_limits.c.free_at > now,
        )
        return frozenset(self._connection.execute(query).scalars())

    def block(self, key: str, until: datetime) -> None:
        """Nothing of `key` before `until`: Slack said so."""
        tat, free_at = self._stored([key]).get(key, (until, until))
        self._write(key, max(tat, until), max(free_at, until))

    def _stored(self, keys: Sequence[str]) -> dict[str, tuple[datetime, datetime]]:
        named = {f"key_{place}": key for place, key in enumerate(keys)}
        rows = _stored(len(keys)).run(self._connection, {"team_id": self._team_id, **named}).rows
        return {row.key: (row.tat, row.free_at) for row in rows}

    def _write(self, key: str, tat: datetime, free_at: datetime) -> None:
        times = {"tat": tat, "free_at": free_at}
        upsert(self._connection, rate_limits, {"team_id": self._team_id, "key": key, **times}, changed=times)
