"""Deliveries over signed HTTP."""

import asyncio
import json
from urllib.parse import urlencode

import aiohttp

from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.outbound import EVENT, NOBODY_LISTENS, OPTIONS, SLASH, TIMED_OUT, Ack, Outbound
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.signing import signed_headers

_FORM = "application/x-www-form-urlencoded"
_GOOD = range(200, 300)
# Shorter than servers keep idle connections, so that none is used that the app just closed.
_KEEP_ALIVE = 2.0


class HttpTransport:
    """Posts to the app's request URL, at most `ack_timeout` each; start it before use and close it after."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the connection pool."""
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """Close the connection pool; what is under way is cut."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, outbound: Outbound) -> Ack:
        """Deliver once."""
        if self._session is None:
            return Ack(error=NOBODY_LISTENS)
        body, content_type = _encoded(outbound)
        headers = self._headers(outbound, body, content_type)
        try:
            async with asyncio.timeout(self._platform.rules.ack_timeout):
                async with self._session.post(self._url(outbound), data=body, headers=headers, max_redirects=2) as got:
                    return _read(got.status, await got.read(), got.headers.get("x-slack-no-retry", ""))
        except TimeoutError:
            return Ack(error=TIMED_OUT)
        except aiohttp.TooManyRedirects:
            return Ack(error="too_many_redirects")
        except (aiohttp.ClientError, OSError):
            return Ack(error=NOBODY_LISTENS)

    def _url(self, outbound: Outbound) -> str:
        app = self._platform.app
        return app.options_url or app.request_url if outbound.kind == OPTIONS else app.request_url

    def _headers(self, outbound: Outbound, body: bytes, content_type: str) -> dict[str, str]:
        headers = signed_headers(self._platform.app.seed.signing_secret, body, self._platform.clock.now())
        headers["Content-Type"] = content_type
        headers["User-Agent"] = "Slackbot 1.0 (+https://api.slack.com/robots)"
        if outbound.retry_attempt:
            headers["X-Slack-Retry-Num"] = str(outbound.retry_attempt)
            headers["X-Slack-Retry-Reason"] = outbound.retry_reason
        return headers


def _encoded(outbound: Outbound) -> tuple[bytes, str]:
    if outbound.kind == EVENT:
        return json.dumps(outbound.payload).encode(), "application/json"
    if outbound.kind == SLASH:
        return urlencode(outbound.payload).encode(), _FORM
    return urlencode({"payload": json.dumps(outbound.payload)}).encode(), _FORM


def _read(status: int, body: bytes, no_retry: str) -> Ack:
    if status not in _GOOD:
        return Ack(error=f"http_{status}", status=status, no_retry=no_retry == "1")
    return Ack(_body(body), status=status)


def _body(body: bytes) -> Json:
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        return {"text": text}
    return value if isinstance(value, dict) else {"text": text}
