"""P3: a hundred people click Acknowledge at fifty clicks a second while Slack takes 80 ms for each call of ours.

Run: .venv/bin/python -m benchmarks.burst_of_clicks
Goal: none is answered after Slack's three seconds, and p99 is at most 50 ms: nobody waits for our calls of Slack.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import stand
from benchmarks.click import CHANNEL, Clicks, MachineClock
from incidentbot.domain.policy import Policy
from incidentbot.sandbox.slack.platform import Rules
from incidentbot.store import Store

CLICKS, A_SECOND = 100, 50
SLACKS_PATIENCE = 3.0


async def click_in_time(port: int, clicks: Sequence[bytes]) -> list[float]:
    """Each click when its time has come, on a connection of its own, whatever became of those before."""
    began = time.perf_counter()

    async def one(number: int, click: bytes) -> float:
        await asyncio.sleep(number / A_SECOND - (time.perf_counter() - began))
        started = time.perf_counter()
        status = await stand.once(port, click)
        assert status == 200, status
        return time.perf_counter() - started

    return await asyncio.gather(*(one(number, click) for number, click in enumerate(clicks)))


def measure(engine: str) -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        url = stack.enter_context(stand.database(engine, folder))
        on = stack.enter_context(stand.stage(url, rules=Rules(latency=0.08)))
        stack.enter_context(stand.served(on, folder))
        store = Store(url, clock=MachineClock(), policy=Policy(incidents_channel=CHANNEL, posting=False))
        clicks = Clicks(on, store).make(CLICKS + 10)
        store.close()
        stand.load(on.port, clicks[CLICKS:], 1)  # warm
        times = asyncio.run(click_in_time(on.port, clicks[:CLICKS]))
    late = sum(1 for taken in times if taken > SLACKS_PATIENCE)
    stand.heading(f"P3 on {engine}: {CLICKS} clicks at {A_SECOND}/s, Slack takes 80 ms a call; goal p99 50 ms, 0 late")
    print(f"  p50 {stand.milliseconds(times):.1f} ms, p99 {stand.milliseconds(times, 0.99):.1f} ms, {late} after 3 s")


if __name__ == "__main__":
    for database in stand.ENGINES:
        measure(database)
