"""Asking NopeSight what changed, for what no webhook told; what it tells goes the way of a webhook's deliveries."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError
from incidentbot.clients.nopesight import EventQuery, NopeSightClient
from incidentbot.domain.monitoring import is_news
from incidentbot.domain.nopesight_event import ToldEvent
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases.receive import Received, receive

log = structlog.get_logger(__name__)

EVENTS: Final = "events"
# Nothing that NopeSight changed while we were asking is missed, and what was set up a moment ago is seen.
OVERLAP: Final = timedelta(seconds=30)
FIRST_LOOK_BACK: Final = timedelta(minutes=10)
PAGE: Final = 100
MOST_PAGES: Final = 100
AT_ONCE: Final = 50


async def keep_polled(store: Store, nopesight: NopeSightClient, every: timedelta) -> None:
    """Until cancelled: ask what changed since last time, every so often, by one replica at a time."""
    while True:
        try:
            since = await store.run(_turn, every)
            if since is not None:
                await poll(store, nopesight, since)
        except ClientError as error:
            log.warning("nopesight.not_polled", reason=error.reason)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(every.total_seconds() / 3)


async def poll(store: Store, nopesight: NopeSightClient, since: datetime) -> int:
    """Take in what changed since then; answers how many events were news."""
    changed = await _changed(nopesight, since - OVERLAP)
    news = 0
    # The oldest first, as they happened: an incident's first event creates it.
    for start in range(0, len(changed), AT_ONCE):
        news += await store.run(_take_in, changed[start : start + AT_ONCE])
    if changed:
        await store.run(_came_to, changed[-1].event.updated_at)
    if news:
        log.info("nopesight.polled", changed=len(changed), news=news)
    return news


async def _changed(nopesight: NopeSightClient, since: datetime) -> list[ToldEvent]:
    """All events that changed since then, the oldest change first.

    The newest are asked for first, so that it can be seen where a NopeSight that knows no `updatedSince` goes on with
    what is older; what moves to a later page meanwhile comes twice and is known the second time.
    """
    found: dict[str, ToldEvent] = {}
    for number in range(1, MOST_PAGES + 1):
        page = await nopesight.told_events(EventQuery(updated_since=since, sort="-updatedAt", limit=PAGE, page=number))
        found.update({one.event.event_id: one for one in page.items if one.event.updated_at >= since})
        older = any(one.event.updated_at < since for one in page.items)
        if older or not page.has_more or not page.items:
            break
    else:
        log.warning("nopesight.polled_in_part", events=len(found))
    return sorted(found.values(), key=lambda one: (one.event.updated_at, one.event.event_id))


def _turn(store: Store, every: timedelta) -> datetime | None:
    with store.begin("") as tx:
        return tx.recurring.turn(EVENTS, tx.now, every, first_mark=tx.now - FIRST_LOOK_BACK, at_once=False)


def _came_to(store: Store, mark: datetime) -> None:
    with store.begin("") as tx:
        tx.recurring.came_to(EVENTS, mark)


def _take_in(store: Store, told: Sequence[ToldEvent]) -> int:
    """Store what is news as deliveries, to be folded as if webhooks had brought them."""
    news = [one for one in told if not _known(store, one)]
    if news:
        receive(store, [Received(one.event.source, _key(one), one.body) for one in news])
    return len(news)


def _known(store: Store, told: ToldEvent) -> bool:
    """Whether some workspace has the event so, or newer."""
    with store.read("") as tx:
        for workspace in tx.installations.all():
            stored = tx.of(workspace.team_id).events.get(told.event.source, told.event.event_id)
            if stored is not None:
                same = stored.event.updated_at == told.event.updated_at and stored.event.status is told.event.status
                return same or not is_news(told.event, stored.event)
    return False


def _key(told: ToldEvent) -> str:
    """The same for the same state of the event, however often it is asked for."""
    return f"poll:{hashlib.sha256(told.body).hexdigest()}"
