"""Which processes work on a database is known by what they say themselves, by the database's clock."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.delivery.presence import keep_present
from incidentbot.queries.replicas import replicas
from incidentbot.store import Store
from incidentbot.store.replicas import LIVES_FOR, REMEMBERED_FOR, Replica
from tests.clocks import HandClock

FIRST = Replica("a", "host-a", "1.0", serves=True, works=True)
SECOND = Replica("b", "host-b", "1.1", serves=False, works=True)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 1, 5, 12, tzinfo=UTC))


@pytest.fixture
def store(database_url: str, clock: HandClock) -> Iterator[Store]:
    with closing(Store(database_url, clock=clock)) as store:
        yield store


def say(store: Store, replica: Replica) -> None:
    with store.begin("") as tx:
        tx.replicas.seen(replica, tx.now)


def test_who_says_nothing_for_a_while_counts_no_more_and_is_forgotten_after_a_day(
    store: Store, clock: HandClock
) -> None:
    say(store, FIRST)
    clock.at += timedelta(seconds=1)
    say(store, SECOND)
    assert replicas(store) == (FIRST, SECOND)
    clock.at += LIVES_FOR - timedelta(seconds=1)
    assert replicas(store) == (SECOND,)
    clock.at += REMEMBERED_FOR
    say(store, FIRST)
    clock.at -= REMEMBERED_FOR
    assert replicas(store) == (FIRST,)


async def present_until(store: Store, seen: asyncio.Event) -> None:
    task = asyncio.get_running_loop().create_task(keep_present(store, FIRST))
    while not await store.ask(replicas):  # noqa: ASYNC110 - the database tells by no event
        await asyncio.sleep(0)
    seen.set()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_a_process_that_ends_in_good_order_takes_itself_off_the_list(store: Store) -> None:
    async def story() -> bool:
        seen = asyncio.Event()
        async with asyncio.timeout(30):
            await present_until(store, seen)
        return seen.is_set()

    assert asyncio.run(story())
    assert replicas(store) == ()
