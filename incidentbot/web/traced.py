"""Each request is a piece of work with an id of its own, or goes on with the trace that its caller names."""

import re
from collections.abc import Iterable
from typing import Final

import structlog
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incidentbot import tracing
from incidentbot.web.access import ACCESS
from incidentbot.web.headers import RawHeaders, single

# Asked for every few seconds by whoever looks after the service: they would hide everything else.
_UNTRACED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
# Programs that call these may be traced themselves; Slack is not, and whoever looks at a page has nothing to say here.
_OF_PROGRAMS: Final = ("/v1/", "/webhooks/", "/slack/workflows/")
# What is told of each request, where many come at once, only to who asks for it.
_FEW: Final = ("/v1/", "/slack/workflows/")
_log = structlog.get_logger(__name__)


def _patterns(paths: Iterable[str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((compile_path(path)[0], path) for path in sorted(paths))


_ROUTES: Final = _patterns({path for _, path in ACCESS})


class Traced:
    """Begins a piece of work for each request, and says what was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves the request."""
        if scope["type"] != "http" or scope["path"] in _UNTRACED:
            await self._app(scope, receive, send)
            return
        status = 0

        async def noticed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path: str = scope["path"]
        with tracing.begun("request", "server", _parent(path, scope["headers"])):
            try:
                await self._app(scope, receive, noticed)
            finally:
                _tell(scope["method"], path, status)


def _parent(path: str, headers: RawHeaders) -> str | None:
    return single(headers, b"traceparent") if path.startswith(_OF_PROGRAMS) else None


def _tell(method: str, path: str, status: int) -> None:
    """By the route, never by the address: that is whatever the caller wrote."""
    few = path.startswith(_FEW)
    if not (few or tracing.recording()):
        return
    route = next((name for pattern, name in _ROUTES if pattern.match(path)), "*")
    known = method if (method, route) in ACCESS else "*"
    tracing.rename(f"{known} {route}")
    tracing.note(method=known, route=route, status=status)
    if few:
        _log.info("request.served", method=known, route=route, status=status)
