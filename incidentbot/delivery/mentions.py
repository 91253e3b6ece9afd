"""Whom the settings mention (@oncall), found in Slack: a user group by its handle, else a person.

Nothing here ever pings by name: Slack would not do it, and a name may be anybody's.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError, Permanent, Retryable
from incidentbot.clients.slack import SlackClient
from incidentbot.domain.on_call import roster_of
from incidentbot.render.mrkdwn import Escaped, user
from incidentbot.store import DatabaseUnavailable, Store

log = structlog.get_logger(__name__)

REFRESH_EVERY: Final = timedelta(minutes=10)
# Listing everybody takes many calls in a large workspace, so people are looked up anew far more rarely than groups.
PEOPLE_FRESH_FOR: Final = timedelta(hours=6)
# While Slack is away it is asked ever more rarely.
UNTIL_KNOWN: Final = 5.0
RAREST: Final = 60.0
# So often Slack is asked who is mentioned; after that a message goes without calling them, rather than never.
INSIST_TIMES: Final = 3


class Mentioned:
    """The users and groups behind the names that settings mention."""

    def __init__(self, store: Store, slack: SlackClient) -> None:
        self._store = store
        self._slack = slack

    async def ids(self, team_id: str, names: Iterable[str], *, insist: bool = False) -> Mapping[str, tuple[str, ...]]:
        """The ids for each of `names`: several where several are on call by it, none for one that nobody has.

        While Slack does not say, that is none too; with `insist` it is Retryable, where asking again may help.
        """
        wanted = dict.fromkeys(names)
        handles = [handle for name in wanted for handle in self._handles(name)]
        known = await self._store.ask(_known, team_id, handles, None)
        missing = [handle for handle in handles if handle not in known]
        if missing:
            try:
                await self.look_up(team_id, missing)
            except Permanent as error:
                log.warning("mentions.unknown", team=team_id, names=missing, reason=error.reason)
            except ClientError as error:
                log.warning("mentions.unknown", team=team_id, names=missing, reason=error.reason)
                if insist:
                    raise Retryable(f"mentions: {error.reason}") from error
        return await self._store.ask(_called, team_id, tuple(wanted))

    def _handles(self, name: str) -> tuple[str, ...]:
        """What has to be looked up in Slack to know who `name` is."""
        roster = roster_of(self._store.policy.on_call, name)
        if roster:
            return roster.handles
        return (name,) if name.startswith("@") else ()

    async def look_up(self, team_id: str, names: Iterable[str]) -> Mapping[str, str]:
        """Ask Slack for `names`, remember what it says, and tell of those that nobody has. Raises a ClientError."""
        wanted = [name for name in names if name.startswith("@")]
        handles = await self._slack.groups(team_id)
        settled = await self._store.ask(_known, team_id, wanted, PEOPLE_FRESH_FOR)
        people = [name for name in wanted if _handle(name) not in handles and name not in settled]
        if people:
            handles = {**await self._slack.members(team_id), **handles}
        found = {name: handles.get(_handle(name), "") for name in wanted if _handle(name) in handles or name in people}
        await self._store.run(_learn, team_id, found)
        for name in (name for name, one in found.items() if not one):
            log.warning("mention.unknown", team=team_id, mention=name, remedy="no user group or person is called so")
        return {**settled, **found}


def shown_mentions(names: Iterable[str], found: Mapping[str, Sequence[str]]) -> list[Escaped]:
    """Everybody once, as Slack calls them; a name that nobody has as the operator wrote it, which calls nobody."""
    called = (one for name in names for one in found.get(name) or (name,))
    return [user(one) for one in dict.fromkeys(called)]


async def keep_mentions_known(store: Store, mentioned: Mentioned) -> None:
    """Until cancelled: look up whom the settings mention in every workspace, at start and every ten minutes."""
    wait = UNTIL_KNOWN
    while store.policy.mentions:
        teams: list[str] = []
        try:
            teams = await store.ask(_teams)
            for team_id in teams:
                await mentioned.look_up(team_id, store.policy.mentions)
        except ClientError as error:
            log.warning("mentions.unknown", names=store.policy.mentions, reason=error.reason)
            teams = teams if isinstance(error, Permanent) else []
            wait = min(RAREST, wait * 2)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        else:
            wait = UNTIL_KNOWN
        await asyncio.sleep(REFRESH_EVERY.total_seconds() if teams else wait)


def _handle(name: str) -> str:
    return name.removeprefix("@").casefold()


def _teams(store: Store) -> list[str]:
    """The workspaces whose token Slack takes."""
    with store.read("") as tx:
        refused = tx.installations.refused()
        return [one.team_id for one in tx.installations.all() if one.team_id not in refused]


def _known(store: Store, team_id: str, names: Iterable[str], fresh_for: timedelta | None) -> Mapping[str, str]:
    with store.read(team_id) as tx:
        return tx.mentions.known(names, since=tx.now - fresh_for if fresh_for else None)


def _called(store: Store, team_id: str, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    with store.read(team_id) as tx:
        duties = {name: tx.on_call.duty(name, tx.now) for name in names}
    return {name: duty.called if duty else () for name, duty in duties.items()}


def _learn(store: Store, team_id: str, found: Mapping[str, str]) -> None:
    with store.begin(team_id) as tx:
        for name, one in found.items():
            tx.mentions.learn(name, one, tx.now)
