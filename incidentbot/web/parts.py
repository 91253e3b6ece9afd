"""What the HTTP side is made of; bootstrap puts it together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry

from incidentbot.domain.event_sources import SOURCES
from incidentbot.domain.event_sources.source import EventSource
from incidentbot.store import Store
from incidentbot.web.headers import RawHeaders


class SlackAnswer(Protocol):
    """What goes back to Slack."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def body(self) -> str:
        """The body, maybe empty."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, by lower-case names."""
        ...


SlackEndpoint = Callable[[RawHeaders, bytes], Awaitable[SlackAnswer]]


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency for /readyz. `probe` answers "" where all is well, else one line on what is not, and never raises.

    One that is not `needed` is told of, but does not make the service unready.
    """

    name: str
    probe: Callable[[], Awaitable[str]]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class WebParts:
    """Everything that HTTP needs. `now` tells the time (aware UTC); secrets are never shown.

    `slack` takes the headers and the raw body of POST /slack/events; None = there is no such path. Without
    `api_token` the REST API answers 403, without `nopesight_secrets` NopeSight's webhook 401. `checks` come after
    those of the database and of Slack. `sources` are the monitoring systems besides NopeSight. `registry` holds the
    metrics of this process; the database's are read when they are asked for.
    """

    store: Store
    now: Callable[[], datetime]
    slack: SlackEndpoint | None = None
    api_token: str = field(default="", repr=False)
    nopesight_secrets: Sequence[str] = field(default=(), repr=False)
    checks: Sequence[Check] = ()
    sources: Mapping[str, EventSource] = field(default_factory=lambda: SOURCES)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
