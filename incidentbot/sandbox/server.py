"""The sandbox as one ASGI application and as a server in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.slack.asgi import TRANSPORT, ApiEndpoint, SlackEndpoints
from incidentbot.sandbox.slack.changes import CLOSING
from incidentbot.sandbox.slack.platform import Platform, Rules
from incidentbot.sandbox.slack.sandbox import FakeSlack
from incidentbot.sandbox.slack.workspace import Workspace
from incidentbot.sandbox.world import World, demo_world

T = TypeVar("T")
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Mounts:
    """Other applications of the sandbox: by path, such as `/nopesight`; `page` gets what nothing else takes.

    `lifespans` run around the server: each is a function that returns an asynchronous context manager.
    """

    by_path: Mapping[str, ASGIApp] = field(default_factory=dict)
    page: ASGIApp | None = None
    lifespans: tuple[Callable[[], Any], ...] = ()


class SandboxApp:
    """The ASGI application: the Web API first and fast, everything else by Starlette's routes."""

    def __init__(self, slack: FakeSlack, mounts: Mounts) -> None:
        self._api = ApiEndpoint(slack)
        routes: list[BaseRoute] = SlackEndpoints(slack).routes()
        routes += [Mount(path, app) for path, app in mounts.by_path.items()]
        if mounts.page is not None:
            routes.append(Mount("/", mounts.page))
        self._rest = Starlette(routes=routes, lifespan=_lifespan(slack, mounts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await self._api(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def _lifespan(slack: FakeSlack, mounts: Mounts) -> Callable[[Starlette], Any]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await slack.start()
        async with AsyncExitStack() as stack:
            for each in mounts.lifespans:
                await stack.enter_async_context(each())
            yield
            await slack.close()

    return lifespan


def create_app(slack: FakeSlack, mounts: Mounts | None = None) -> SandboxApp:
    """The whole sandbox behind one address; set `slack.platform.base_url` before the first call."""
    return SandboxApp(slack, mounts or Mounts())


class _Protocol(H11Protocol):
    """HTTP as uvicorn speaks it; the application may also cut the connection, as a broken network would."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own does
        super().connection_made(transport)
        application = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[TRANSPORT] = {"transport": transport}
            await application(scope, receive, send)

        self.app = with_transport


class SandboxServer:
    """The sandbox on a port of 127.0.0.1, in a thread of its own; use it as a context manager.

    `port` 0 takes any free one. `worlds` are the workspaces, the first being the one that `workspace` and the harness
    mean. `mounts` is called with the server, so that other applications can use its clock and its people.
    """

    def __init__(
        self,
        *worlds: World,
        port: int = 0,
        rules: Rules | None = None,
        clock: Clock | None = None,
        mounts: Callable[["SandboxServer"], Mounts] | None = None,
    ) -> None:
        self.platform = Platform(worlds or (demo_world(),), clock=clock, rules=rules)
        self.slack = FakeSlack(self.platform)
        self._listener = _listener(port)
        self.port: int = self._listener.getsockname()[1]
        self.platform.base_url = self.url
        self._server = self._uvicorn(mounts(self) if mounts else Mounts())
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()

    @property
    def url(self) -> str:
        """The address, without a closing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The base of the Web API, as `SLACK_API_URL` wants it."""
        return f"{self.url}/api/"

    @property
    def workspace(self) -> Workspace:
        """The first workspace."""
        return self.platform.workspace

    @property
    def clock(self) -> Clock:
        """The sandbox's clock."""
        return self.platform.clock

    def _uvicorn(self, mounts: Mounts) -> uvicorn.Server:
        announced = replace(mounts, lifespans=(*mounts.lifespans, self._announce))
        config = uvicorn.Config(
            create_app(self.slack, announced),
            http=_Protocol,
            ws="websockets-sansio",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=30,
        )
        return _Server(config)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; returns once connections are taken."""
        self._thread.start()
        if not self._started.wait(_START_SECONDS) or self._loop is None:
            raise RuntimeError("the sandbox did not start")

    def stop(self) -> None:
        """Stop serving and close every connection."""
        self.platform.feed.emit(CLOSING)
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def run(self, work: Coroutine[Any, Any, T], *, timeout: float | None = None) -> T:
        """Run a coroutine in the server's event loop and wait for its result; for other threads."""
        if self._loop is None:
            work.close()
            raise RuntimeError("the sandbox is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._listener]))
        finally:
            self._started.set()

    @asynccontextmanager
    async def _announce(self) -> AsyncIterator[None]:
        """Tell the waiting thread that everything is up; the listener takes connections already."""
        self._loop = asyncio.get_running_loop()
        self._started.set()
        yield
        self._loop = None


class _Server(uvicorn.Server):
    """Ends with every connection closed, also those that came while it ended or would not go."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener
