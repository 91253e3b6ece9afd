"""An address with bytes beyond ASCII is none, before anybody reads it."""

from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from incidentbot.web.target import PlainTarget


@pytest.mark.parametrize(
    ("query", "status"), ((b"", 200), (b"q=%ff&limit=1", 200), (b"q=\xff", 400), (b"\xed\xa0\x80", 400))
)
async def test_a_query_is_in_ascii(query: bytes, status: int) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": query, "headers": []}
    await PlainTarget(PlainTextResponse("served"))(scope, receive, send)
    assert sent[0]["status"] == status
