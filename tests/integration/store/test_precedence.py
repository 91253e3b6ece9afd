"""Whoever delivers steps aside for people who wait, for a while."""

import asyncio

from incidentbot.store.precedence import Precedence

PATIENCE = 60


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
