"""Comparing open incidents with NopeSight, at start and every few minutes; what differs is repaired."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Final

import structlog

from incidentbot.clients.errors import Absent, ClientError
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.sync import OpenEvent
from incidentbot.queries.sync import open_events
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases.reconcile import Repair, reconcile

log = structlog.get_logger(__name__)

RECONCILE: Final = "reconcile"
# NopeSight's limits are unknown, and nobody waits for this: a few at a time, and not all of a storm at once.
AT_ONCE: Final = 4
MOST: Final = 500


async def keep_reconciled(store: Store, nopesight: NopeSightClient, every: timedelta) -> None:
    """Until cancelled: compare at once and then every so often, by one replica at a time."""
    at_once = True
    while True:
        try:
            if await store.run(_turn, every, at_once) is not None:
                await compare(store, nopesight)
            at_once = False
        except ClientError as error:
            log.warning("nopesight.not_compared", reason=error.reason)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(every.total_seconds() / 3)


async def compare(store: Store, nopesight: NopeSightClient) -> dict[Repair, int]:
    """Compare every event that matters once; answers what was repaired, which the log tells too."""
    found = await store.ask(open_events, MOST)
    counts: Counter[Repair] = Counter()
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        told = await asyncio.gather(*(_told(nopesight, one) for one in some))
        for one, event in zip(some, told, strict=True):
            counts[await store.run(reconcile, one, event)] += 1
    repaired: dict[Repair, int] = {what: count for what, count in counts.items() if what is not Repair.NONE}
    if repaired:
        log.info("nopesight.repaired", compared=len(found), **{what.value: count for what, count in repaired.items()})
    return repaired


async def _told(nopesight: NopeSightClient, one: OpenEvent) -> MonitoringEvent | None:
    """The event as NopeSight has it now; None where it is gone."""
    try:
        return await nopesight.get_event(one.event_id)
    except Absent:
        return None


def _turn(store: Store, every: timedelta, at_once: bool) -> datetime | None:  # noqa: FBT001 - passed through a thread
    with store.begin("") as tx:
        return tx.recurring.turn(RECONCILE, tx.now, every, first_mark=tx.now, at_once=at_once)
