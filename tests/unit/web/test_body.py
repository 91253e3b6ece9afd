"""Bodies that do not come as they should; those that are too large are tested on every path."""

import asyncio
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from incidentbot.web.body import BoundedBody


class Connection:
    """One request as a server hands it over, and what was sent back."""

    def __init__(self, *messages: Message, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
        self._messages = list(messages)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if not self._messages:
            await asyncio.Event().wait()
        return self._messages.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)


class Application:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen += [await receive(), await receive()]


def piece(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_pieces_are_handed_on_as_one() -> None:
    app, gone = Application(), {"type": "http.disconnect"}
    connection = Connection(piece(b"ab", more=True), piece(b"cd", more=False), gone)
    await BoundedBody(app)(connection.scope, connection.receive, connection.send)
    assert app.seen == [piece(b"abcd", more=False), gone]


async def test_a_body_that_does_not_arrive_in_time_is_given_up() -> None:
    app, connection = Application(), Connection(piece(b"a", more=True))
    await BoundedBody(app, seconds=0)(connection.scope, connection.receive, connection.send)
    assert app.seen == []
    assert connection.sent[0]["status"] == 408


async def test_a_sender_that_hangs_up_half_way_is_not_answered() -> None:
    app, connection = Application(), Connection(piece(b"a", more=True), {"type": "http.disconnect"})
    await BoundedBody(app)(connection.scope, connection.receive, connection.send)
    assert (app.seen, connection.sent) == ([], [])


async def test_a_length_that_is_no_number_is_refused() -> None:
    for length in (b"-1", b"1_0", b"abc", b"\xd9\xa1", b""):
        connection = Connection(headers=((b"content-length", length),))
        await BoundedBody(Application())(connection.scope, connection.receive, connection.send)
        assert connection.sent[0]["status"] == 400
