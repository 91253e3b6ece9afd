"""Firing timers when their time has come, by whichever replica looks first."""

import asyncio
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases.fire import fire_due
from incidentbot.usecases.fold import DEFECTS

log = structlog.get_logger(__name__)

# Should firing itself be broken, not even this is to be tried without a pause.
AFTER_FAILURE: Final = 5.0


class Count(Protocol):
    """Hears of each timer that fired."""

    def __call__(self, kind: str, *, late: bool) -> None:
        """One of `kind` fired, in time or not."""


async def keep_timers(store: Store, look_every: timedelta, count: Count) -> None:
    """Until cancelled: fire what is due, and look again when the next one is, or after `look_every`."""
    while True:
        try:
            rest = await _fire_all(store, look_every, count)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
            rest = look_every.total_seconds()
        except DEFECTS:
            log.exception("timers.failed")
            rest = AFTER_FAILURE
        await asyncio.sleep(rest)


async def _fire_all(store: Store, look_every: timedelta, count: Count) -> float:
    """Fire everything that is due; how many seconds to rest then."""
    while True:
        now, next_at = await store.ask(_next)
        if next_at is None or next_at > now:
            until = (next_at - now) if next_at else look_every
            return min(look_every, until).total_seconds()
        fired = await store.run(fire_due)
        if fired is not None and fired.kind is not None:
            count(fired.kind.value, late=bool(fired.late))


def _next(store: Store) -> tuple[datetime, datetime | None]:
    with store.read("") as tx:
        return tx.now, tx.timers.next_due_at()
