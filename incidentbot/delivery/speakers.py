"""In which language somebody is spoken to: that of their Slack, as far as we know it or Slack says it soon enough."""

import asyncio
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.domain.people import Person
from incidentbot.languages import understood
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.people import FRESH_FOR

# So long what is known holds in this process, and so long nobody asks again after Slack did not answer.
KNOWN_FOR: Final = 3600.0
SILENT_FOR: Final = 60.0
MOST_KNOWN: Final = 20_000

log = structlog.get_logger(__name__)


class Speakers:
    """Knows people's languages; asks Slack once for each whom it does not know, within the limits of its method.

    Whoever clicks waits for that, at most `patience` seconds.
    """

    def __init__(self, store: Store, slack: SlackClient, patience: float) -> None:
        self._store = store
        self._slack = slack
        self._patience = patience
        self._known: dict[tuple[str, str], tuple[str, float]] = {}

    async def language_of(self, team_id: str, person: str) -> str:
        """The language of `person`; the workspace's for nobody, and where it cannot be learnt now. Raises nothing."""
        otherwise = self._store.policy.language_in(team_id)
        if not person:
            return otherwise
        now = asyncio.get_running_loop().time()
        language, until = self._known.get((team_id, person), ("", 0.0))
        if now < until:
            return language
        locale = await self._locale(team_id, person)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        language = understood(locale) if locale else otherwise
        self._known[team_id, person] = (language, now + (KNOWN_FOR if locale else SILENT_FOR))
        return language

    async def _locale(self, team_id: str, person: str) -> str:
        """As Slack says, and where it does not, as it last said."""
        known = ""
        try:
            async with asyncio.timeout(self._patience):
                known, ask = await self._store.run(_look_up, team_id, person)
                if not ask:
                    return known
                told = await self._slack.person(team_id, person)
                await self._store.run(_remember, team_id, told)
        except (ClientError, DatabaseUnavailable, TimeoutError) as error:
            log.info("language.unknown", team=team_id, reason=getattr(error, "reason", type(error).__name__))
            return known
        return told.locale or known


def _look_up(store: Store, team_id: str, person: str) -> tuple[str, bool]:
    """The locale as last seen, "" if never; and, where that is too long ago, whether Slack may be asked now."""
    with store.begin(team_id) as tx:
        fresh = tx.people.get(person, since=tx.now - FRESH_FOR)
        if fresh is not None and fresh.locale:
            return fresh.locale, False
        known = tx.people.get(person)
        limit = pace.of_method(tx.policy.pace, "users.info")
        return known.locale if known else "", tx.limits.reserve((limit,), tx.now) is None


def _remember(store: Store, team_id: str, person: Person) -> None:
    with store.begin(team_id) as tx:
        tx.people.save(person, tx.now)
