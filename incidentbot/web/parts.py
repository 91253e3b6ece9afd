"""What the HTTP side is made of; bootstrap puts it together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

from prometheus_client import CollectorRegistry

from incidentbot.domain.event_sources import SOURCES
from incidentbot.domain.event_sources.source import EventSource
from incidentbot.domain.permissions import OPERATOR
from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from incidentbot.web.allowance import Allowance
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


class Installer(Protocol):
    """Installs workspaces; InstallFailed where Slack does not take what was handed over."""

    async def finish(self, code: str, redirect_uri: str) -> Workspace:
        """Exchange the code of an OAuth install."""
        ...

    async def set_up(self, bot_token: str, app_token: str, signing_secret: str) -> Workspace:
        """Keep tokens that an operator hands over."""
        ...


@dataclass(frozen=True, slots=True)
class Oauth:
    """Where the browser is sent, and who the app is. `redirect_url` "" leaves it to the app's settings at Slack."""

    authorize_url: str
    client_id: str
    scopes: tuple[str, ...]
    redirect_url: str = field(default="")

    @property
    def over_https(self) -> bool:
        """Whether browsers reach us so; on one's own machine they may not."""
        return not self.redirect_url.startswith("http://")

    def url(self, state: str) -> str:
        """The page on which somebody of the workspace allows it."""
        query = {"client_id": self.client_id, "scope": ",".join(self.scopes), "user_scope": "", "state": state}
        if self.redirect_url:
            query["redirect_uri"] = self.redirect_url
        return f"{self.authorize_url}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class WebParts:
    """Everything that HTTP needs. `now` tells the time (aware UTC); secrets are never shown.

    `slack` takes the headers and the raw body of POST /slack/events; None = there is no such path. `api_token` is the
    operator's own, `named_tokens` are pairs of a name and a token of the file; without any the REST API answers 403,
    without `nopesight_secrets` NopeSight's webhook 401. `checks` come after
    those of the database and of Slack. `sources` are the monitoring systems besides NopeSight. `workflow_secrets` are
    what requests of each workflow are signed with, by its path's last segment; one without is started by bearer alone.
    `registry` holds the metrics of this process; the database's are read when they are asked for. `set_ups` bounds how
    often tokens that are handed over are tried at Slack.
    """

    store: Store
    now: Callable[[], datetime]
    slack: SlackEndpoint | None = None
    api_token: str = field(default="", repr=False)
    named_tokens: Sequence[tuple[str, str]] = field(default=(), repr=False)
    nopesight_secrets: Sequence[str] = field(default=(), repr=False)
    checks: Sequence[Check] = ()
    sources: Mapping[str, EventSource] = field(default_factory=lambda: SOURCES)
    installer: Installer | None = None
    oauth: Oauth | None = None
    workflow_secrets: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    set_ups: Allowance = field(default_factory=lambda: Allowance(10, timedelta(seconds=6)))

    @property
    def tokens(self) -> tuple[tuple[str, str], ...]:
        """Every token of the API, by the name of who bears it."""
        own = ((OPERATOR, self.api_token),) if self.api_token else ()
        return (*own, *self.named_tokens)
