"""Slack and NopeSight in the same process: no sockets, and whatever a network may do to a call."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import aiohttp
import httpx
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from incidentbot.clients.slack.client import HTTP_TIMEOUT
from incidentbot.sandbox.slack.api import Answer, Request

if TYPE_CHECKING:
    from tests.simulation.replica import Replica

T = TypeVar("T")
SLACK = "https://slack.invalid/api/"


class Lost(Exception):
    """Nobody will ever hear of this call again."""


async def exchanged(replica: "Replica", carry_out: Callable[[], Awaitable[T]]) -> T:
    """Send a call from `replica`: it travels, is carried out (also if its sender died meanwhile), and is answered."""
    world = replica.world
    await replica.awake(world.chance.uniform(0.0002, 0.002), at_socket=True)
    answered: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    there, back = world.journey(), world.journey()

    async def travel() -> None:
        await asyncio.sleep(there)
        answer = await carry_out()
        await asyncio.sleep(back)
        if not answered.done():
            answered.set_result(answer)

    world.spawn(travel())
    async with asyncio.timeout(HTTP_TIMEOUT):
        result = await answered
    await replica.awake(0.0)
    return result


class SlackSession:
    """What slack_sdk takes for an aiohttp session."""

    closed = False

    def __init__(self, replica: "Replica") -> None:
        self._replica = replica

    async def close(self) -> None:
        self.closed = True

    @asynccontextmanager
    async def request(self, verb: str, url: str, **sent: Any) -> Any:
        world, method = self._replica.world, url.removeprefix(SLACK)
        sent_at = world.moment()
        request = _request(method, sent)
        answer = await exchanged(self._replica, lambda: world.slack.answer(request))
        after = answer.headers.get("retry-after", "")
        channel = str((sent.get("json") or {}).get("channel", "")) if method == "chat.postMessage" else ""
        facts = {
            "channel": channel,
            "sent_at": sent_at,
            "retry_after": float(after) if after.replace(".", "", 1).isdigit() else 0.0,
        }
        world.history.note(world.moment(), "called", method=method, result=answer.result, **facts)
        if answer.cut:
            raise aiohttp.ServerDisconnectedError
        yield _Response(answer, URL(url), verb)


class _Response:
    """An answer as slack_sdk reads it."""

    def __init__(self, answer: Answer, url: URL, verb: str) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers = CIMultiDictProxy(CIMultiDict(answer.headers))
        self.content_type = answer.headers.get("content-type", "").partition(";")[0]
        self._info = aiohttp.RequestInfo(url, verb, self.headers, url)

    async def json(self) -> Any:
        if self.content_type != "application/json":
            raise aiohttp.ContentTypeError(self._info, (), message="not JSON")
        return json.loads(self._answer.body)

    async def text(self) -> str:
        return self._answer.body.decode()

    async def read(self) -> bytes:
        return self._answer.body


def _request(method: str, sent: Mapping[str, Any]) -> Request:
    headers = {name.lower(): value for name, value in sent.get("headers", {}).items()}
    if sent.get("json") is not None:
        body, kind = json.dumps(sent["json"]).encode(), "application/json"
    else:
        body, kind = urlencode(sent.get("data") or {}).encode(), "application/x-www-form-urlencoded"
    query = urlencode(sent.get("params") or {})
    return Request(method, headers.get("authorization", ""), kind, body, query)


class NopeSightTransport(httpx.AsyncBaseTransport):
    """Hands requests to the fake NopeSight's application."""

    def __init__(self, replica: "Replica") -> None:
        self._replica = replica
        self._app = httpx.ASGITransport(app=replica.world.sight.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await exchanged(self._replica, lambda: self._app.handle_async_request(request))
        body = await response.aread()
        if int(response.headers.get("content-length", len(body))) != len(body):
            raise httpx.RemoteProtocolError("the connection was closed")
        return httpx.Response(response.status_code, headers=response.headers, stream=_Body(body))


class _Body(httpx.AsyncByteStream):
    """The bytes of an answer, to be read once, as from a socket."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
