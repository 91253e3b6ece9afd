"""What stands beside the chat: the state of the panel, and how it is drawn."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import httpx
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from incidentbot.sandbox.company import PEOPLE
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.panel.bot import SupervisedBot, Watch
from incidentbot.sandbox.panel.live import Live
from incidentbot.sandbox.panel.other_side import OtherSide, clock_of
from incidentbot.sandbox.panel.plays import Player
from incidentbot.sandbox.panel.spark import line_of
from incidentbot.sandbox.panel.weather import SWITCHES, Weather
from incidentbot.sandbox.scenarios import SCENARIOS
from incidentbot.sandbox.server import SandboxServer

LOOK_EVERY: Final = 0.5


class Panel:
    """The panel over a sandbox and its NopeSight. `watching` runs around the server.

    It knows the bot as far as `supervise` told it. Each change of what it shows is told to the feed as `panel_changed`.
    """

    def __init__(self, server: SandboxServer, nopesight: NopeSight) -> None:
        self.nopesight = nopesight
        self.weather = Weather(server.platform.faults, nopesight.faults)
        self.player = Player(server, nopesight, self.changed)
        self.watch = Watch()
        self.bot: SupervisedBot | None = None
        self.busy = ""
        self._feed = server.platform.feed
        self._side = OtherSide(nopesight)
        self._templates = _environment()
        self.live = Live(self._templates, self._facts())

    def supervise(self, bot: SupervisedBot) -> None:
        """From now on this bot is shown."""
        self.bot = bot
        self.changed()

    def changed(self) -> None:
        """Something that the panel shows is different now. May be called in any thread."""
        self._feed.emit("panel_changed")

    def begin(self, what: str) -> None:
        """Something is done to the bot that takes its time."""
        self.busy = what
        self.changed()

    async def end(self) -> None:
        """It is done, and what the bot says now is known."""
        self.busy = ""
        if self.bot is not None:
            async with _http() as http:
                await self._read(http, self.bot)
        self.changed()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """While it lasts, the bot's own figures are read."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _look(self) -> None:
        async with _http() as http:
            while True:
                before = self.watch.truth
                if self.bot is not None:
                    await self._read(http, self.bot)
                if self.watch.truth != before:
                    self.changed()
                await asyncio.sleep(LOOK_EVERY)

    async def _read(self, http: httpx.AsyncClient, bot: SupervisedBot) -> None:
        try:
            answer = await http.get(bot.metrics_url)
            answer.raise_for_status()
        except httpx.HTTPError:
            self.watch.miss(LOOK_EVERY)
        else:
            self.watch.read(answer.text)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _facts(self) -> dict[str, Any]:
        return {
            "truth": self._truth,
            "scenarios": lambda: {"scenarios": tuple(SCENARIOS.values()), "play": self.player.play},
            "weather": lambda: {"switches": [(one, self.weather.is_on(one.name)) for one in SWITCHES]},
            "events": lambda: {"side": self._side, "clock": clock_of},
            "calls": lambda: {"side": self._side},
            "cis": lambda: {"side": self._side},
        }

    def _truth(self) -> Mapping[str, object]:
        commands = self.bot.commands if self.bot else ()
        return {
            "truth": self.watch.truth,
            "spark": line_of(self.watch.lags),
            "worst": max(self.watch.lags, default=0.0),
            "commands": commands,
            "busy": self.busy,
        }

    def page(self) -> HTMLResponse:
        """The whole panel."""
        drawn = self.live.draw()
        people = [person for person in PEOPLE if not (person.robot or person.deleted)]
        address = self.bot.metrics_url.rpartition("/")[0] if self.bot else ""
        facts = {"people": people, "cis": self._side.cis(), "bot_address": address}
        return self._draw("panel.html", parts=drawn.parts, marks=drawn.marks, **facts)

    def news(self, seen: str) -> Response:
        """The parts that differ from what a window with these marks shows; 204 if none does."""
        drawn = self.live.draw()
        changed = drawn.changed(seen)
        if not changed:
            return Response(status_code=204)
        return self._draw("news.html", changed=changed, marks=drawn.marks)

    def outcome(self, seen: str, problem: str = "") -> Response:
        """The same after something was done here, with what stood in its way; empty if nothing did."""
        drawn = self.live.draw()
        return self._draw("news.html", changed=drawn.changed(seen), marks=drawn.marks, problem=problem)

    def editor(self, event_id: str) -> HTMLResponse:
        """A form to change an event with."""
        return self._draw("editor.html", event=self.nopesight.events.get(event_id))

    def _draw(self, template: str, **facts: object) -> HTMLResponse:
        html = self._templates.get_template(template).render(**facts)
        return HTMLResponse(html, headers={"cache-control": "no-store"})


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=2.0, trust_env=False)


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("incidentbot.sandbox.panel"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
