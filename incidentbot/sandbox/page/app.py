"""The page as an ASGI application."""

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from incidentbot.sandbox.page.acts import act_routes
from incidentbot.sandbox.page.guard import Guard
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.parts import Parts
from incidentbot.sandbox.page.places import Places
from incidentbot.sandbox.page.stream import stream_routes
from incidentbot.sandbox.slack.sandbox import FakeSlack

_STATIC: Final = Path(__file__).parent / "static"


def create_page(slack: FakeSlack, *, panel: ASGIApp | None = None) -> ASGIApp:
    """The chat of the fake Slack's workspaces, for `Mounts(page=…)`.

    `panel` is what stands beside it, served below `/panel`; the page loads `/panel/` into its right-hand column and
    tells it `sse:panel` (an htmx trigger) whenever something happened that a panel may want to show.
    """
    page = Page(slack, has_panel=panel is not None)
    routes = [
        Mount("/static", StaticFiles(directory=_STATIC)),
        *Places(page).routes(),
        *Parts(page).routes(),
        *act_routes(page),
        *stream_routes(page),
    ]
    if panel is not None:
        routes.append(Mount("/panel", panel))
    return Guard(Starlette(routes=routes))
