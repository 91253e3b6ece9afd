"""Tokens that expire are exchanged two hours before they do, by one replica at a time.

The old token is kept until Slack has taken the new one. A refresh token works once: where its answer is lost, the old
token goes on until it expires, and then only a new install helps; the log, the metric incidentbot_tokens_overdue and
/readyz say so before that.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.installer import OauthClient, credentials_of
from incidentbot.domain.installing import EXCHANGED_AHEAD
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.credentials import Credentials
from incidentbot.store.secret_box import SecretUnreadable

LEASE: Final = timedelta(seconds=60)
LOOK_EVERY: Final = 30.0

log = structlog.get_logger(__name__)


async def keep_tokens(store: Store, slack: SlackClient, client: OauthClient) -> None:
    """Until cancelled: exchange what expires."""
    while True:
        try:
            await refresh_due(store, slack, client)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(LOOK_EVERY)


async def refresh_due(store: Store, slack: SlackClient, client: OauthClient) -> int:
    """Exchange the tokens that expire soon and are ours to exchange; answers how many were."""
    refreshed = 0
    for team_id, old in await store.run(_due):
        try:
            given = {"grant_type": "refresh_token", "refresh_token": old.refresh_token}
            answer = await slack.oauth_access(client.id, client.secret, given)
            new = credentials_of(answer, store)
            await slack.workspace(new.bot_token)
        except (ClientError, KeyError) as error:
            reason = getattr(error, "reason", type(error).__name__)
            remedy = (
                "where it does not work again by itself, install the app in that workspace before the token expires"
            )
            log.error("token.not_refreshed", team=team_id, reason=reason, expires_at=str(old.expires_at), remedy=remedy)  # noqa: TRY400 - as above
            continue
        await store.run(_save, team_id, new, old)
        refreshed += 1
        log.info("token.refreshed", team=team_id, expires_at=str(new.expires_at))
    return refreshed


def _due(store: Store) -> list[tuple[str, Credentials]]:
    found: list[tuple[str, Credentials]] = []
    with store.begin("") as tx:
        for team_id in tx.credentials.take_turn_to_refresh(tx.now, EXCHANGED_AHEAD, LEASE):
            try:
                given = tx.credentials.get(team_id)
            except SecretUnreadable as error:
                log.error("secret.unreadable", team=team_id, column=error.column, reason=error.why)  # noqa: TRY400 - its text is all there is to it
                continue
            found += [(team_id, given)] if given else []
    return found


def _save(store: Store, team_id: str, new: Credentials, old: Credentials) -> None:
    kept = Credentials(
        new.bot_token, new.refresh_token or old.refresh_token, old.app_token, old.signing_secret, new.expires_at
    )
    with store.begin(team_id) as tx:
        tx.credentials.save(team_id, kept, tx.now)
