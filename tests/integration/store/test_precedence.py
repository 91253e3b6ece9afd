"""Whoever delivers steps aside for people who wait, for a while; whoever asks is refused where it takes too long."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from incidentbot.bootstrap import SystemClock
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.precedence import Asker, Precedence, asked_by

PATIENCE = 60


@pytest.fixture
def impatient(database_url: str) -> Iterator[Store]:
    store = Store(database_url, clock=SystemClock(), patience=0.1)
    yield store
    store.close()


async def test_delivery_waits_until_the_person_has_an_answer() -> None:
    precedence = Precedence()
    with precedence.somebody_waits():
        giving_way = asyncio.create_task(precedence.give_way(PATIENCE))
        await asyncio.sleep(0)
        assert not giving_way.done()
    await asyncio.wait_for(giving_way, PATIENCE)


async def test_delivery_goes_on_though_somebody_always_waits() -> None:
    precedence = Precedence()
    with precedence.somebody_waits():
        await asyncio.wait_for(precedence.give_way(0.01), PATIENCE)


async def test_where_nobody_waits_delivery_does_not_either() -> None:
    giving_way = asyncio.create_task(Precedence().give_way(PATIENCE))
    await asyncio.sleep(0)
    assert giving_way.done()


async def test_a_request_that_finds_no_thread_is_refused_and_not_done_later(impatient: Store) -> None:
    end, done = threading.Event(), list[str]()
    busy = [asyncio.create_task(impatient.run(lambda _store: end.wait(PATIENCE))) for _ in range(20)]
    await asyncio.sleep(0)  # they come first
    with asked_by(Asker.SENDER), pytest.raises(DatabaseUnavailable, match="busy"):
        await impatient.run(lambda _store: done.append("asked for"))
    own = asyncio.create_task(impatient.run(lambda _store: done.append("the service's own")))
    await asyncio.sleep(0.2)
    end.set()
    await asyncio.gather(own, *busy)
    assert done == ["the service's own"]


async def test_what_has_begun_is_waited_for_since_nobody_knows_how_it_ends(impatient: Store) -> None:
    def slow(_store: Store) -> str:
        threading.Event().wait(0.3)
        return "done"

    with asked_by(Asker.SENDER):
        assert await impatient.run(slow) == "done"
