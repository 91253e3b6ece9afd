"""A proxy between a replica and PostgreSQL that cuts connections: at any moment, and in the middle of a COMMIT."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

COMMIT = b"COMMIT"


@dataclass
class Cuts:
    """How likely each is; `made` counts them."""

    before_commit: float = 0.0
    after_commit: float = 0.0
    anywhere: float = 0.0
    made: dict[str, int] = field(default_factory=dict)

    def fate(self, chance: random.Random, sent: bytes) -> str:
        """What befalls these bytes on their way to the database."""
        drawn = chance.random()
        fate = ""
        if COMMIT in sent:
            fate = "before" if drawn < self.before_commit else ""
            fate = "after" if not fate and drawn < self.before_commit + self.after_commit else fate
        elif drawn < self.anywhere:
            fate = "anywhere"
        if fate:
            self.made[fate] = self.made.get(fate, 0) + 1
        return fate


class Proxy:
    """Listens on a port of this machine and hands everything on to a server's Unix socket."""

    def __init__(self, socket_path: str, cuts: Cuts, seed: int) -> None:
        self._socket_path = socket_path
        self._cuts = cuts
        self._chance = random.Random(seed)
        self.port = 0

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Until `stop`."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(self._socket_path)
        answers = asyncio.ensure_future(self._answers(there_reader, writer))
        with suppress(ConnectionError, asyncio.CancelledError):
            await self._questions(reader, there_writer, answers)
        answers.cancel()
        for end in (writer, there_writer):
            end.close()

    async def _questions(
        self, reader: asyncio.StreamReader, there: asyncio.StreamWriter, answers: "asyncio.Future[None]"
    ) -> None:
        while sent := await reader.read(65536):
            fate = self._cuts.fate(self._chance, sent)
            if fate == "after":
                answers.cancel()  # the database will answer, and nobody hears it
            if fate in ("", "after"):
                there.write(sent)
                await there.drain()
            if fate:
                await asyncio.sleep(0.02)  # what was sent is carried out before the line is dead
                return

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while got := await there.read(65536):
                writer.write(got)
                await writer.drain()
            writer.close()


@contextmanager
def proxy(database_url: str, cuts: Cuts, seed: int) -> Iterator[str]:
    """The URL by which the database at `database_url` (on a Unix socket) is reached through a proxy that cuts."""
    parts = urlsplit(database_url)
    made = Proxy(f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432", cuts, seed)
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    def serve() -> None:
        loop.run_until_complete(made.serve(ready, stop))
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield f"postgresql://postgres@127.0.0.1:{made.port}{parts.path}?sslmode=disable&gssencmode=disable"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
