"""The live stream of a window: server-sent events, each with everything that a moment made new."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from incidentbot.sandbox.page.live import fragments
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.windows import Window
from incidentbot.sandbox.slack.changes import CLOSING, Change

# What comes within so short a time is sent together.
_TOGETHER: Final = 0.02
_SILENCE: Final = 15.0
# Milliseconds after which a browser whose stream was cut asks for it again.
_RETRY: Final = 500
# The panel is told at most so often that something happened.
_PANEL_PAUSE: Final = 0.4
_FOR_PANEL: Final = {"call", "delivery", "faults_changed", "socket", "function_done", "message_posted", "panel_changed"}


def stream_routes(page: Page) -> list[BaseRoute]:
    """`/events?window=…`: `update` carries fragments, `panel` nothing; after `stale` the page is loaded anew."""

    async def events(request: Request) -> Response:
        window = page.windows.find(request.query_params.get("window", ""))
        body = _Stream(page, window).events() if window else _stale()
        return StreamingResponse(body, media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def stale(_request: Request) -> Response:
        return Response(headers={"hx-refresh": "true"})

    return [Route("/events", events), Route("/stale", stale)]


async def _stale() -> AsyncIterator[str]:
    yield _event("stale", "")


class _Stream:
    """One connection of a window."""

    def __init__(self, page: Page, window: Window) -> None:
        self._page = page
        self._window = window
        self._queue: asyncio.Queue[Change] = asyncio.Queue()
        self._panel_waits = False
        self._panel_told = 0.0

    async def events(self) -> AsyncIterator[str]:
        """What is sent, until the sandbox closes or the window does."""
        pump = asyncio.ensure_future(self._pump())
        try:
            yield f"retry: {_RETRY}\n\n"
            while True:
                changes = await self._batch()
                if any(change.kind == CLOSING for change in changes):
                    return
                for event in self._events_of(changes):
                    yield event
        finally:
            pump.cancel()

    async def _pump(self) -> None:
        """Changes since the window was drawn; a window that comes back asks for its view anew instead."""
        after, self._window.number = self._window.number, None
        async for change in self._page.feed.subscribe(after=after):
            self._queue.put_nowait(change)

    async def _batch(self) -> list[Change]:
        """The next changes, all that come at about the same time; none if nothing comes for a while."""
        try:
            async with asyncio.timeout(self._patience()):
                first = await self._queue.get()
        except TimeoutError:
            return []
        await asyncio.sleep(_TOGETHER)
        changes = [first]
        with suppress(asyncio.QueueEmpty):
            while True:
                changes.append(self._queue.get_nowait())
        return changes

    def _patience(self) -> float:
        if not self._panel_waits:
            return _SILENCE
        return max(0.0, self._panel_told + _PANEL_PAUSE - asyncio.get_running_loop().time())

    def _events_of(self, changes: list[Change]) -> list[str]:
        events = []
        html = fragments(self._page, self._window, changes)
        if html:
            events.append(_event("update", html))
        self._panel_waits = self._panel_waits or (self._page.has_panel and any(map(_concerns_panel, changes)))
        if self._panel_waits and self._patience() == 0:
            self._panel_waits, self._panel_told = False, asyncio.get_running_loop().time()
            events.append(_event("panel", ""))
        return events if events or changes else [": still here\n\n"]


def _concerns_panel(change: Change) -> bool:
    return change.kind in _FOR_PANEL or change.kind.startswith("nopesight_")


def _event(name: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n"
