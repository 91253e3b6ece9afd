"""Small parts that the page asks for when they are wanted: menus, a line anew, what can be chosen, files."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from incidentbot.sandbox.page.choices import offers
from incidentbot.sandbox.page.completions import completions, typed
from incidentbot.sandbox.page.emoji import find_emoji
from incidentbot.sandbox.page.lines import Line, Lines, line_id
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.pictures import is_drawn, media_type
from incidentbot.sandbox.page.spots import Where, find_spot
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Ephemeral, Json, Message, View
from incidentbot.sandbox.slack.people import NotPossible, blocks_at, find_element

_EMOJI = 126


class Parts:
    """Answers with fragments, never with a whole page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def routes(self) -> list[BaseRoute]:
        """The routes."""
        return [
            Route("/menu", self._menu),
            Route("/edit", self._edit),
            Route("/line", self._line),
            Route("/options", self._options),
            Route("/completions", self._completions),
            Route("/emoji", self._emoji),
            Route("/files/{team}/{file}", self._file),
        ]

    async def _menu(self, request: Request) -> Response:
        viewer, record = self._record(request)
        whisper = isinstance(record, Ephemeral)
        mine = record.author.user == viewer.person.id
        facts: dict[str, Any] = {
            "spot": request.query_params["spot"],
            "scope": _scope(request),
            "line": line_id(_scope(request), record.ts),
            "whisper": whisper,
            "gone": isinstance(record, Message) and record.subtype == "tombstone",
            "pinned": isinstance(record, Message) and record.pinned,
            "permalink": viewer.workspace.permalink(record) if isinstance(record, Message) else "",
            "mine": mine,
            "may_delete": mine or viewer.person.is_admin,
        }
        return self._page.answer("menu.html", viewer, **facts)

    async def _edit(self, request: Request) -> Response:
        viewer, record = self._record(request)
        facts: dict[str, Any] = {
            "spot": request.query_params["spot"],
            "scope": _scope(request),
            "line": line_id(_scope(request), record.ts),
            "text": typed(record.content.text, viewer),
        }
        return self._page.answer("edit.html", viewer, **facts)

    async def _line(self, request: Request) -> Response:
        viewer, record = self._record(request)
        return self._page.answer("message.html", viewer, line=line_of(viewer, record, _scope(request)))

    async def _options(self, request: Request) -> Response:
        """What an element offers for a query; an external select asks the app."""
        viewer, where = self._page.viewer(request), self._where(request)
        query = request.query_params.get("q", "")
        name = f"{request.query_params.get('block', '')}/{request.query_params.get('action', '')}"
        try:
            element, _ = find_element(blocks_at(where), name)
            groups = await self._offers(viewer, where, element, name, query)
        except NotPossible as refused:
            raise HTTPException(404, str(refused)) from refused
        return self._page.answer("options.html", viewer, groups=groups, query=query)

    async def _offers(
        self, viewer: Viewer, where: Where, element: Json, name: str, query: str
    ) -> list[tuple[str, list[Json | str]]]:
        if "external" not in element["type"]:
            return offers(element, query, viewer)
        if isinstance(where, Ephemeral):
            raise NotPossible("Slack asks no app for options in a message that one person alone sees.")
        found = await self._page.people(viewer).suggest(viewer.person.id, where, name, query)
        return [("", list(found))]

    async def _completions(self, request: Request) -> Response:
        viewer = self._page.viewer(request)
        sign, query = request.query_params.get("sign", ""), request.query_params.get("q", "")
        found = completions(sign, query, viewer, self._page.slack.platform.app)
        return self._page.answer("completions.html", viewer, found=found)

    async def _emoji(self, request: Request) -> Response:
        query = request.query_params.get("q", "")
        found = find_emoji(query, _EMOJI)
        return self._page.answer("emoji.html", self._page.viewer(request), found=found, query=query)

    async def _file(self, request: Request) -> Response:
        workspace = self._page.slack.platform.workspaces.get(str(request.path_params["team"]))
        file = workspace.files.get(str(request.path_params["file"])) if workspace else None
        if file is None or file.data is None:
            raise HTTPException(404, "There is no such file.")
        headers = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
        if not is_drawn(file):
            headers["content-disposition"] = "attachment"
        return Response(file.data, media_type=media_type(file), headers=headers)

    def _where(self, request: Request) -> Where:
        found = find_spot(request.query_params.get("spot", ""), self._page.viewer(request))
        if found is None:
            raise HTTPException(404, "This is not there any more.")
        return found

    def _record(self, request: Request) -> tuple[Viewer, Message | Ephemeral]:
        where = self._where(request)
        if isinstance(where, View):
            raise HTTPException(404, "This is no message.")
        return self._page.viewer(request), where


def _scope(request: Request) -> str:
    return "t" if request.query_params.get("scope") == "t" else "c"


def line_of(viewer: Viewer, record: Message | Ephemeral, scope: str) -> Line:
    """The line of a record in its conversation (c) or in its thread (t)."""
    conversation = viewer.workspace.conversations[record.channel]
    root = (record.thread_ts or record.ts) if scope == "t" else ""
    return Lines(viewer, conversation, root=root).one(record)
