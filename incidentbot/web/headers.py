"""Headers: those that every answer bears, and those of which a request may have only one."""

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

RawHeaders = Iterable[tuple[bytes, bytes]]

# Nothing here is a page that loads anything, may be framed, kept by a cache or read by another site.
_POLICY: Final = b"content-security-policy"
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
    """Adds SECURITY_HEADERS to every answer of `app`, the failed ones included; they replace the app's own.

    A page may have a policy of its own for its contents, if that begins as ours does, so that it only adds to it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves the request, with the headers on its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = message.get("headers", ())
                own = [pair for pair in told if pair[0].lower() not in SECURITY_HEADERS]
                message = {**message, "headers": [*own, *(SECURITY_HEADERS | _policy(told)).items()]}
            await send(message)

        await self._app(scope, receive, with_headers)


def _policy(headers: RawHeaders) -> dict[bytes, bytes]:
    """The answer's own policy for its contents, where it has one that is no weaker for all else."""
    given = [value for name, value in headers if name.lower() == _POLICY]
    return {_POLICY: given[0]} if given and given[0].startswith(SECURITY_HEADERS[_POLICY] + b"; ") else {}


def single(headers: RawHeaders, name: bytes) -> str:
    """The value of header `name` (lower case); "" where it is missing or comes twice, which has two readings."""
    values = [value for key, value in headers if key.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""
