"""G8, G9: Slack is away, or limits everything, for minutes or days of virtual time; then it is back.

Nothing is lost, order is kept, what waited is told as fast as the limit allows, and nobody calls before Slack said.
"""

import asyncio
import random
from datetime import datetime, timedelta
from math import ceil

import sqlalchemy as sa
from structlog.testing import capture_logs

from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.store.tables import effects
from tests import databases
from tests.proofs.budget import Budget, hold
from tests.proofs.checker import check, nothing_is_given_up
from tests.proofs.history import History
from tests.simulation.loop import VirtualLoop, same_chance
from tests.simulation.run import fresh_sqlite, swept
from tests.simulation.weather import FAIR
from tests.simulation.world import World, stored

KINDS = {
    "503": Fault(FaultKind.STATUS, status=503),
    "connections reset": Fault(FaultKind.RESET),
    "answers lost": Fault(FaultKind.LOST_REPLY, method="chat.*"),
    "limited": Fault(FaultKind.RATE_LIMITED, retry_after="30", hold=True),
    "29 s slow": Fault(FaultKind.DELAY, seconds=29),
}
# Slack answers again: what waited begins within 10 s, what is unclear is settled within 60 s.
GRACE = 60.0
SHORT = 10.0
LOOK_UPS_A_MINUTE = 50 * 0.85


def run(seed: int, budget: Budget, minutes: float = 10.0, acts: int = 60) -> dict[str, float]:
    """One outage a round, of the kinds in turn."""
    longest, calls, rounds = 0.0, 0, 0
    name = "outages" if minutes <= SHORT else "long-outage"
    for number in budget.rounds():
        kind = list(KINDS)[(seed + number) % len(KINDS)]
        history, ideal, drained = outage(seed + number, kind, minutes, acts)
        problems = check(history, nothing_is_given_up)
        if drained > ideal + GRACE:
            problems.append(f"what waited took {drained:.0f} s, and Slack's limits ask for {ideal:.0f}")
        hold(problems, f"python -m tests.proofs {name} --seed {seed + number} --count 1 ({kind})")
        longest, calls = max(longest, drained - ideal), calls + len(list(history.all("called")))
        rounds += 1
    return {
        "outages": rounds,
        "minutes each": minutes,
        "calls": calls,
        "latest (s over the limit's own)": ceil(longest),
    }


def outage(seed: int, kind: str, minutes: float, acts: int) -> tuple[History, float, float]:
    """Its history, how many seconds Slack's limits ask for what had to wait, and how many it took."""
    loop = VirtualLoop()
    with fresh_sqlite() as url, same_chance(seed), capture_logs():
        try:
            return loop.run_until_complete(_live(seed, url, KINDS[kind], minutes * 60, acts))
        finally:
            loop.close()


async def _live(seed: int, url: str, fault: Fault, seconds: float, acts: int) -> tuple[History, float, float]:
    world, chance = World(seed, url, FAIR, look=look_every(seconds)), random.Random(seed)
    try:
        await world.installed()
        number = world.platform.faults.add(fault)
        # Most of it happens in the first minutes; the rest of a long outage is waiting.
        moments = sorted(chance.uniform(0, min(seconds, 600.0)) for _ in range(acts))
        began = world.moment()
        for moment in moments:
            await asyncio.sleep(max(0.0, began + moment - world.moment()))
            _act(world, chance)
        await asyncio.sleep(max(0.0, began + seconds - world.moment()))
        world.platform.faults.remove(number)
        posted, back = len(list(world.history.all("posted"))), world.moment()
        while _waiting(url, world.database_clock.now() - timedelta(seconds=world.moment() - back)):
            await asyncio.sleep(1.0)
            assert world.moment() < back + 3_600, "an hour later something still waits"
        drained, waited = world.moment() - back, len(list(world.history.all("posted"))) - posted
        looked = sum(
            call["method"].startswith("conversations.") and call.at > back for call in world.history.all("called")
        )
        ideal = max(waited * 1.0, looked * 60 / LOOK_UPS_A_MINUTE)
        await swept(world, GRACE)
        for replica in tuple(world.replicas):
            await replica.end()
        stored(url, world.history, world.moment())
        return world.history, ideal, drained
    finally:
        world.close()


def look_every(seconds: float) -> float:
    """Who is told of everything need not look often; over days it would be most of what there is to simulate."""
    return 5.0 if seconds <= SHORT * 60 else 60.0


def _waiting(url: str, before: datetime) -> int:
    """How much of what was to be told before that moment still is; timers and sweeps have their own."""
    told = ("card", "entry", "invitation", "event_status", "event_comment", "reaction")
    query = sa.select(sa.func.count()).where(
        effects.c.finished_at.is_(None), effects.c.created_at < before, effects.c.kind.in_(told)
    )
    with databases.connected(url) as connection:
        return int(connection.execute(query).scalar_one())


def _act(world: World, chance: random.Random) -> None:
    """A wish, or an alert that lasts four seconds: begun and over while Slack hears nothing."""
    if chance.random() < 0.5:
        world.spawn(world.people.one_act())
        return
    ci = chance.choice([one.name for one in world.sight.cmdb.all()])
    event = world.sight.fire(f"Something is wrong with {ci}", "critical", ci)
    world.later(4.0, lambda: _over(world, event.id))


def _over(world: World, event: str) -> None:
    if world.sight.events.get(event).status != "resolved":
        world.sight.resolve(event)
