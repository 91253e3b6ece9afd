"""Headers: those that every answer bears, and those of which a request may have only one."""

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

RawHeaders = Iterable[tuple[bytes, bytes]]

# Nothing here is a page that loads anything, may be framed, kept by a cache or read by another site.
SECURITY_HEADERS: Final[dict[bytes, bytes]] = {
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"cross-origin-resource-policy": b"same-origin",
    b"strict-transport-security": b"max-age=31536000",
}


class SecurityHeaders:
    """Adds SECURITY_HEADERS to every answer of `app`, the failed ones included; they replace the app's own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves the request, with the headers on its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [pair for pair in message.get("headers", ()) if pair[0].lower() not in SECURITY_HEADERS]
                message = {**message, "headers": [*own, *SECURITY_HEADERS.items()]}
            await send(message)

        await self._app(scope, receive, with_headers)


def single(headers: RawHeaders, name: bytes) -> str:
    """The value of header `name` (lower case); "" where it is missing or comes twice, which has two readings."""
    values = [value for key, value in headers if key.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""
