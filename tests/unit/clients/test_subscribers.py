"""What goes to a program that follows incidents, and what its answers mean."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import httpx
import pytest

from incidentbot.clients.errors import Retryable
from incidentbot.clients.subscribers import Receiver, SubscriberClient

NOW = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)
SECRETS = ("the-new-secret-of-a-subscriber-0123456789", "the-old-secret-of-a-subscriber-0123456789")
PAGE = {"page": Receiver("https://page.example/hook", SECRETS)}


class Program:
    """A program that answers always the same, and keeps what it heard."""

    def __init__(self, status: int, **headers: str) -> None:
        self._answer = (status, headers)
        self.heard: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self._answer[0], headers=self._answer[1])


async def test_a_redirect_is_not_followed_and_is_no_yes() -> None:
    program = Program(307, location="http://169.254.169.254/latest/meta-data")
    client = SubscriberClient(PAGE, lambda: NOW, httpx.MockTransport(program))
    with pytest.raises(Retryable):
        await client.post("page", "m1", b"{}")
    await client.close()
    assert [str(request.url) for request in program.heard] == ["https://page.example/hook"]


async def test_while_one_secret_replaces_the_other_both_sign() -> None:
    program = Program(204)
    client = SubscriberClient(PAGE, lambda: NOW, httpx.MockTransport(program))
    assert await client.post("page", "m1", b"{}") == 204
    await client.close()
    signed = f"m1.{int(NOW.timestamp())}.{{}}".encode()
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).digest() for secret in SECRETS]
    expected = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    assert program.heard[0].headers["webhook-signature"] == expected
