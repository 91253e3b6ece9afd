"""Where one can be: conversations with their threads, and the app's own pages."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.sidebar import conversation_name, sidebar
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Conversation

_FIRST = "incidents"


class Places:
    """Answers with the whole page, or, where htmx asks, with what is to be shown in it."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def routes(self) -> list[BaseRoute]:
        """The routes."""
        return [
            Route("/", self._start),
            Route("/c/{channel}", self._channel),
        ]

    async def _start(self, request: Request) -> Response:
        viewer = self._page.viewer(request)
        seen = [one for one in viewer.workspace.conversations.values() if viewer.sees(one)]
        first = viewer.conversation(_FIRST) or next(iter(seen), None)
        if first is None:
            raise HTTPException(404, "This workspace has no channel.")
        return RedirectResponse(f"/c/{first.id}?as={viewer.person.id}")

    async def _channel(self, request: Request) -> Response:
        viewer = self._page.viewer(request)
        conversation = self._conversation(viewer, request)
        with self._page.feed.lock:
            self._page.marks.read(viewer, conversation)
            name = conversation_name(conversation, viewer)
            facts = {"conversation": conversation, "name": name, "title": f"#{name}"}
            return self._show(request, viewer, "conversation.html", conversation.id, facts)

    def _conversation(self, viewer: Viewer, request: Request) -> Conversation:
        found = viewer.conversation(request.path_params["channel"])
        if found is None:
            raise HTTPException(404, "There is no such conversation, or this person is not in it.")
        return found

    def _show(self, request: Request, viewer: Viewer, template: str, place: str, facts: dict[str, Any]) -> Response:
        window = self._page.window(request)
        asked = "hx-request" in request.headers and window is not None
        window = window if asked and window else self._page.windows.open(viewer, self._page.feed.number)
        window.place = window.channel = place
        listed = sidebar(viewer, self._page.marks, place)
        whole = "moved.html" if asked else "workspace.html"
        return self._page.answer(whole, viewer, view=template, window=window, sidebar=listed, **facts)
