"""What stands before every page: only this machine's browser, only our own pages, and nothing from elsewhere."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_HERE: Final = {"127.0.0.1", "localhost", "::1"}
_SAFE: Final = {"GET", "HEAD"}


class Guard:
    """Refuses what did not come from a page of this address, and tells the browser to load nothing from another.

    A name that merely resolves to this machine is refused too: otherwise any web page could act here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _refusal(scope["method"], Headers(scope=scope))
        if refusal:
            await PlainTextResponse(refusal, 403)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


def _refusal(method: str, headers: Headers) -> str:
    """Why the request is refused; empty if it is not."""
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in _HERE:
        return "This page answers at 127.0.0.1 and localhost alone."
    if method in _SAFE:
        return ""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "This came from another site."
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "This came from another site."
    return ""
