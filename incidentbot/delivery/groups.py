"""Keeping up with who is in the user groups that have roles, that incidents are escalated to, or that are on call.

A member who was removed loses the role within ASK_EVERY and a look. While Slack does not answer, what it last said
holds: an outage of Slack must not take the rights of those who fight the incident. A group that Slack does not know, or
may not tell of, has no members.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.domain.timers import GROUP
from incidentbot.store import DatabaseUnavailable, Store, Transaction

ASK_EVERY: Final = timedelta(seconds=60)
LOOK_EVERY: Final = 3.0

log = structlog.get_logger(__name__)


async def keep_groups(store: Store, slack: SlackClient) -> None:
    """Until cancelled: ask for the members of each group about once a minute, whatever the number of replicas."""
    while True:
        try:
            await ask_in_turn(store, slack)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(LOOK_EVERY)


async def ask_in_turn(store: Store, slack: SlackClient) -> None:
    """Ask for the members of each group that nobody has asked for in the last minute."""
    for team_id, group in await store.run(_turns):
        await _ask(store, slack, team_id, group)


def _turns(store: Store) -> list[tuple[str, str]]:
    """The teams and groups to be asked for now."""
    with store.begin("") as tx:
        teams = [home.team_id for home in tx.installations.all()]
        return [
            (team, group)
            for team in teams
            for group in _wanted(tx.of(team))
            if tx.of(team).groups.take_turn(group, ASK_EVERY, tx.now)
        ]


def _wanted(tx: Transaction) -> list[str]:
    """The groups whose members matter: those with roles, those that are escalated to, and those on call."""
    on_call = [roster.group for roster in tx.policy.on_call.values() if roster.group]
    names = [*tx.policy.timers.escalated_to, *on_call]
    named = tx.mentions.known([name for name in names if name.startswith("@")]).values()
    told = {one for one in (*names, *named) if one.startswith(GROUP)}
    return sorted(tx.policy.permissions.groups | told)


async def _ask(store: Store, slack: SlackClient, team_id: str, group: str) -> None:
    try:
        members = await slack.group_members(team_id, group)
    except Permanent as error:
        log.warning("group.unknown", team=team_id, group=group, reason=error.reason)
        members = ()
    except ClientError as error:
        log.warning("group.not_asked", team=team_id, group=group, reason=error.reason)
        return
    await store.run(_save, team_id, group, members)


def _save(store: Store, team_id: str, group: str, members: Sequence[str]) -> None:
    with store.begin(team_id) as tx:
        tx.groups.replace(group, members)
