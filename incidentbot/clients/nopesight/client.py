"""The NopeSight client: every call that we make, one attempt each."""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import httpx

from incidentbot.clients.nopesight.automation_calls import AutomationCalls
from incidentbot.clients.nopesight.cmdb_calls import CmdbCalls
from incidentbot.clients.nopesight.config import NopeSightConfig
from incidentbot.clients.nopesight.download import Downloads
from incidentbot.clients.nopesight.event_calls import EventCalls
from incidentbot.clients.nopesight.wire import Wire

POOL: Final = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=60.0)


class NopeSightClient(EventCalls, CmdbCalls, AutomationCalls):
    """Calls NopeSight over one kept-alive pool; use it as an async context manager, or close it.

    No call is ever repeated here; each raises only ClientError and its kinds. `now` gives aware times and is asked only
    to measure and to read waiting times. A `transport` replaces the network in tests.
    """

    def __init__(
        self, config: NopeSightConfig, now: Callable[[], datetime], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        # Proxies and .netrc of the environment would be a second, unseen set of settings.
        self._http = httpx.AsyncClient(transport=transport, limits=POOL, follow_redirects=False, trust_env=False)
        wire = Wire(config, self._http, now)
        EventCalls.__init__(self, config, wire)
        CmdbCalls.__init__(self, config, wire)
        AutomationCalls.__init__(self, wire, Downloads(wire), now)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connections; the client cannot be used any more."""
        await self._http.aclose()
