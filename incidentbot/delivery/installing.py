"""Learning who we are from a bot token, and noticing when a refused one is taken again."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.domain.workspace import ENVIRONMENT, Workspace
from incidentbot.store import DatabaseUnavailable, Store, Transaction

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = 5.0


async def keep_installed(store: Store, slack: SlackClient, token: str) -> None:
    """Until cancelled: ask Slack who the token is, first until it answers, then whenever it was refused."""
    known = False
    while True:
        try:
            if not known or await store.ask(_refused):
                workspace = await slack.workspace(token)
                channels = await _channels(store, slack, workspace.team_id)
                await store.run(_save, workspace, channels or {})
                known = channels is not None
                log.info("workspace.known", team=workspace.team_id, scopes=len(workspace.scopes))
        except ClientError as error:
            log.warning("workspace.unknown", reason=error.reason)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(LOOK_EVERY)


def _refused(store: Store) -> bool:
    with store.read("") as tx:
        return bool(tx.installations.refused(ENVIRONMENT))


async def learn_channels(store: Store, slack: SlackClient, team_id: str) -> None:
    """Remember the ids of the channels that the settings call by name, and wake whatever waited for the workspace."""
    await store.run(_learn, team_id, await _channels(store, slack, team_id) or {})


async def _channels(store: Store, slack: SlackClient, team_id: str) -> dict[str, str] | None:
    """The ids of the channels that the settings call by name: names change hands, and limits go by ids.

    None where Slack may be asked again.
    """
    named = [name for name in store.policy.named_channels if name.startswith("#")]
    try:
        known = await slack.channels(team_id)
    except ClientError as error:
        log.warning("channels.unknown", channels=named, reason=error.reason)
        return {} if isinstance(error, Permanent) else None
    for name in named:
        if name not in known:
            log.warning("channel.unknown", channel=name, remedy="create it, or invite the bot to it")
    return {name: known[name] for name in named if name in known}


def _save(store: Store, workspace: Workspace, channels: Mapping[str, str]) -> None:
    with store.begin(workspace.team_id) as tx:
        tx.installations.save(workspace, tx.now)
        _remember(tx, channels)
    store.effects_waiting()


def _learn(store: Store, team_id: str, channels: Mapping[str, str]) -> None:
    with store.begin(team_id) as tx:
        _remember(tx, channels)
    store.effects_waiting()


def _remember(tx: Transaction, channels: Mapping[str, str]) -> None:
    for name, channel in channels.items():
        tx.channels.learn(name, channel, tx.now)
    tx.notify()
