"""One request to NopeSight over one kept-alive pool: sent once, bounded in time and size, failures by type."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal, TypeVar

import httpx

from incidentbot import tracing
from incidentbot.clients.errors import Permanent, Retryable
from incidentbot.clients.fence import check_fence
from incidentbot.clients.nopesight.config import NopeSightConfig
from incidentbot.clients.nopesight.envelope import RawPage, error_in, one, page
from incidentbot.clients.nopesight.failures import NO_ERROR_TOLD, Repeat, failure, unclear
from incidentbot.clients.retry_after import retry_after
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.strict_json import BadJson, JsonLimits, read_json

T = TypeVar("T")
Raw = Mapping[str, object]
Method = Literal["GET", "POST", "PUT", "PATCH"]

REQUEST_ID: Final = "X-Request-ID"
SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 5.0
LARGEST_ANSWER: Final = 1024 * 1024
# A page of 100 events has thousands of keys; depth is the same as for what comes to us.
ANSWER_LIMITS: Final = JsonLimits(depth=32, keys=100_000)

# Nothing reached the server, so nothing happened there, whatever the call.
_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: a path by its name, and whether sending it twice would do harm."""

    method: Method
    path: str
    identifier: str = ""
    params: Mapping[str, str] | None = None
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] | None = None
    repeat: Repeat = Repeat.HARMLESS
    seconds: float = SECONDS
    largest: int = LARGEST_ANSWER


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, headers (names in any case) and the body's bytes."""

    status: int
    headers: httpx.Headers
    body: bytes
    request_id: str


class TooLarge(Exception):
    """The answer has more bytes than the call allows."""


class Wire:
    """Sends calls; raises only errors of `incidentbot.clients.errors`. Never repeats, never follows a redirect."""

    def __init__(self, config: NopeSightConfig, http: httpx.AsyncClient, now: Callable[[], datetime]) -> None:
        self._config = config
        self._http = http
        self._now = now

    async def json(self, call: Call) -> object:
        """The body of a successful answer, still in its envelope; None if it is empty."""
        answer = await self.send(call)
        body = _parsed(answer)
        failed = answer.status >= HTTPStatus.BAD_REQUEST
        told = error_in(body, failed=failed)
        if failed or told is not None:
            after = retry_after(answer.headers, self._now())
            raise failure(answer.status, told or NO_ERROR_TOLD, call.repeat, after=after, request_id=answer.request_id)
        if not answer.body.strip():
            return None
        if body is None or answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            told_what = f"NopeSight's answer ({answer.status}) cannot be read (request {answer.request_id})"
            raise unclear(told_what, call.repeat)
        return body

    async def object(self, call: Call, read: Callable[[Raw], T]) -> T:
        """What `read` makes of the one object in the answer; one of an unknown shape is an unclear result."""
        body = await self.json(call)
        return shaped(lambda: read(one(body, call.path)), call.repeat)

    async def page(self, call: Call, limit: int, read: Callable[[RawPage], T]) -> T:
        """What `read` makes of the page in the answer."""
        body = await self.json(call)
        return shaped(lambda: read(page(body, call.path, limit)), call.repeat)

    async def send(self, call: Call) -> Answer:
        """The answer, whatever its status."""
        check_fence()
        request = self._request(call)
        try:
            async with asyncio.timeout(call.seconds):
                with tracing.part(f"nopesight {call.path}", "client"):
                    return await self._exchange(request, call.largest)
        except _NEVER_SENT as error:
            raise Retryable(f"NopeSight cannot be reached: {type(error).__name__}") from error
        except TooLarge as error:
            raise Permanent(f"NopeSight's answer is larger than {call.largest} bytes", "TOO_LARGE") from error
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            told = f"NopeSight's answer was lost: {type(error).__name__} (request {request.headers[REQUEST_ID]})"
            raise unclear(told, call.repeat) from error

    def here(self, location: str) -> httpx.URL:
        """An address that NopeSight told, complete: it may be relative to its own."""
        return httpx.URL(self._config.api_url).join(location)

    def is_ours(self, url: httpx.URL) -> bool:
        """Whether an address is on the very host and port that the operator set."""
        own = httpx.URL(self._config.api_url)
        return (url.scheme, url.host, url.port) == (own.scheme, own.host, own.port)

    def authorised(self, url: httpx.URL) -> httpx.Request:
        """A request with our token for an address that `is_ours`."""
        return self._http.build_request("GET", url, headers={"Accept-Encoding": "identity", **self._identity()})

    async def fetch(self, request: httpx.Request, seconds: float, largest: int) -> Answer:
        """The answer to a request that was made elsewhere (a redirect); only for harmless ones."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request, largest)
        except TooLarge as error:
            raise Permanent(f"the answer is larger than {largest} bytes", "TOO_LARGE") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise Retryable(f"the file cannot be fetched: {type(error).__name__}") from error

    async def _exchange(self, request: httpx.Request, largest: int) -> Answer:
        response = await self._http.send(request, stream=True, follow_redirects=False)
        try:
            # Bytes as they came: with `identity` asked for, nothing can unfold into more than was counted.
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > largest:
                    raise TooLarge
        finally:
            await response.aclose()
        request_id = request.headers.get(REQUEST_ID, "")
        tracing.note(status=response.status_code)
        return Answer(response.status_code, response.headers, bytes(body), request_id)

    def _request(self, call: Call) -> httpx.Request:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            REQUEST_ID: str(uuid.uuid4()),
            **self._identity(),
            **(call.headers or {}),
        }
        url = self._config.url(call.path, call.identifier)
        timeout = httpx.Timeout(call.seconds, connect=CONNECT_SECONDS)
        return self._http.build_request(
            call.method, url, params=call.params, json=call.body, headers=headers, timeout=timeout
        )

    def _identity(self) -> dict[str, str]:
        api_key = self._config.auth_scheme == "api-key"
        token = self._config.token
        headers = {"X-API-Key": token} if api_key else {"Authorization": f"Bearer {token}"}
        if self._config.department:
            headers["X-Department"] = self._config.department
        return headers


def shaped(read: Callable[[], T], repeat: Repeat) -> T:
    """What `read` makes of an answer; Retryable or Uncertain if it is of no shape that we know."""
    try:
        return read()
    except BadShape as error:
        raise unclear(f"NopeSight's answer cannot be read: {error}", repeat) from error


def _parsed(answer: Answer) -> object:
    """The JSON of an answer; None if it has none that can be read (an HTML page of a proxy, say)."""
    try:
        return read_json(answer.body, ANSWER_LIMITS)
    except BadJson:
        return None
