"""HTTP and WebSocket endpoints of the fake Slack."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from incidentbot.sandbox.slack.api import Answer, Request
from incidentbot.sandbox.slack.errors import RateLimited, SlackError
from incidentbot.sandbox.slack.faults import FaultKind
from incidentbot.sandbox.slack.ids import new_secret
from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.platform import Grant
from incidentbot.sandbox.slack.sandbox import FakeSlack

TRANSPORT = "sandbox.transport"


class ApiEndpoint:
    """`/api/{method}` as a bare ASGI application: the busiest path, and one that can cut connections."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        headers = dict(scope["headers"])
        request = Request(
            method=scope["path"].rpartition("/")[2],
            authorization=headers.get(b"authorization", b"").decode("latin-1"),
            content_type=headers.get(b"content-type", b"").decode("latin-1"),
            body=await _read_body(receive),
            query=scope["query_string"].decode("latin-1"),
        )
        answer = await self._slack.api.answer(request)
        if answer.cut:
            await _cut(scope, receive, how=answer.cut)
        else:
            await _send(send, answer)


async def _read_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, answer: Answer) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _cut(scope: Scope, receive: Receive, *, how: str) -> None:
    """End the connection without a byte of an answer: `reset` aborts, anything else closes."""
    transport: asyncio.Transport = scope["extensions"][TRANSPORT]["transport"]
    if how == "reset":
        # No lingering: the peer gets a reset instead of an orderly end.
        peer: socket.socket = transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


class SlackEndpoints:
    """Everything that is not the Web API."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def routes(self) -> list[BaseRoute]:
        """The routes of the fake Slack, without the Web API."""
        return [
            WebSocketRoute("/socket", self._slack.sockets.serve),
            Route("/response/{secret}", self._respond, methods=["POST"]),
            Route("/services/{path:path}", self._webhook, methods=["POST"]),
            Route("/upload/{team}/{file}", self._upload, methods=["POST", "PUT"]),
            Route("/oauth/v2/authorize", self._authorize, methods=["GET"]),
        ]

    async def _respond(self, request: HttpRequest) -> Response:
        body = await _payload(request)
        secret = _path(request, "secret")
        return await self._weathered("response_url", lambda: self._slack.answers.respond(secret, body))

    async def _webhook(self, request: HttpRequest) -> Response:
        body = await _payload(request)
        path = _path(request, "path")
        return await self._weathered("webhook", lambda: self._slack.answers.webhook(path, body))

    async def _upload(self, request: HttpRequest) -> Response:
        data = await _uploaded(request)
        team, file = _path(request, "team"), _path(request, "file")
        return await self._weathered("upload", lambda: self._receive(team, file, data))

    def _receive(self, team: str, identity: str, data: bytes) -> None:
        workspace = self._slack.platform.workspaces.get(team)
        file = workspace.files.get(identity) if workspace else None
        if file is None:
            raise SlackError("file_not_found")
        if len(data) != file.length:
            raise SlackError("length_mismatch")
        file.data = data

    async def _weathered(self, name: str, act: Callable[[], None]) -> Response:
        """Do it under the same weather as the Web API: faults for `response_url`, `webhook` and `upload`."""
        faults = self._slack.platform.faults.pick(name, "")
        await asyncio.sleep(sum(fault.seconds for fault in faults if fault.kind is FaultKind.DELAY))
        for fault in faults:
            if fault.kind is FaultKind.RESET:
                return _Cut(how="reset")
            if fault.kind is FaultKind.STATUS:
                return PlainTextResponse("upstream connect error", fault.status)
            if fault.kind is FaultKind.RATE_LIMITED:
                return PlainTextResponse("rate_limited", 429, {"retry-after": fault.retry_after})
        answer = _done(act)
        lost = any(fault.kind is FaultKind.LOST_REPLY for fault in faults)
        return _Cut(how="lost") if lost else answer

    async def _authorize(self, request: HttpRequest) -> Response:
        """The consent page, on which somebody has pressed Allow already (`deny=1`: Cancel)."""
        query = request.query_params
        platform = self._slack.platform
        target = query.get("redirect_uri") or next(iter(platform.app.redirect_urls), "")
        if query.get("client_id") != platform.app.seed.client_id or not target:
            return PlainTextResponse("invalid_client_id or redirect_uri", 400)
        if query.get("deny"):
            return RedirectResponse(_with_query(target, error="access_denied", state=query.get("state", "")))
        team = query.get("team") or platform.workspace.team_id
        scopes = tuple(one for one in query.get("scope", "").split(",") if one)
        code = f"{new_secret(12)}.{new_secret(32)}"
        platform.grants[code] = Grant(team, query.get("redirect_uri", ""), scopes)
        return RedirectResponse(_with_query(target, code=code, state=query.get("state", "")))


class _Cut(Response):
    """No answer at all."""

    def __init__(self, *, how: str) -> None:
        super().__init__()
        self._how = how

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        await _cut(scope, receive, how=self._how)


def _done(act: Callable[[], None]) -> Response:
    try:
        act()
    except RateLimited as limited:
        return PlainTextResponse("rate_limited", 429, {"retry-after": limited.retry_after})
    except SlackError as error:
        gone = error.code in ("expired_url", "used_url", "invalid_url", "file_not_found")
        return JSONResponse({"ok": False, "error": error.code, **error.facts}, 404 if gone else 400)
    return PlainTextResponse("ok")


def _with_query(target: str, **values: str) -> str:
    return f"{target}{'&' if '?' in target else '?'}{urlencode(values)}"


def _path(request: HttpRequest, name: str) -> str:
    return str(request.path_params[name])


async def _payload(request: HttpRequest) -> Json:
    raw = await request.body()
    text = raw.decode("utf-8", "replace")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        text = parse_qs(text).get("payload", [""])[0]
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


async def _uploaded(request: HttpRequest) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    return _first_part(await request.body())


def _first_part(body: bytes) -> bytes:
    """The content of the first part of a multipart body; uploads have one part."""
    boundary, _, rest = body.partition(b"\r\n")
    _, _, content = rest.partition(b"\r\n\r\n")
    return content.partition(b"\r\n" + boundary)[0]
