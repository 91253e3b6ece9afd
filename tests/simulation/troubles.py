"""What goes wrong for a while: one line a kind of trouble, each taken back after some seconds."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from incidentbot.sandbox.nopesight import Fault as SightFault
from incidentbot.sandbox.nopesight import FaultKind as SightKind
from incidentbot.sandbox.slack.faults import Fault, FaultKind

if TYPE_CHECKING:
    from tests.simulation.world import World

Trouble = Callable[["World"], None]
METHODS = ("*", "chat.postMessage", "chat.update", "conversations.*", "reactions.*", "users.*")
WAITS = ("1", "2", "7", "30", "0.5", "", "abc", "-5", "Sun, 29 Mar 2026 01:10:00 GMT")


def _slack(kind: FaultKind, **facts: object) -> Trouble:
    """A fault of Slack's that strikes some calls while it lasts."""

    def strike(world: "World") -> None:
        given = {name: value(world) if callable(value) else value for name, value in facts.items()}
        fault = Fault(kind, world.chance.choice(METHODS), chance=world.chance.choice((0.2, 0.6, 1.0)), **given)  # type: ignore[arg-type] # by the kind
        number = world.platform.faults.add(fault)
        world.later(world.chance.uniform(2, 40), lambda: world.platform.faults.remove(number))

    return strike


def _sight(kind: SightKind, **facts: object) -> Trouble:
    """A fault of NopeSight's that strikes every call while it lasts."""

    def strike(world: "World") -> None:
        number = world.sight.faults.add(SightFault(kind, **facts))  # type: ignore[arg-type] # by the kind
        world.later(world.chance.uniform(2, 60), lambda: world.sight.faults.remove(number))

    return strike


def _paused(world: "World") -> None:
    if world.replicas:
        world.pause(world.chance.choice(world.replicas), world.chance.uniform(1, 60))


def _killed(world: "World") -> None:
    if world.replicas:
        world.chance.choice(world.replicas).kill("at any moment")


def _without_database(world: "World") -> None:
    if world.replicas:
        replica = world.chance.choice(world.replicas)
        replica.without_database_until = world.moment() + world.chance.uniform(1, 15)
        world.history.note(world.moment(), "note", did="cut from the database", who=replica.name)


def _rolling_restart(world: "World") -> None:
    if world.replicas:
        world.spawn(world.restart(world.chance.choice(world.replicas)))


TROUBLES: tuple[Trouble, ...] = (
    _slack(FaultKind.RATE_LIMITED, hold=True, retry_after=lambda world: world.chance.choice(WAITS)),
    _slack(FaultKind.STATUS, status=503),
    _slack(FaultKind.LOST_REPLY),
    _slack(FaultKind.RESET),
    _slack(FaultKind.HTML),
    _slack(FaultKind.EMPTY),
    _slack(FaultKind.NO_TS),
    _slack(FaultKind.REDIRECT),
    _slack(FaultKind.ERROR, code=lambda world: world.chance.choice(("internal_error", "fatal_error", "ratelimited"))),
    _slack(FaultKind.DELAY, seconds=lambda world: world.chance.uniform(0.1, 3)),
    _slack(FaultKind.LATE, seconds=lambda world: world.chance.uniform(0.1, 4)),
    _sight(SightKind.RESET),
    _sight(SightKind.LOST_REPLY),
    _sight(SightKind.STATUS, status=503),
    _sight(SightKind.STATUS, status=429, retry_after="5"),
    _sight(SightKind.HTML),
    _sight(SightKind.REVOKED),
    _sight(SightKind.DELAY, seconds=2.5),
    _paused,
    _paused,
    _killed,
    _without_database,
    _rolling_restart,
)


async def befall(world: "World", over: float) -> None:
    """Let `weather.troubles` of them come, spread over some seconds."""
    for _ in range(world.weather.troubles):
        await asyncio.sleep(world.chance.expovariate(world.weather.troubles / over))
        world.chance.choice(TROUBLES)(world)
