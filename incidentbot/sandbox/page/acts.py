"""What people do on the page, each act a POST with a form. What comes of it arrives by the stream."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from incidentbot.sandbox.page import element_acts, message_acts
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.people import NotPossible

_Act = Callable[[Page, Viewer, FormData], Awaitable[None]]
_ACTS: Final[Mapping[str, _Act]] = {
    "say": message_acts.say,
    "join": message_acts.join,
    "react": message_acts.react,
    "pin": message_acts.pin,
    "edit": message_acts.edit,
    "delete": message_acts.delete,
    "dismiss": message_acts.dismiss,
    "shortcut": message_acts.shortcut,
    "act": element_acts.act,
    "fill": element_acts.fill,
    "submit": element_acts.submit,
    "close": element_acts.close,
    "upload": element_acts.upload,
}
_DONE: Final = 204
_REFUSED: Final = 200
_PART_LIMIT: Final = 20_000_000


def act_routes(page: Page) -> list[BaseRoute]:
    """An act is answered with 204 when it is done, and with 200 and a sentence where Slack's client would refuse.

    A refusal is nothing that failed: a status that says so would be an error in the browser's console.
    """
    return [Route(f"/do/{name}", _endpoint(page, act), methods=["POST"]) for name, act in _ACTS.items()]


def _endpoint(page: Page, act: _Act) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        viewer = page.viewer(request)
        async with request.form(max_part_size=_PART_LIMIT) as form:
            try:
                await act(page, viewer, form)
            except NotPossible as refused:
                return PlainTextResponse(str(refused), _REFUSED)
        return Response(status_code=_DONE)

    return endpoint
