"""G12: NopeSight is away while people acknowledge and resolve, for minutes or days of virtual time; then it is back.

Nobody waits for it, each card says what NopeSight does not know, it is told everything within a minute, and nothing of
that comes back to us as news.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from math import ceil

from structlog.testing import capture_logs

from incidentbot.sandbox.nopesight import Fault, FaultKind
from tests.proofs.budget import Budget, hold
from tests.proofs.checker import Seen, check, nothing_is_given_up
from tests.proofs.history import History
from tests.proofs.outages import GRACE, SHORT, look_every
from tests.proofs.stage import unfinished
from tests.simulation.loop import VirtualLoop, same_chance
from tests.simulation.run import fresh_sqlite, quiet
from tests.simulation.weather import FAIR
from tests.simulation.world import World, stored

KINDS = {
    "503": Fault(FaultKind.STATUS, status=503),
    "connections reset": Fault(FaultKind.RESET),
    "answers lost": Fault(FaultKind.LOST_REPLY),
    "29 s slow": Fault(FaultKind.DELAY, seconds=29),
    "token refused": Fault(FaultKind.REVOKED),
    "nothing found": Fault(FaultKind.STATUS, "set_event_status", status=404, code="NOT_FOUND"),
    "a proxy's page": Fault(FaultKind.HTML),
}
# What NopeSight does not know may be a mistake of a person: it is asked for ever more rarely.
RARELY = {"nothing found": 300.0}
VERBS = ("acknowledge", "note", "resolve")
TOLD = ("acknowledged", "resolved")


def run(seed: int, budget: Budget, minutes: float = 10.0, incidents: int = 12) -> dict[str, float]:
    """One outage a round, of the kinds in turn."""
    told, longest, rounds = 0, 0.0, 0
    name = "sight-outages" if minutes <= SHORT else "long-sight-outage"
    for number in budget.rounds():
        kind = list(KINDS)[(seed + number) % len(KINDS)]
        history, took = outage(seed + number, kind, minutes, incidents)
        problems = [*check(history, nothing_is_given_up, no_echo), *unresolved(history, incidents)]
        if took > GRACE + RARELY.get(kind, 0.0):
            problems.append(f"NopeSight knew it all {took:.0f} s after it was back")
        hold(problems, f"python -m tests.proofs {name} --seed {seed + number} --count 1 ({kind})")
        told += sum(record["by"] == "slack" for record in history.all("event"))
        longest, rounds = max(longest, took), rounds + 1
    return {"outages": rounds, "minutes each": minutes, "told afterwards": told, "latest (s)": ceil(longest)}


def no_echo(seen: Seen) -> Iterator[str]:
    """What people did here is told there once, and is no news here when it comes back."""
    told = Counter((one["event"], one["status"]) for one in seen.history.all("event") if one["by"] == "slack")
    yield from (f"NopeSight was told {count} times that {what}" for what, count in told.items() if count > 1)
    for incident, replies in seen.threads().items():
        kinds = Counter(message.payload["kind"] for message in replies)
        yield from (f"{incident}: {kind} in its thread" for kind in ("event_updated", "reopened") if kinds[kind])
        yield from (f"{incident}: {kind} {kinds[kind]} times" for kind in TOLD if kinds[kind] > 1)


def unresolved(history: History, incidents: int) -> Iterator[str]:
    """Each event is resolved at NopeSight in the end, and there was an incident for each."""
    last = {record["event"]: record["status"] for record in history.all("event")}
    yield from (f"event {event} ends {status}" for event, status in last.items() if status != "resolved")
    if len(last) != incidents:
        yield f"{len(last)} events instead of {incidents}"


def outage(seed: int, kind: str, minutes: float, incidents: int) -> tuple[History, float]:
    """Its history, and how many seconds NopeSight was back before it knew everything."""
    loop = VirtualLoop()
    with fresh_sqlite() as url, same_chance(seed), capture_logs():
        try:
            return loop.run_until_complete(_live(seed, url, KINDS[kind], minutes * 60, incidents))
        finally:
            loop.close()


async def _live(seed: int, url: str, fault: Fault, seconds: float, incidents: int) -> tuple[History, float]:
    world, chance = World(seed, url, FAIR, look=look_every(seconds)), random.Random(seed)
    try:
        await world.installed()
        for number in range(incidents):
            ci = chance.choice([one.name for one in world.sight.cmdb.all()])
            world.sight.fire(f"Trouble {number}", "critical", ci, correlation_id=f"trouble-{number}")
        await quiet(world)
        number, back = world.sight.faults.add(fault), world.moment() + seconds
        await asyncio.gather(*(_story(world, chance, f"INC-{one + 1}") for one in range(incidents)))
        await asyncio.sleep(max(0.0, back - world.moment()))
        world.sight.faults.remove(number)
        back = world.moment()
        while any(event.status != "resolved" for event in world.sight.events.all()) or unfinished(url):
            await asyncio.sleep(1.0)
            assert world.moment() < back + 3_600, "an hour later something still waits"
        took = world.moment() - back
        await asyncio.sleep(GRACE * 6)  # so that it is compared with us once more
        await quiet(world)
        for replica in tuple(world.replicas):
            await replica.end()
        stored(url, world.history, world.moment())
        return world.history, took
    finally:
        world.close()


async def _story(world: World, chance: random.Random, ref: str) -> None:
    """Somebody takes it, says something, and resolves it, all while NopeSight hears nothing."""
    for verb in VERBS:
        await asyncio.sleep(chance.uniform(1, 60))
        await asyncio.gather(world.spawn(world.people.insist(verb, ref)))
