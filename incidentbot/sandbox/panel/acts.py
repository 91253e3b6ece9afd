"""The panel as an ASGI application, to be mounted at `/panel`: what it shows, and what a click there does."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.nopesight.refusals import Refused
from incidentbot.sandbox.panel.bot import CommandFailed
from incidentbot.sandbox.panel.panel import Panel
from incidentbot.sandbox.panel.plays import Pace

_STATIC: Final = Path(__file__).parent / "static"
MOST_AT_ONCE: Final = 5_000
_PACES: Final[dict[str, Pace]] = {"1x": "1x", "fast": "fast"}


def create_panel(panel: Panel) -> ASGIApp:
    """Serves the panel. What stands before it has to refuse what comes from other sites."""
    return Starlette(routes=[Mount("/static", StaticFiles(directory=_STATIC)), *_Acts(panel).routes()])


class _Acts:
    """The endpoints. Each act answers with the parts of the panel that it changed."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._page),
            Route("/news", self._news),
            Route("/events", self._fire, methods=["POST"]),
            Route("/storm", self._storm, methods=["POST"]),
            Route("/editor", self._no_editor),
            Route("/editor/{event}", self._editor),
            Route("/events/{event}/{act}", self._change, methods=["POST"]),
            Route("/weather", self._clear, methods=["POST"]),
            Route("/weather/{switch}", self._turn, methods=["POST"]),
            Route("/bot/{command}", self._command, methods=["POST"]),
            Route("/scenarios/stop", self._stop, methods=["POST"]),
            Route("/scenarios/{name}/{pace}", self._play, methods=["POST"]),
        ]

    async def _page(self, _request: Request) -> Response:
        return self._panel.page()

    async def _news(self, request: Request) -> Response:
        return self._panel.news(request.query_params.get("seen", ""))

    # --- NopeSight ----------------------------------------------------------------------------------------------------

    async def _fire(self, request: Request) -> Response:
        form = await _form(request)
        ci = form.get("ci", "")
        title = form.get("title", "").strip() or f"CPU 98% on {ci or 'an unknown host'}"
        return self._did(form, lambda sight: sight.fire(title, form.get("severity", "critical"), ci))

    async def _storm(self, request: Request) -> Response:
        form = await _form(request)
        number, groups = _number(form.get("number", "")), _number(form.get("groups", ""))
        if number is None or groups is None:
            return self._panel.outcome(form.get("seen", ""), f"A storm has 1 to {MOST_AT_ONCE} events.")
        return self._did(form, lambda sight: sight.storm(number, groups))

    async def _no_editor(self, _request: Request) -> Response:
        return HTMLResponse("")

    async def _editor(self, request: Request) -> Response:
        try:
            return self._panel.editor(request.path_params["event"])
        except Refused as refused:
            raise HTTPException(404, refused.message) from None

    async def _change(self, request: Request) -> Response:
        event, act = request.path_params["event"], request.path_params["act"]
        form = await _form(request)
        by = form.get("by", "ben")
        if act == "acknowledge":
            return self._did(form, lambda sight: sight.acknowledge(event, by))
        if act == "resolve":
            return self._did(form, lambda sight: sight.resolve(event, by, form.get("notes", "")))
        if act == "update":
            return self._did(form, lambda sight: _update(sight, event, by, form))
        raise HTTPException(404, f"Nothing is called {act} there.")

    def _did(self, form: dict[str, str], act: Callable[[NopeSight], object]) -> Response:
        problem = ""
        try:
            act(self._panel.nopesight)
        except Refused as refused:
            problem = f"NopeSight refuses that: {refused.message}."
        return self._panel.outcome(form.get("seen", ""), problem)

    # --- weather, bot, stories ----------------------------------------------------------------------------------------

    async def _turn(self, request: Request) -> Response:
        form = await _form(request)
        try:
            self._panel.weather.turn(request.path_params["switch"])
        except KeyError as error:
            raise HTTPException(404, f"There is no switch {error}.") from None
        self._panel.changed()
        return self._panel.outcome(form.get("seen", ""))

    async def _clear(self, request: Request) -> Response:
        form = await _form(request)
        self._panel.weather.clear()
        return self._panel.outcome(form.get("seen", ""))

    async def _command(self, request: Request) -> Response:
        form = await _form(request)
        panel, problem = self._panel, ""
        try:
            command = panel.bot.command(request.path_params["command"]) if panel.bot else None
        except KeyError:
            command = None
        if command is None:
            raise HTTPException(404, "The bot has no such command.")
        panel.begin(command.title)
        try:
            await asyncio.to_thread(command.run)
        except CommandFailed as error:
            problem = str(error)
        finally:
            await panel.end()
        return panel.outcome(form.get("seen", ""), problem)

    async def _play(self, request: Request) -> Response:
        form = await _form(request)
        name, pace = request.path_params["name"], _PACES.get(request.path_params["pace"])
        if self._panel.bot is None or pace is None:
            raise HTTPException(404, "There is no such story.")
        try:
            started = self._panel.player.start(name, pace, self._panel.bot)
        except KeyError:
            raise HTTPException(404, f"There is no story {name}.") from None
        problem = "" if started else "One story at a time: stop the one that is playing, or let it end."
        return self._panel.outcome(form.get("seen", ""), problem)

    async def _stop(self, request: Request) -> Response:
        form = await _form(request)
        self._panel.player.stop()
        return self._panel.outcome(form.get("seen", ""))


def _update(sight: NopeSight, event: str, by: str, form: dict[str, str]) -> None:
    facts = {name: form[name] for name in ("severity", "description") if form.get(name)}
    if form.get("comment", "").strip():
        sight.comment(event, form["comment"], by)
    sight.update(event, **facts)


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) <= MOST_AT_ONCE else None
