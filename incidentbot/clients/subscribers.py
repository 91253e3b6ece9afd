"""Telling programs of others what happened, signed as https://www.standardwebhooks.com describes.

Their three headers name the message, the second and the signature; every library for that scheme can check them.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Final

import httpx

from incidentbot import tracing
from incidentbot.clients.errors import Permanent, Retryable, Uncertain
from incidentbot.clients.fence import check_fence
from incidentbot.clients.retry_after import retry_after

# Whoever takes longer has to answer first and work afterwards: others wait behind it.
SECONDS: Final = 5.0
PREFIX: Final = "whsec_"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a subscriber listens, and the secrets that sign: two while one replaces the other."""

    url: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)


def headers(secrets: Sequence[str], message: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message; the moment is within what is signed, so that an old one cannot be played again."""
    second = str(int(at.timestamp()))
    signed = f"{message}.{second}.".encode() + body
    digests = [hmac.new(_key(secret), signed, hashlib.sha256).digest() for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "incidentbot",
        "webhook-id": message,
        "webhook-timestamp": second,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests),
    }


def _key(secret: str) -> bytes:
    """What is written as whsec_… is base64, as that scheme has it; anything else is taken as it stands."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


class SubscriberClient:
    """Posts to subscribers over one pool. One attempt a call; raises only ClientError and its kinds."""

    def __init__(
        self,
        receivers: Mapping[str, Receiver],
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.receivers: Final = receivers
        self._now = now
        self._seconds = seconds
        self._transport = transport

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        """Made when somebody is told for the first time: loading certificates holds up a start, and most tell nobody.

        No redirect is followed: what is signed for one is not for another.
        """
        return httpx.AsyncClient(
            transport=self._transport, timeout=self._seconds, follow_redirects=False, trust_env=False
        )

    async def close(self) -> None:
        """End the connections; the client cannot be used any more."""
        if "_http" in vars(self):
            await self._http.aclose()

    async def post(self, name: str, message: str, body: bytes) -> int:
        """Tell the subscriber `name`; answers the status, a 2xx. What it says beside that is not read."""
        check_fence()
        with tracing.part("subscriber", "client"):
            status = await self._posted(name, message, body)
            tracing.note(status=status)
            return status

    async def _posted(self, name: str, message: str, body: bytes) -> int:
        receiver = self.receivers[name]
        signed = headers(receiver.secrets, message, self._now(), body)
        try:
            # httpx bounds each read, and an answer that comes byte by byte has many; the whole of it is bounded here.
            async with (
                asyncio.timeout(self._seconds),
                self._http.stream("POST", receiver.url, content=body, headers=signed) as answer,
            ):
                status, wait = answer.status_code, retry_after(answer.headers, self._now())
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Retryable("nobody listens there") from error
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise Uncertain(type(error).__name__) from error
        if status == HTTPStatus.GONE:
            raise Permanent("it wants to hear no more (410)", "HTTP_410")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise Retryable(f"it answered {status}", wait)
        return status
