"""Slow, huge and many: none of it keeps the service from answering the others."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from incidentbot.web.in_flight import InFlight
from incidentbot.web.server import LARGEST_HEAD, BoundedProtocol, make_server

REQUEST: Final = b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"


async def hello(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@asynccontextmanager
async def served(app: ASGIApp = hello) -> AsyncIterator[int]:
    """The port of a server of `app`."""
    server = make_server(app, "127.0.0.1", 0)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_seconds", 0.2)


async def test_connections_that_never_ask_are_closed_and_others_answered_meanwhile() -> None:
    async with served() as port:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
        async with asyncio.timeout(60):
            assert {await reader.read() for reader, _ in idle} == {b""}
        for _, writer in idle:
            writer.close()


async def test_a_head_that_comes_byte_by_byte_is_cut_off() -> None:
    async with served() as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        answer = asyncio.ensure_future(reader.read())
        while not answer.done():
            writer.write(b"a")
            await asyncio.sleep(0.02)
        assert answer.result() == b""
        writer.close()


async def test_a_connection_may_rest_between_two_requests() -> None:
    async with served() as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(REQUEST)
            assert b"hello" in await reader.readuntil(b"hello")
            await asyncio.sleep(BoundedProtocol.head_seconds * 1.5)
        writer.close()


@pytest.mark.parametrize(
    "head",
    (
        b"GET /" + b"a" * LARGEST_HEAD + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(70)) + b"\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: here\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ),
    ids=("a long path", "many headers", "bytes beyond ASCII", "TLS"),
)
async def test_a_head_that_is_too_large_or_no_http_is_refused(head: bytes) -> None:
    async with served() as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
        writer.close()


Asked = Callable[[str], "asyncio.Task[httpx.Response]"]


@asynccontextmanager
async def flooded(**limits: int) -> AsyncIterator[tuple[Asked, asyncio.Event]]:
    """Something to ask with, by path, while nothing but health is answered before the event is set."""
    release = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/healthz":
            await release.wait()
        await hello(scope, receive, send)

    transport = httpx.ASGITransport(InFlight(slow, **limits))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield lambda path: asyncio.create_task(client.get(path)), release


async def test_a_flood_of_one_kind_is_told_to_wait_and_leaves_room_for_the_others() -> None:
    async with flooded(in_all=10, of_one_kind=3) as (ask, release):
        flood = [ask("/v1/incidents") for _ in range(5)]
        click = ask("/slack/events")
        refused = [await one for one in flood[3:]]
        assert [(one.status_code, one.headers["retry-after"]) for one in refused] == [(429, "1")] * 2
        assert (await ask("/healthz")).status_code == 200
        release.set()
        assert (await click).status_code == 200
        assert sorted([(await one).status_code for one in flood]) == [200, 200, 200, 429, 429]
        assert (await ask("/v1/incidents")).status_code == 200


async def test_where_everybody_together_is_too_much_it_says_busy() -> None:
    async with flooded(in_all=3, of_one_kind=2) as (ask, release):
        first = [ask(path) for path in ("/v1/a", "/v1/b", "/slack/events")]
        await asyncio.sleep(0)
        answer = await ask("/webhooks/nopesight")
        assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (503, "busy")
        release.set()
        assert [(await one).status_code for one in first] == [200, 200, 200]
