"""The ordinary service in a thread of the test, wired to a sandbox of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import sqlalchemy as sa

from incidentbot.bootstrap import Service, build
from incidentbot.cli.child import held_port
from incidentbot.cli.manifest import manifest
from incidentbot.delivery.claim import Timings
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.world import World, demo_world
from incidentbot.settings import Settings, load
from incidentbot.store.tables import effects

API_TOKEN = "story-token-" + "x" * 32
TIMINGS = Timings(settle=timedelta(seconds=0.3), lease=timedelta(seconds=3), poll=timedelta(seconds=0.05))


@dataclass(frozen=True, slots=True)
class Story:
    """A workspace, a NopeSight and the service between them."""

    slack: Harness
    nopesight: NopeSight
    service: Service
    url: str
    restart: Callable[..., None]


class Running:
    """A service in its own thread and event loop."""

    def __init__(self, service: Service, port: int) -> None:
        self._service = service
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        until = time.monotonic() + PATIENCE
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            while time.monotonic() < until:
                try:
                    if client.get(f"http://127.0.0.1:{self._port}/healthz").status_code == 200:
                        return
                except httpx.TransportError:
                    threading.Event().wait(0.02)
        raise AssertionError("the service did not start")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._service.serve("127.0.0.1", self._port))
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._service.stop)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the service did not stop"


class SandboxTime:
    """The sandbox's clock, as the service reads it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)


class Runs:
    """One service after another on the same database and port."""

    def __init__(self, settings: Settings, timings: Timings, port: int, clock: "SandboxTime | None") -> None:
        self._settings = settings
        self._timings = timings
        self._port = port
        self._clock = clock
        self.service = build(settings, timings=timings, clock=clock)
        self.running = Running(self.service, port)

    def restart(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """End the present service as SIGTERM does, and start another; `meanwhile` nobody works."""
        self.stop()
        meanwhile()
        self.service = build(self._settings, timings=self._timings, clock=self._clock)
        self.running = Running(self.service, self._port)
        self.running.start()

    def stop(self) -> None:
        self.running.stop()
        self.service.close()


@contextmanager
def story(
    database_url: str,
    folder: Path,
    *,
    by_socket: bool = False,
    world: World | None = None,
    extra: Mapping[str, str] | Callable[[SandboxServer], Mapping[str, str]] | None = None,
    timings: Timings = TIMINGS,
    config: str = "",
    same_time: bool = False,
) -> Iterator[Story]:
    """A story in `world` (the demo's, unless said), with `extra` settings and the YAML file `config`.

    With `same_time` the service goes by the sandbox's clock, its database too, so that `advance` moves its timers.
    """
    clock = Clock()
    nopesight = sight.create_nopesight(clock, retry_scale=0.1)
    world = world or demo_world()
    mounts = Mounts(by_path={"/nopesight": nopesight})
    with held_port() as port, SandboxServer(world, clock=clock, mounts=lambda _server: mounts) as server:
        url = f"http://127.0.0.1:{port}"
        app = App.from_manifest(world.app, manifest(url=url, socket_mode=by_socket, steps=True))
        server.platform.app = app
        nopesight.connect(f"{url}/webhooks/nopesight")
        environ = {"DATABASE_URL": database_url, **environ_of(server, world, by_socket=by_socket)}
        more = extra(server) if callable(extra) else extra or {}
        settings = load({**environ, **_file(folder, config), **more})
        runs = Runs(settings, timings, port, SandboxTime(clock) if same_time else None)
        service = runs.service
        with Harness(server) as slack:
            runs.running.start()
            wait_for(lambda: installed(service), "the workspace to be known")
            if by_socket:
                wait_for(lambda: server.slack.sockets.connected > 0, "the socket")
            try:
                yield Story(slack, nopesight, service, url, runs.restart)
            finally:
                runs.stop()
                nopesight.close()


def _file(folder: Path, config: str) -> dict[str, str]:
    if not config:
        return {}
    path = folder / "incidentbot.yaml"
    path.write_text(config, encoding="utf-8")
    return {"INCIDENTBOT_CONFIG": str(path)}


def environ_of(server: SandboxServer, world: World, *, by_socket: bool) -> dict[str, str]:
    """What an operator of the world would set."""
    return {
        "SLACK_API_URL": server.api_url,
        "SLACK_BOT_TOKEN": world.bot_token,
        "SLACK_SIGNING_SECRET": world.app.signing_secret,
        "NOPESIGHT_API_URL": f"{server.url}/nopesight",
        "NOPESIGHT_API_TOKEN": sight.TOKEN,
        "NOPESIGHT_WEBHOOK_SECRET": sight.WEBHOOK_SECRET,
        "INCIDENTBOT_API_TOKEN": API_TOKEN,
    } | ({"SLACK_APP_TOKEN": world.app.app_token} if by_socket else {})


def wait_for(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """What happens inside the service is told by no event of the sandbox."""
    until = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def at_rest(s: Story) -> bool:
    """Whether everything that is due was told and recorded: then the clock may be moved without cutting a call."""
    with s.service.store.read("") as tx:
        now = tx.now
    due = effects.c.lease.is_not(None) | (effects.c.due_at <= now)
    query = sa.select(sa.func.count()).where(effects.c.outcome.is_(None), due)
    with s.service.store.database.read() as connection:
        return connection.execute(query).scalar_one() == 0


def pass_time(s: Story, seconds: float) -> None:
    """Let what is due be told, then move the clock."""
    wait_for(lambda: at_rest(s), "what is due to be told")
    s.slack.advance(seconds)


def installed(service: Service) -> bool:
    with service.store.read("") as tx:
        return bool(tx.installations.all())
