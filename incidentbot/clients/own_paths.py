"""Calling our own paths from outside, as Slack and NopeSight do."""

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

import httpx

from incidentbot.clients.errors import Retryable, Uncertain


class OwnPaths:
    """Calls the paths of a running service at `base_url`, each for so many seconds. Use as an async context manager."""

    def __init__(self, base_url: str, seconds: float) -> None:
        self.base_url: Final = base_url.rstrip("/")
        # No redirect is followed: Slack follows few, and what it sent would be lost on the way.
        self._http = httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The HTTP status of the answer. Retryable where nothing listens there, Uncertain where no answer came."""
        try:
            answer = await self._http.post(f"{self.base_url}{path}", content=body, headers=dict(headers))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Retryable("nothing listens there") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Uncertain(type(error).__name__) from error
        return answer.status_code
