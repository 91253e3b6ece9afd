"""Whatever befalls the simulated world, all invariants hold; and a seed tells the same story each time."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proofs.checker import check, nothing_is_given_up
from tests.proofs.timers import timers_fire_once_and_with_reason
from tests.simulation.loop import VirtualLoop
from tests.simulation.run import fresh_sqlite, simulate
from tests.simulation.weather import FAIR

CHECKOUT = Path(__file__).parents[2]
SAMPLE = (101, 102, 103)


def kept() -> Iterator[int]:
    """Every seed that ever failed, with what it found behind it."""
    for line in Path(__file__).with_name("failing_seeds.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield int(line.split()[0])


@pytest.mark.parametrize("seed", (*SAMPLE, *kept()))
def test_a_bad_day_loses_nothing_and_tells_nothing_twice(seed: int) -> None:
    with fresh_sqlite() as url:
        history = simulate(seed, url)
    assert check(history, nothing_is_given_up, timers_fire_once_and_with_reason) == [], (
        f"python -m tests.simulation.run {seed}"
    )


def test_on_a_fair_day_nobody_is_disturbed() -> None:
    with fresh_sqlite() as url:
        history = simulate(1, url, FAIR, acts=15)
    assert check(history, nothing_is_given_up, timers_fire_once_and_with_reason) == []
    assert not [record for record in history.all("answered") if record["disturbed"]]


def test_the_database_of_many_replicas_holds_too(postgresql_url: str) -> None:
    assert (
        check(simulate(104, postgresql_url, acts=20, replicas=3), nothing_is_given_up, timers_fire_once_and_with_reason)
        == []
    )


def test_whatever_still_waits_ends_with_the_world() -> None:
    loop, ended = VirtualLoop(), list[str]()

    async def waits() -> None:
        try:
            await asyncio.sleep(3_600)
        finally:
            ended.append("in good order")

    async def live() -> None:
        loop.create_task(waits())
        await asyncio.sleep(0)

    loop.run_until_complete(live())
    loop.close()
    assert ended == ["in good order"]


def test_a_seed_reprints_its_run_byte_for_byte() -> None:
    runs = {_printed(hash_seed) for hash_seed in ("1", "2")}
    assert len(runs) == 1
    assert b'"posted"' in runs.pop()


def _printed(hash_seed: str) -> bytes:
    command = [sys.executable, "-m", "tests.simulation.run", "501", "20"]
    environ = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=CHECKOUT, env=environ, check=True, capture_output=True).stdout
