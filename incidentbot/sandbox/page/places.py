"""Where one can be: conversations with their threads, and the app's own pages."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from incidentbot.sandbox.page.heading import heading
from incidentbot.sandbox.page.lines import Line, Lines
from incidentbot.sandbox.page.live import modal
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.sidebar import conversation_name, sidebar
from incidentbot.sandbox.page.spots import Spot
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.ids import is_ts
from incidentbot.sandbox.slack.model import Conversation, Kind

FIRST: Final = "incidents"
NEWEST: Final = 50
_GONE: Final = "There is no such conversation, or this person is not in it."
_TABS: Final = ("home", "messages", "about")


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as it is drawn; `dom` is its root's `ts` as ids have it."""

    root: str
    lines: list[Line]

    @property
    def dom(self) -> str:
        """The root's `ts` without what an id may not hold."""
        return self.root.replace(".", "-")


class Places:
    """Answers with the whole page, or, where htmx asks, with what is to be shown in it."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def routes(self) -> list[BaseRoute]:
        """The routes."""
        return [
            Route("/", self._start),
            Route("/c/{channel}", self._channel),
            Route("/c/{channel}/{thread}", self._channel),
            Route("/thread/{channel}/{thread}", self._thread),
            Route("/older/{channel}", self._older),
            Route("/app/{tab}", self._app),
        ]

    async def _start(self, request: Request) -> Response:
        viewer = self._page.viewer(request)
        seen = [one for one in viewer.workspace.conversations.values() if viewer.sees(one)]
        first = viewer.conversation(FIRST) or next(iter(seen), None)
        if first is None:
            raise HTTPException(404, "This workspace has no channel.")
        return RedirectResponse(f"/c/{first.id}?as={viewer.person.id}")

    async def _channel(self, request: Request) -> Response:
        viewer = self._page.viewer(request)
        conversation = viewer.conversation(request.path_params["channel"])
        if conversation is None and not self._page.asked(request):
            # Somebody else was looking there; whoever looks now starts where they may.
            return RedirectResponse(f"/?as={viewer.person.id}")
        if conversation is None:
            raise HTTPException(404, _GONE)
        if conversation.kind is Kind.IM:
            return RedirectResponse(f"/app/messages?as={viewer.person.id}")
        root = str(request.path_params.get("thread", ""))
        with self._page.feed.lock:
            facts = self._facts(viewer, conversation, request, root)
            return self._show(request, viewer, "conversation.html", conversation.id, facts)

    def _facts(self, viewer: Viewer, conversation: Conversation, request: Request, root: str) -> dict[str, Any]:
        """What the template of a conversation needs. Reading it marks it as read."""
        mark = self._page.marks.of(viewer, conversation)
        self._page.marks.read(viewer, conversation)
        at = request.query_params.get("at", "")
        lines, more = self._around(Lines(viewer, conversation), conversation, at, mark)
        return {
            **heading(viewer, conversation),
            "lines": lines,
            "more": more,
            "at": at,
            "thread": _thread(viewer, conversation, root) if root else None,
        }

    def _around(self, lines: Lines, conversation: Conversation, at: str, mark: str) -> tuple[list[Line], bool]:
        """The newest lines, and as many more as it takes to hold the one that the address points at."""
        most = NEWEST
        if is_ts(at) and at in conversation.messages:
            root = conversation.messages[at].thread_ts or at
            newer = [ts for ts in conversation.timeline if ts >= root] if root in conversation.messages else []
            most = max(most, len(newer) + NEWEST // 2)
        return lines.newest(most, mark=mark)

    async def _thread(self, request: Request) -> Response:
        viewer = self._page.viewer(request)
        conversation = _conversation(viewer, request)
        with self._page.feed.lock:
            facts: dict[str, Any] = {
                "conversation": conversation,
                "name": conversation_name(conversation, viewer),
                "at": request.query_params.get("at", ""),
                "thread": _thread(viewer, conversation, request.path_params["thread"]),
            }
            return self._page.answer("thread.html", viewer, **facts)

    async def _older(self, request: Request) -> Response:
        viewer = self._page.viewer(request)
        conversation = _conversation(viewer, request)
        before = request.query_params.get("before", "")
        if not is_ts(before):
            raise HTTPException(400, "before is the time stamp of a message.")
        with self._page.feed.lock:
            lines, more = Lines(viewer, conversation).before(before, NEWEST)
            return self._page.answer("older_lines.html", viewer, conversation=conversation, lines=lines, more=more)

    async def _app(self, request: Request) -> Response:
        viewer, tab = self._page.viewer(request), str(request.path_params["tab"])
        if tab not in _TABS:
            raise HTTPException(404, "The app has no such tab.")
        with self._page.feed.lock:
            people = self._page.people(viewer)
            if tab != "about":
                people.open_home(viewer.person.id, tab=tab)
            direct = viewer.workspace.direct(viewer.person.id)
            facts: dict[str, Any] = (
                self._facts(viewer, direct, request, "") if tab == "messages" else {"conversation": direct}
            )
            facts |= {"tab": tab, "title": viewer.app.real_name, "name": viewer.app.real_name, "thread": None}
            facts["home"] = Spot(viewer.seat.home, "home") if viewer.seat.home else None
            channel = direct.id if tab == "messages" else ""
            return self._show(request, viewer, "app.html", "app", facts, channel=channel)

    def _show(
        self,
        request: Request,
        viewer: Viewer,
        template: str,
        place: str,
        facts: dict[str, Any],
        *,
        channel: str | None = None,
    ) -> Response:
        """The view, in a page of its own or for the window that asks."""
        asked = self._page.asked(request)
        window = self._page.window(request) if asked else self._page.windows.open(viewer, self._page.feed.number)
        if window is None:
            # The sandbox was started anew since the window was opened.
            return Response(headers={"hx-refresh": "true"})
        window.place, window.channel = place, place if channel is None else channel
        listed = sidebar(viewer, self._page.marks, place)
        whole = "moved.html" if asked else "workspace.html"
        facts |= {"view": template, "window": window, "sidebar": listed, "modal": modal(self._page, viewer)}
        return self._page.answer(whole, viewer, **facts)


def _conversation(viewer: Viewer, request: Request) -> Conversation:
    found = viewer.conversation(request.path_params["channel"])
    if found is None:
        raise HTTPException(404, _GONE)
    return found


def _thread(viewer: Viewer, conversation: Conversation, root: str) -> Thread:
    """The thread of a root; that of a reply is its root's. 404 if there is neither."""
    message = conversation.messages.get(root)
    root = message.thread_ts or root if message else root
    if message is None and root not in conversation.threads:
        raise HTTPException(404, "This thread is not there any more.")
    return Thread(root, Lines(viewer, conversation, root=root).all())
