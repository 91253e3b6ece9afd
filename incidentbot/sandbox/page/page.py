"""What all parts of the page share."""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from incidentbot.sandbox.page.drawing import environment
from incidentbot.sandbox.page.pictures import Picture, file_address, picture
from incidentbot.sandbox.page.reading_marks import ReadingMarks
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.page.windows import Window, Windows
from incidentbot.sandbox.slack.app import Shortcut
from incidentbot.sandbox.slack.changes import Feed
from incidentbot.sandbox.slack.model import Json, StoredFile
from incidentbot.sandbox.slack.people import People
from incidentbot.sandbox.slack.sandbox import FakeSlack
from incidentbot.sandbox.slack.workspace import Workspace
from incidentbot.sandbox.world import Person


class Page:
    """The workspace's state, what the page adds to it (windows, how far people have read), and the templates."""

    def __init__(self, slack: FakeSlack, *, has_panel: bool) -> None:
        self.slack = slack
        self.has_panel = has_panel
        self.windows = Windows()
        self.marks = ReadingMarks()
        self._templates = environment()

    @property
    def feed(self) -> Feed:
        """What changes."""
        return self.slack.platform.feed

    def people(self, viewer: Viewer) -> People:
        """The acts of the people of the viewer's workspace."""
        return self.slack.people(viewer.workspace.team_id)

    def viewer(self, request: Request) -> Viewer:
        """Whom the request acts as: its header or its query says; the first person if it says nothing. 404: nobody."""
        wanted = request.headers.get("x-as") or request.query_params.get("as", "")
        if not wanted:
            return next(self.viewers())
        for viewer in self.viewers():
            if wanted in (viewer.person.id, viewer.person.key):
                return viewer
        raise HTTPException(404, f"There is nobody {wanted} to act as.")

    def viewers(self) -> Iterator[Viewer]:
        """Everybody whom one may act as, workspace by workspace."""
        for workspace in self.slack.platform.workspaces.values():
            for person in workspace.people.values():
                if _acts(person):
                    yield Viewer(workspace, person)

    def window(self, request: Request) -> Window | None:
        """The window that the request comes from, if it says."""
        return self.windows.find(request.headers.get("x-window", ""))

    @property
    def deletion(self) -> Json:
        """What is asked before a message is deleted."""
        words = {
            "title": "Delete this message?",
            "text": "This cannot be undone.",
            "confirm": "Delete",
            "deny": "Cancel",
        }
        return {**{part: {"type": "plain_text", "text": text} for part, text in words.items()}, "style": "danger"}

    def asked(self, request: Request) -> bool:
        """Whether a part of the page is asked for by a page that is there already."""
        return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers

    def shortcuts(self, kind: str) -> list[Shortcut]:
        """The app's shortcuts, global or message."""
        return [one for one in self.slack.platform.app.menu if one.kind == kind]

    def file_address(self, file: StoredFile, viewer: Viewer) -> str:
        """Where the page has a file from."""
        return file_address(file, viewer)

    def companies(self) -> list[tuple[Workspace, list[Person]]]:
        """The people whom one may act as, by workspace."""
        workspaces = self.slack.platform.workspaces.values()
        return [(one, [person for person in one.people.values() if _acts(person)]) for one in workspaces]

    def picture(self, value: Json, viewer: Viewer) -> Picture:
        """The image that an image block or element means."""
        return picture(value, viewer, self.slack.platform.base_url)

    def draw(self, template: str, viewer: Viewer, **facts: Any) -> Markup:
        """A template as the viewer sees it."""
        drawn = self._templates.get_template(template).render(viewer=viewer, page=self, **facts)
        return Markup(drawn)  # noqa: S704 - what the templates were given is escaped in them

    def answer(
        self, template: str, viewer: Viewer, *, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> HTMLResponse:
        """The same as a response."""
        return HTMLResponse(
            self.draw(template, viewer, **facts), headers={"cache-control": "no-store", **(headers or {})}
        )


def _acts(person: Person) -> bool:
    return not person.is_bot and not person.deleted
