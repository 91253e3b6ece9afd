"""Bodies, bounded: read whole before anything else happens, never more than 1 MiB, never longer than 10 s."""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incidentbot.domain.guard import LARGEST_BODY
from incidentbot.domain.strict_json import BadJson, read_json
from incidentbot.web.problems import Problem, problem_response

BODY_SECONDS: Final = 10.0


class _SenderGone(Exception):
    """The other side closed the connection before its body was complete; nobody is left to answer."""


class BoundedBody:
    """Hands requests to `app` with their whole body, and answers 413 or 408 for those whose body is no good.

    A body that says how long it is, and is too long, is not read at all.
    """

    def __init__(self, app: ASGIApp, *, largest: int = LARGEST_BODY, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._largest = largest
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body, then hands the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_length(Headers(scope=scope))
            body = await self._read(receive)
        except _SenderGone:
            return
        except Problem as problem:
            await problem_response(problem)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    def _check_length(self, headers: Headers) -> None:
        declared = headers.get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()):
            raise Problem(400)
        if len(declared) > len(str(self._largest)) or int(declared) > self._largest:
            raise self._too_large()

    async def _read(self, receive: Receive) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _SenderGone
                    body += message.get("body", b"")
                    if len(body) > self._largest:
                        raise self._too_large()
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Problem(408, headers={"Connection": "close"}) from None

    @staticmethod
    def _too_large() -> Problem:
        # What has not been read would be taken for the next request.
        return Problem(413, headers={"Connection": "close"})


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, then whatever else happens on the connection."""
    read = False

    async def again() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class StrictRequest(Request):
    """A request whose JSON is read within the limits of domain/strict_json.py."""

    async def json(self) -> object:
        """The body's value; Problem (400) where it is no JSON that we take."""
        try:
            return read_json(await self.body())
        except BadJson as error:
            raise Problem(400, "bad_json", f"The body is not taken: {error}.") from None
