import asyncio

import pytest

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.slack.changes import Change, Feed


async def test_a_sleeper_wakes_when_the_clock_is_moved() -> None:
    clock = Clock(source=lambda: 1000.0)
    sleeping = asyncio.create_task(clock.sleep(300))
    await asyncio.sleep(0)
    clock.advance(299)
    await asyncio.sleep(0)
    assert not sleeping.done()
    clock.advance(1)
    await asyncio.wait_for(sleeping, 60)
    assert clock.now() == 1300.0


def test_a_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock().advance(-1)


async def test_a_subscriber_gets_what_it_missed_and_what_comes() -> None:
    feed = Feed(lambda: 1.0)
    feed.emit("one")
    seen = feed.number
    feed.emit("two")
    got: list[Change] = []

    async def read() -> None:
        async for change in feed.subscribe(after=seen):
            got.append(change)
            if len(got) == 2:
                return

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    feed.emit("three")
    await asyncio.wait_for(reading, 60)
    assert [change.kind for change in got] == ["two", "three"]


def test_a_listener_that_stopped_hears_nothing() -> None:
    feed = Feed(lambda: 1.0)
    heard: list[str] = []
    stop = feed.listen(lambda change: heard.append(change.kind))
    feed.emit("one")
    stop()
    feed.emit("two")
    assert heard == ["one"]
