"""One run of the simulated world from a seed; `python -m tests.simulation.run SEED` prints it."""

import asyncio
import atexit
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from structlog.testing import capture_logs

from tests import databases
from tests.proofs.checker import check, nothing_is_given_up
from tests.proofs.history import History
from tests.proofs.planted import NO_BUG, Bug
from tests.proofs.stage import unfinished
from tests.simulation.loop import VirtualLoop, same_chance
from tests.simulation.troubles import befall
from tests.simulation.weather import BAD, Weather
from tests.simulation.world import World, stored

SWEEP = 70.0
PATIENCE = 3_600.0


def simulate(
    seed: int, url: str, weather: Weather = BAD, acts: int = 40, replicas: int = 2, planted: Bug = NO_BUG
) -> History:
    """Live through one run on an empty, migrated database; the history ends when nothing is left to be done."""
    loop = VirtualLoop()
    with same_chance(seed), capture_logs():
        try:
            return loop.run_until_complete(_live(seed, url, weather, acts, replicas, planted))
        finally:
            loop.close()


async def _live(seed: int, url: str, weather: Weather, acts: int, replicas: int, planted: Bug) -> History:
    world = World(seed, url, weather, replicas, planted)
    try:
        await world.installed()
        over = acts * 2.5
        troubles = world.spawn(befall(world, over))
        await asyncio.gather(*[world.spawn(_act(world, world.chance.uniform(0, over))) for _ in range(acts)])
        await troubles
        await world.calm_down()
        left = await swept(world)
        for replica in tuple(world.replicas):
            await replica.end()
        stored(world.url, world.history, world.moment())
        if left:
            world.history.note(world.moment(), "note", did="gave up waiting", left=left)
        return world.history
    finally:
        world.close()


async def _act(world: World, at: float) -> None:
    await asyncio.sleep(at)
    if world.chance.random() < 0.2:
        world.something_at_nopesight()
    else:
        await world.people.one_act()


async def swept(world: World, sweep: float = SWEEP) -> int:
    """Wait until nothing is left to be done, also not by what comes late: sweeps, and timers that fire meanwhile."""
    await quiet(world)
    await asyncio.sleep(sweep)
    return await quiet(world)


async def quiet(world: World) -> int:
    """Wait until nothing is left to be done; what is, after an hour."""
    until = world.moment() + PATIENCE
    while world.moment() < until:
        await asyncio.sleep(10.0)
        if not unfinished(world.url):
            return 0
    return unfinished(world.url)


@cache
def _template() -> Path:
    folder = tempfile.mkdtemp(dir=databases.quick_folder(), prefix="incidentbot-simulation-")
    atexit.register(shutil.rmtree, folder)
    path = Path(folder) / "migrated.db"
    with databases.connected(databases.sqlite_url(path)) as connection:
        databases.upgrade(connection)
    return path


@contextmanager
def fresh_sqlite() -> Iterator[str]:
    """The URL of an empty, migrated database in memory, as far as the machine has files there."""
    with databases.quick() as folder:
        path = folder / "incidentbot.db"
        shutil.copyfile(_template(), path)
        yield databases.sqlite_url(path)


def main(seed: str, acts: str = "40") -> int:
    """Print a run, and what does not hold of it."""
    with fresh_sqlite() as url:
        history = simulate(int(seed), url, acts=int(acts))
    problems = check(history, nothing_is_given_up)
    sys.stdout.write(history.text())
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
