"""The simulated world: Slack, NopeSight, a database, some replicas, people, and what befalls them, by one seed."""

import asyncio
import contextvars
import json
import random
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from incidentbot import crashpoints
from incidentbot.delivery.claim import Timings
from incidentbot.sandbox import nopesight
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.slack.api import WebApi
from incidentbot.sandbox.slack.changes import Change
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.world import demo_world
from incidentbot.settings import load
from incidentbot.usecases.receive import Received, receive
from tests import databases
from tests.proofs.checker import CARD
from tests.proofs.history import History, watch
from tests.proofs.planted import NO_BUG, Bug
from tests.proofs.stage import audited, unfinished
from tests.simulation.network import SLACK
from tests.simulation.people import People
from tests.simulation.replica import WHO, Killed, Replica
from tests.simulation.weather import Weather

BEGINNING = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)  # ten minutes before Europe's clocks change
SIGHT = "https://nopesight.invalid"


class DatabaseClock:
    """The one clock that all replicas go by."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self._loop.time())


class World:
    """Made and used inside its own loop; `seed` decides everything."""

    def __init__(
        self, seed: int, url: str, weather: Weather, replicas: int = 2, planted: Bug = NO_BUG, look: float = 5.0
    ) -> None:
        self.chance = random.Random(seed)
        self.url = url
        self.weather = weather
        self.stormy = True
        self.loop: Any = asyncio.get_running_loop()
        self.history = History()
        self.database_clock = DatabaseClock(self.loop)
        self.planted = planted
        self.timings = planted.timings or Timings(look=timedelta(seconds=look))
        seed_world = demo_world()
        self.team = seed_world.team_id
        self.members = [person.id for person in seed_world.people if not (person.deleted or person.is_bot)]
        clock = Clock(lambda: self.database_clock.now().timestamp())
        self.platform = Platform((seed_world,), clock=clock)
        self.platform.faults.reseed(seed)
        self.platform.base_url = "https://slack.invalid"
        self.slack = WebApi(self.platform)
        watch(self.platform, self.history)
        self.sight = nopesight.create_nopesight(clock)
        self.sight.webhooks = self  # type: ignore[assignment] # what it tells comes to `publish`, not over HTTP
        self.settings = load(
            {
                "DATABASE_URL": url,
                "SLACK_API_URL": SLACK,
                "SLACK_BOT_TOKEN": seed_world.bot_token,
                "SLACK_SIGNING_SECRET": seed_world.app.signing_secret,
                "NOPESIGHT_API_URL": SIGHT,
                "NOPESIGHT_API_TOKEN": nopesight.TOKEN,
                "NOPESIGHT_WEBHOOK_SECRET": nopesight.WEBHOOK_SECRET,
                "INCIDENTBOT_CONFIG": str(Path(__file__).with_name("incidentbot.yaml")),
            }
        )
        self.people = People(self)
        self.platform.feed.listen(self._seen)
        self.tasks: dict[asyncio.Task[Any], None] = {}  # in the order of their births
        self.told = 0
        self.deaths: list[str] = []  # the next process that comes to the first of these points dies there
        self._born: list[Replica] = []
        self.loop.set_task_factory(self._make_task)
        crashpoints.arm(self._at_point)
        self.replicas = [self._replica() for _ in range(replicas)]

    # --- time and chance ------------------------------------------------------------------------------------------

    def moment(self) -> float:
        return float(self.loop.time())

    def journey(self) -> float:
        """How long a call travels one way; rarely so long that its sender gives up while it is on its way."""
        if self.stormy and self.chance.random() < self.weather.stall:
            return self.chance.uniform(5.0, 12.0)
        return self.chance.uniform(0.005, 0.12)

    def fate_of_commit(self) -> str:
        if not self.stormy:
            return ""
        drawn = self.chance.random()
        if drawn < self.weather.commit_lost_before:
            return "lost before"
        return "lost after" if drawn < self.weather.commit_lost_before + self.weather.commit_lost_after else ""

    def perhaps_kill(self, replica: Replica, where: str) -> None:
        if self.stormy and self.chance.random() < self.weather.kill_at_step:
            replica.kill(where)
            raise Killed

    def perhaps_stop(self, replica: Replica, chance: float) -> None:
        """SIGSTOP, for longer than a lease lasts."""
        if self.stormy and self.chance.random() < chance:
            self.pause(replica, self.chance.uniform(20, 45))

    def pause(self, replica: Replica, seconds: float) -> None:
        replica.paused_until = self.moment() + seconds
        self.history.note(self.moment(), "note", did="paused", who=replica.name, seconds=round(seconds, 3))

    def _at_point(self, name: str) -> None:
        replica = WHO.get()
        if replica is None:
            return
        if replica.dead:
            raise Killed
        doomed = self.deaths[:1] == [name]
        if doomed:
            self.deaths.pop(0)
        if doomed or (self.stormy and self.chance.random() < self.weather.kill_at_point):
            replica.kill(name)
            raise Killed
        if name == "effect_claimed":
            self.perhaps_stop(replica, self.weather.stop_after_claim)

    def _seen(self, change: Change) -> None:
        """People work at whatever has a card, also at what began at NopeSight."""
        message = change.data.get("message")
        metadata = (message.content.metadata or {}) if change.kind == "message_posted" and message else {}
        if metadata.get("event_type") == CARD:
            self.people.see(metadata["event_payload"]["incident"])

    # --- processes ------------------------------------------------------------------------------------------------

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something that belongs to no replica."""
        task: asyncio.Task[Any] = self.loop.create_task(work, context=contextvars.Context())
        return task

    def _make_task(self, loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
        context = options.get("context")
        owner = context.get(WHO) if context is not None else WHO.get()
        tasks = owner.tasks if owner is not None else self.tasks
        tasks[task] = None
        task.add_done_callback(lambda ended: tasks.pop(ended, None))
        task.add_done_callback(_looked_at)
        return task

    def _replica(self) -> Replica:
        self._born.append(Replica(self, f"r{len(self._born) + 1}"))
        return self._born[-1]

    def gone(self, replica: Replica) -> None:
        """A replica died; another one takes its place after a while."""
        self.replicas.remove(replica)
        self.spawn(self._come_back(self.chance.uniform(*self.weather.restart_after)))

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.replicas.append(self._replica())

    def notified(self, by: Replica) -> None:
        """NOTIFY: everybody hears of new effects a moment later."""
        for replica in self.replicas:
            if replica is not by:
                self.loop.call_later(self.chance.uniform(0.001, 0.01), self._wake, replica)

    def _wake(self, replica: Replica) -> None:
        if not replica.dead:
            replica.store.hear()

    async def somebody_alive(self) -> Replica:
        while not self.replicas:  # noqa: ASYNC110 - time costs nothing here
            await asyncio.sleep(0.5)
        return self.chance.choice(self.replicas)

    # --- NopeSight tells us ---------------------------------------------------------------------------------------

    def publish(self, kind: str, data: dict[str, Any], department: str, timestamp: str) -> None:
        """Deliver, often twice and in any order, until somebody stored it."""
        self.told += 1
        event, by = data["event"], data["actor"]
        facts = {"event": event.get("_id") or event.get("id"), "status": event["status"], "by": by["source"]}
        self.history.note(self.moment(), "event", **facts)
        body = {"id": f"whd_{self.told}", "type": kind, "timestamp": timestamp, "department": department, "data": data}
        delivery = Received("nopesight", f"delivery-{self.told}", json.dumps(body).encode())
        for _ in range(1 + (self.chance.random() < 0.3)):
            self.spawn(self._deliver(delivery, self.chance.uniform(0.01, 4.0)))

    async def _deliver(self, delivery: Received, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            replica = await self.somebody_alive()
            asked = replica.spawn(replica.store.run(receive, [delivery]))
            await asyncio.wait({asked, replica.died}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            if asked.done() and not asked.cancelled() and asked.exception() is None:
                return
            seconds = self.chance.uniform(1.0, 8.0)

    # --- the course of a run --------------------------------------------------------------------------------------

    async def installed(self) -> None:
        """Wait, in fair weather, until a replica knows the workspace."""
        self.stormy = False
        while True:
            with self.replicas[0].store.read("") as tx:
                if tx.installations.all():
                    break
            await asyncio.sleep(0.5)
        self.stormy = True
        if self.weather.lost:
            self.platform.faults.lose_replies(times=None, chance=self.weather.lost)
        if self.weather.late:
            self.platform.faults.late(self.weather.late)

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        self.loop.call_later(seconds, do)

    async def restart(self, replica: Replica) -> None:
        """A rolling deployment: the new one comes before the old one ends."""
        if replica in self.replicas:
            self.history.note(self.moment(), "note", did="restarted", who=replica.name)
            self.replicas.append(self._replica())
            self.replicas.remove(replica)
            await replica.end()

    def something_at_nopesight(self) -> None:
        """A monitoring event begins, or somebody moves one there."""
        known = [event.id for event in self.sight.events.all() if event.status in ("open", "acknowledged")]
        if not known or self.chance.random() < 0.5:
            ci = self.chance.choice([one.name for one in self.sight.cmdb.all()])
            self.sight.fire(f"Something is wrong with {ci}", self.chance.choice(("critical", "major")), ci)
            return
        event = self.chance.choice(known[-4:])
        if self.chance.random() < 0.5:
            self.sight.resolve(event)
        elif self.sight.events.get(event).status == "open":
            self.sight.acknowledge(event)

    async def calm_down(self) -> None:
        """Everything works again, and everybody is back."""
        self.stormy = False
        self.platform.faults.clear()
        self.sight.faults.clear()
        while not self.replicas:  # noqa: ASYNC110 - as above
            await asyncio.sleep(1.0)

    def close(self) -> None:
        crashpoints.arm(None)
        for replica in self._born:
            replica.close()


def _looked_at(task: asyncio.Task[Any]) -> None:
    """What a killed process leaves behind is nobody's error."""
    if not task.cancelled():
        task.exception()


def stored(url: str, history: History, at: float) -> int:
    """The client's own look into the database; answers how much is still to be done."""
    with databases.connected(url) as connection:
        rows = connection.exec_driver_sql(
            "SELECT id, kind, lane, seq, incident, outcome, remote_id, problem FROM effects ORDER BY lane, seq"
        ).mappings()
        for row in rows:
            history.note(at, "stored", **row)
        entries = connection.exec_driver_sql(
            "SELECT incident, seq, kind, data FROM timeline_entries ORDER BY incident, seq"
        )
        for incident, seq, kind, data in entries:
            told = data if isinstance(data, dict) else json.loads(data)
            facts = {name: told.get(name) for name in ("timer", "armed", "step")}
            history.note(at, "entered", incident=f"INC-{incident}", seq=seq, kind=kind, **facts)
        links = connection.exec_driver_sql(
            "SELECT event_id, incident FROM monitoring_events WHERE incident IS NOT NULL ORDER BY event_id"
        )
        for event, incident in links:
            history.note(at, "linked", event=event, incident=f"INC-{incident}")
    audited(url, history, at)
    return unfinished(url)
