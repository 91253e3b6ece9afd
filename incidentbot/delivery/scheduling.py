"""Ordering scheduled reports when their time has come, and forgetting old ones, by whichever replica looks first."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases.fold import DEFECTS
from incidentbot.usecases.forget_reports import forget_reports
from incidentbot.usecases.schedule_report import fire_schedule

log = structlog.get_logger(__name__)

# Should firing itself be broken, not even this is to be tried without a pause.
AFTER_FAILURE: Final = 5.0


async def keep_schedules(store: Store, look_every: timedelta) -> None:
    """Until cancelled: order what is due, and look again when the next one is, or after `look_every`."""
    while True:
        try:
            rest = await _fire_all(store, look_every)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
            rest = look_every.total_seconds()
        except DEFECTS:
            log.exception("schedules.failed")
            rest = AFTER_FAILURE
        await asyncio.sleep(rest)


async def _fire_all(store: Store, look_every: timedelta) -> float:
    while await store.run(fire_schedule) is not None:
        pass
    while await store.run(forget_reports):
        pass
    now, next_at = await store.ask(_next)
    until = next_at - now if next_at else look_every
    return max(min(look_every, until).total_seconds(), 0.0)


def _next(store: Store) -> tuple[datetime, datetime | None]:
    with store.read("") as tx:
        return tx.now, tx.schedules.next_due_at()
