"""What the doctor looks at, and how long a look may take."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from incidentbot.clients.errors import ClientError, Retryable
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.clients.own_paths import OwnPaths
from incidentbot.clients.slack.probe import KnownTokens, SlackProbe
from incidentbot.domain.doctor import Finding, doubtful, failing
from incidentbot.languages import fill_plain
from incidentbot.settings import Settings
from incidentbot.store import DatabaseUnavailable, Store

SECONDS: Final = 8.0

Findings = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """The service by its parts. `tokens` are what `slack` calls with; `own` calls the service from outside.

    `seconds` is how long one look may take; a workspace is several of them, one after the other.
    """

    settings: Settings
    store: Store
    now: Callable[[], datetime]
    slack: SlackProbe
    tokens: KnownTokens
    nopesight: NopeSightClient | None
    own: OwnPaths
    seconds: float = SECONDS

    @property
    def several_looks(self) -> float:
        """How long several looks, one after the other, may take."""
        return 2.5 * self.seconds


async def looked(name: str, look: Awaitable[Iterable[Finding]], seconds: float) -> Findings:
    """What a look found; one that takes too long, or meets something that does not answer, is a finding itself."""
    try:
        async with asyncio.timeout(seconds):
            return tuple(await look)
    except TimeoutError:
        return (
            failing(
                name,
                fill_plain("There was no answer within {seconds} s.", seconds=f"{seconds:g}"),
                fill_plain("Look at the network between them."),
            ),
        )
    except DatabaseUnavailable as error:
        return (
            failing(
                name,
                fill_plain("The database does not answer ({error}).", error=error),
                fill_plain("Start it, and look at DATABASE_URL."),
            ),
        )
    except Retryable as error:
        if error.after is None:
            return (_not_asked(name, error),)
        sentence = fill_plain(
            "It could not be asked: it has been asked too often lately ({reason}).", reason=error.reason
        )
        return (doubtful(name, sentence, fill_plain("Run the doctor again in {after} s.", after=f"{error.after:.0f}")),)
    except ClientError as error:
        return (_not_asked(name, error),)


def _not_asked(name: str, error: ClientError) -> Finding:
    remedy = fill_plain("Look at the network, the firewall and the proxy; run the doctor again.")
    return failing(name, fill_plain("It could not be asked ({reason}).", reason=error.reason), remedy)
