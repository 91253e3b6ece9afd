"""Finishing an install: what Slack or the operator hands over is tried first, and kept only if Slack takes it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from incidentbot.clients.errors import ClientError
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.installing import learn_channels
from incidentbot.domain.installing import InstallFailed
from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from incidentbot.store.credentials import Credentials
from incidentbot.usecases.install import install, install_everywhere

NOT_ANSWERED: Final = "Slack did not take it"


@dataclass(frozen=True, slots=True)
class OauthClient:
    """Who the app is to Slack's OAuth."""

    id: str
    secret: str


class Installer:
    """Installs workspaces."""

    def __init__(self, store: Store, slack: SlackClient, client: OauthClient | None) -> None:
        self._store = store
        self._slack = slack
        self._client = client

    async def finish(self, code: str, redirect_uri: str) -> Workspace:
        """Exchange the code that Slack gave; answers the workspace (or organisation), InstallFailed otherwise."""
        if self._client is None:
            raise InstallFailed("no_client")
        given = {"code": code, **({"redirect_uri": redirect_uri} if redirect_uri else {})}
        try:
            answer = await self._slack.oauth_access(self._client.id, self._client.secret, given)
            token = str(answer["access_token"])
            workspace = await self._slack.workspace(token)
            teams = await self._slack.org_teams(token) if answer.get("is_enterprise_install") else []
        except (ClientError, KeyError) as error:
            raise InstallFailed(_reason(error)) from error
        workspace = _told(workspace, answer)
        kept = credentials_of(answer, self._store)
        if answer.get("is_enterprise_install"):
            await self._store.run(install_everywhere, workspace, teams, kept, "oauth")
        else:
            await self._keep(workspace, kept, "oauth")
        return workspace

    async def set_up(self, bot_token: str, app_token: str, signing_secret: str) -> Workspace:
        """Keep tokens that the operator hands over; InstallFailed where Slack does not take the bot's."""
        try:
            workspace = await self._slack.workspace(bot_token)
        except ClientError as error:
            raise InstallFailed(_reason(error)) from error
        kept = Credentials(bot_token, app_token=app_token, signing_secret=signing_secret)
        await self._keep(workspace, kept, "rest")
        return workspace

    async def _keep(self, workspace: Workspace, kept: Credentials, surface: str) -> None:
        await self._store.run(install, workspace, kept, surface)
        await learn_channels(self._store, self._slack, workspace.team_id)


def credentials_of(answer: Any, store: Store) -> Credentials:
    """The tokens in an answer of oauth.v2.access; a token that rotates says for how many seconds it is good."""
    lifetime = answer.get("expires_in")
    expires_at = None
    if lifetime:
        with store.read("") as tx:
            expires_at = tx.now + timedelta(seconds=int(lifetime))
    return Credentials(str(answer["access_token"]), str(answer.get("refresh_token") or ""), expires_at=expires_at)


def _told(workspace: Workspace, answer: Any) -> Workspace:
    enterprise = answer.get("enterprise") or {}
    return replace(
        workspace,
        enterprise_id=workspace.enterprise_id or str(enterprise.get("id") or ""),
        app_id=workspace.app_id or str(answer.get("app_id") or ""),
        installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
    )


def _reason(error: Exception) -> str:
    return getattr(error, "code", "") or getattr(error, "reason", "") or NOT_ANSWERED
