"""Ordering scheduled reports when their time has come, and forgetting old ones, by whichever replica looks first."""

import asyncio
from datetime import timedelta
from math import inf
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
    """Order what is due, forget what is too old; how many seconds to rest then. Where nothing is, it only reads."""
    while True:
        due, old, wait = await store.ask(_next)
        if not (due or old):
            return min(look_every.total_seconds(), wait)
        if due:
            await store.run(fire_schedule)
        if old:
            await store.run(forget_reports)


def _next(store: Store) -> tuple[bool, bool, float]:
    """Whether a schedule is due, whether a report is too old, and in how many seconds the next schedule is due."""
    with store.read("") as tx:
        next_at, oldest = tx.schedules.next_due_at(), tx.reports.oldest_made_at()
        wait = (next_at - tx.now).total_seconds() if next_at else inf
        return wait <= 0, oldest is not None and oldest < tx.now - tx.policy.reports.keep_for, wait
