"""A program that follows incidents may answer as slowly as it likes: nobody waits for it longer than is said."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from incidentbot.clients.errors import Uncertain
from incidentbot.clients.subscribers import Receiver, SubscriberClient


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Another byte of the answer before each read has waited for too long."""
    await reader.readuntil(b"{}")
    writer.write(b"HTTP/1.1 204 No Content\r\nX: ")
    try:
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.01)
    except ConnectionError:
        return
    finally:
        writer.close()


async def test_an_answer_that_comes_byte_by_byte_is_not_waited_for() -> None:
    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        receiver = Receiver(f"http://127.0.0.1:{port}/", ("a-secret",))
        client = SubscriberClient({"page": receiver}, lambda: datetime(2026, 3, 1, tzinfo=UTC), seconds=1.0)
        async with asyncio.timeout(60):
            with pytest.raises(Uncertain):
                await client.post("page", "message", b"{}")
        await client.close()


async def test_nor_is_one_that_never_comes() -> None:
    async def silent(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    receiver = Receiver("http://page.example/", ("a-secret",))
    transport = httpx.MockTransport(silent)
    client = SubscriberClient({"page": receiver}, lambda: datetime(2026, 3, 1, tzinfo=UTC), transport, seconds=0.01)
    async with asyncio.timeout(60):
        with pytest.raises(Uncertain):
            await client.post("page", "message", b"{}")
    await client.close()
