"""NopeSight as something to be mounted: its state, and the API over it."""

from typing import Any

from starlette.types import Receive, Scope, Send

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.nopesight.http import create_app
from incidentbot.sandbox.nopesight.world import Sight


class NopeSight(Sight):
    """An ASGI application to be mounted where its base address shall be."""

    def __init__(self, clock: Clock | None = None, **options: Any) -> None:
        super().__init__(clock, **options)
        self.app = create_app(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of the API."""
        await self.app(scope, receive, send)


def create_nopesight(clock: Clock | None = None, **options: Any) -> NopeSight:
    """A NopeSight of the sandbox's company; `options` are those of Sight."""
    return NopeSight(clock, **options)
