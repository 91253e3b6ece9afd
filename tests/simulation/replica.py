"""One process of the service, as far as anybody outside can tell: it can be stopped, killed and cut off."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from incidentbot.bootstrap import Network, Service, build, policy_of
from incidentbot.store import DatabaseUnavailable, OutcomeUnknown, Store
from tests.simulation.network import NopeSightTransport, SlackSession

if TYPE_CHECKING:
    from tests.simulation.world import World

P = ParamSpec("P")
T = TypeVar("T")
WHO: contextvars.ContextVar["Replica | None"] = contextvars.ContextVar("replica", default=None)


class Killed(BaseException):
    """The process is gone; no code of it runs any more."""


class SkewedClock:
    """A replica's own clock, minutes off."""

    def __init__(self, now: Callable[[], datetime], skew: float) -> None:
        self._now = now
        self._skew = timedelta(seconds=skew)

    def now(self) -> datetime:
        return self._now() + self._skew


class SimulatedStore(Store):
    """The real store; its work happens in the loop, at a simulated distance, and may be cut off."""

    def __init__(self, replica: "Replica", url: str) -> None:
        super().__init__(url, clock=replica.world.database_clock, policy=policy_of(replica.world.settings))
        self.alone = False  # type: ignore[misc] # a database of many workers, whichever it is
        self._replica = replica
        sa.event.listen(self.database.engine, "commit", self._committing)
        replica.world.planted.plant(self.database.engine)

    async def run(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        await self._replica.awake(self._replica.world.chance.uniform(0.0002, 0.004))
        self._replica.cut_off()
        result = function(self, *args, **kwargs)
        await self._replica.awake(self._replica.world.chance.uniform(0.0002, 0.002))
        return result

    async def ask(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.run(function, *args, **kwargs)

    def effects_waiting(self) -> None:
        """Tell this replica's worker at once, the others' a moment later, as NOTIFY does."""
        super().effects_waiting()
        self._replica.world.notified(self._replica)

    def hear(self) -> None:
        """Another replica left effects behind."""
        super().effects_waiting()

    def _committing(self, connection: sa.Connection) -> None:
        """The connection may break at COMMIT: before the database took it, or after."""
        fate = self._replica.fate_of_commit()
        if fate == "lost before":
            raise OutcomeUnknown("the connection broke during COMMIT")
        if fate == "lost after":
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.commit()
            raise OutcomeUnknown("the connection broke during COMMIT")


class Replica:
    """A service that lives until it is killed; the next one is another object."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.dead = False
        self.paused_until = 0.0
        self.without_database_until = 0.0
        self.died = world.loop.create_future()
        self.tasks: dict[asyncio.Task[Any], None] = {}  # in the order of their births
        self.store = SimulatedStore(self, world.url)
        self._context = contextvars.copy_context()
        self._context.run(WHO.set, self)
        session: Any = SlackSession(self)
        network = Network(lambda: session, NopeSightTransport(self))
        clock = SkewedClock(world.database_clock.now, world.chance.uniform(-600, 600))
        self.service: Service = build(
            world.settings, clock=clock, timings=world.timings, store=self.store, network=network
        )
        self.main = self.spawn(self.service.deliver())

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something in this process."""
        task: asyncio.Task[T] = self.world.loop.create_task(work, context=self._context.copy())
        return task

    async def awake(self, seconds: float, *, at_socket: bool = False) -> None:
        """Let time pass in this process, which may be stopped meanwhile, or be no more."""
        if seconds and not self.dead:
            await asyncio.sleep(seconds)
        if at_socket:
            self.world.perhaps_stop(self, self.world.weather.stop_at_socket)
        while not self.dead and (rest := self.paused_until - self.world.loop.time()) > 0:  # noqa: ASYNC110 - as told
            await asyncio.sleep(rest)
        if self.dead:
            raise Killed
        self.world.perhaps_kill(self, "between two steps")

    def disturbed_since(self, moment: float) -> bool:
        """Whether since then something was done to it that excuses a late answer or none."""
        return self.dead or max(self.paused_until, self.without_database_until) > moment

    def cut_off(self) -> None:
        if self.world.loop.time() < self.without_database_until:
            raise DatabaseUnavailable("no connection to the database")

    def fate_of_commit(self) -> str:
        return "" if WHO.get() is not self else self.world.fate_of_commit()

    def kill(self, why: str) -> None:
        """End it here and now, with whatever it was doing."""
        if self.dead:
            return
        self.dead = True
        self.world.history.note(self.world.moment(), "note", did="killed", who=self.name, why=why)
        for task in tuple(self.tasks):
            task.cancel()
        if not self.died.done():
            self.died.set_result(None)
        self.world.gone(self)

    async def end(self) -> None:
        """End as SIGTERM asks for: calls in flight are finished or given back."""
        self.main.cancel()
        await asyncio.wait({self.main})
        self.dead = True
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def close(self) -> None:
        self.service.close()
