"""Whom the settings mention (@oncall), found in Slack: a user group by its handle, else a person.

Nothing here ever pings by name: Slack would not do it, and a name may be anybody's.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError
from incidentbot.clients.slack import SlackClient
from incidentbot.store import DatabaseUnavailable, Store

log = structlog.get_logger(__name__)

FRESH_FOR: Final = timedelta(minutes=10)
LOOK_EVERY: Final = 5.0


class Mentioned:
    """The users and groups behind the names that settings mention."""

    def __init__(self, store: Store, slack: SlackClient) -> None:
        self._store = store
        self._slack = slack

    async def ids(self, team_id: str, names: Iterable[str]) -> Mapping[str, str]:
        """The id for each of `names`, "" for one that nobody has, or while Slack does not say. Never raises for that.

        What was looked up is remembered for ten minutes, and told on in the log where nobody was found.
        """
        wanted = dict.fromkeys(names)
        found = {name: name for name in wanted if not name.startswith("@")}
        found |= await self._store.ask(_known, team_id, tuple(wanted))
        missing = [name for name in wanted if name not in found]
        if missing:
            found |= await self._look_up(team_id, missing)
        return {name: found.get(name, "") for name in wanted}

    async def _look_up(self, team_id: str, names: list[str]) -> Mapping[str, str]:
        try:
            handles = await self._slack.groups(team_id)
            if any(_handle(name) not in handles for name in names):
                handles = {**await self._slack.members(team_id), **handles}
        except ClientError as error:
            log.warning("mentions.unknown", team=team_id, names=names, reason=error.reason)
            return await self._store.ask(_known_of_old, team_id, names)
        found = {name: handles.get(_handle(name), "") for name in names}
        await self._store.run(_learn, team_id, found)
        for name in (name for name, one in found.items() if not one):
            log.warning("mention.unknown", team=team_id, mention=name, remedy="no user group or person is called so")
        return found


async def keep_mentions_known(store: Store, mentioned: Mentioned) -> None:
    """Until cancelled: look up whom the settings mention in every workspace, at start and whenever that grows old."""
    while store.policy.mentions:
        try:
            for team_id in await store.ask(_teams):
                await mentioned.ids(team_id, store.policy.mentions)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(LOOK_EVERY)


def _handle(name: str) -> str:
    return name.removeprefix("@").casefold()


def _teams(store: Store) -> list[str]:
    """The workspaces whose token Slack takes."""
    with store.read("") as tx:
        refused = tx.installations.refused()
        return [one.team_id for one in tx.installations.all() if one.team_id not in refused]


def _known(store: Store, team_id: str, names: Iterable[str]) -> Mapping[str, str]:
    with store.read(team_id) as tx:
        return tx.mentions.known(names, since=tx.now - FRESH_FOR)


def _known_of_old(store: Store, team_id: str, names: Iterable[str]) -> Mapping[str, str]:
    with store.read(team_id) as tx:
        return tx.mentions.known(names)


def _learn(store: Store, team_id: str, found: Mapping[str, str]) -> None:
    with store.begin(team_id) as tx:
        for name, one in found.items():
            tx.mentions.learn(name, one, tx.now)
