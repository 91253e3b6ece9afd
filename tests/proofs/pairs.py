"""G2: a process dies at one crash point, and another one at the next, while it mends what the first one left.

Every pair of points in turn, under people and events at work; in the end everything is told once, in order.
"""

import asyncio
from itertools import product

from structlog.testing import capture_logs

from incidentbot.crashpoints import POINTS
from tests.proofs.budget import Budget, hold
from tests.proofs.checker import check, nothing_is_given_up
from tests.proofs.history import History
from tests.simulation.loop import VirtualLoop, same_chance
from tests.simulation.run import fresh_sqlite, swept
from tests.simulation.weather import FAIR
from tests.simulation.world import World, stored

# Timers need hours to fire; their own crashes are tried with them.
TRIED = tuple(point for point in POINTS if not point.startswith("timer_"))
PAIRS = tuple(product(TRIED, TRIED))
ACTS = 10


def run(seed: int, budget: Budget) -> dict[str, int]:
    """A pair a round."""
    tried = died = 0
    for number in budget.rounds():
        one = seed + number
        pair = PAIRS[(one * 37) % len(PAIRS)]
        history = lived(one, pair)
        hold(
            check(history, nothing_is_given_up),
            f"python -m tests.proofs pairs --seed {one} --count 1 ({', then '.join(pair)})",
        )
        tried, died = tried + 1, died + sum(record.get("did") == "killed" for record in history.all("note"))
    return {"pairs": tried, "deaths": died}


def lived(seed: int, deaths: tuple[str, ...]) -> History:
    """A short day on which processes die at these points, one after the other."""
    loop = VirtualLoop()
    with fresh_sqlite() as url, same_chance(seed), capture_logs():
        try:
            return loop.run_until_complete(_live(seed, url, deaths))
        finally:
            loop.close()


async def _live(seed: int, url: str, deaths: tuple[str, ...]) -> History:
    world = World(seed, url, FAIR)
    try:
        await world.installed()
        world.deaths = list(deaths)
        for number in range(ACTS):
            if number % 4 == 0:
                world.something_at_nopesight()
            else:
                world.spawn(world.people.one_act())
            await asyncio.sleep(world.chance.uniform(0.5, 4.0))
        await world.calm_down()
        await swept(world)
        for replica in tuple(world.replicas):
            await replica.end()
        stored(url, world.history, world.moment())
        assert world.deaths == [], f"nobody came to {world.deaths}"
        return world.history
    finally:
        world.close()
