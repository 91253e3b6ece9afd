"""Slack itself: the workspaces, the app under trial, the clock, and everything that is shared between workspaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.slack.changes import Feed
from incidentbot.sandbox.slack.faults import Faults
from incidentbot.sandbox.slack.ids import new_secret
from incidentbot.sandbox.slack.limits import Limiter, LimitRules
from incidentbot.sandbox.slack.organisation import Organisation, meant
from incidentbot.sandbox.slack.records import Records
from incidentbot.sandbox.slack.response_urls import ResponseUrls
from incidentbot.sandbox.slack.triggers import Triggers
from incidentbot.sandbox.slack.workspace import Installation, Workspace
from incidentbot.sandbox.world import World


@dataclass(slots=True)
class Rules:
    """What can be set about this Slack.

    `latency` is added to every Web API answer, `ack_timeout` is Slack's three seconds, `retry_delays` are the waits
    before an event is sent again. `unknown_thread` says what a reply to a root that is not there does: `error` refuses
    it with `thread_not_found`, `post` puts it into the channel, as Slack has been seen to do.
    """

    latency: float = 0.0
    ack_timeout: float = 3.0
    retry_delays: tuple[float, ...] = (0.1, 60.0, 300.0)
    retry_scale: float = 1.0
    unknown_thread: str = "error"
    limits: LimitRules = field(default_factory=LimitRules)


@dataclass(frozen=True, slots=True)
class Grant:
    """A code of an OAuth install that waits to be exchanged."""

    team: str
    redirect_uri: str
    scopes: tuple[str, ...]


class Platform:
    """Everything a call or a delivery may need. `base_url` has no closing slash."""

    def __init__(self, worlds: tuple[World, ...], *, clock: Clock | None = None, rules: Rules | None = None) -> None:
        self.clock = clock or Clock()
        self.rules = rules or Rules()
        self.feed = Feed(self.clock.now)
        self.faults = Faults(on_change=self._emit_faults)
        self.limiter = Limiter(self.rules.limits)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls()
        self.records = Records()
        self.app = App(worlds[0].app, scopes=worlds[0].app.scopes)
        self.workspaces = {world.team_id: Workspace(world, self.clock, self.feed) for world in worlds}
        self.organisation: Organisation | None = None
        self.grants: dict[str, Grant] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.tickets: set[str] = set()
        self.webhooks: dict[str, tuple[str, str]] = {}
        self.base_url = ""

    @property
    def workspace(self) -> Workspace:
        """The first workspace: the only one, unless a test made more."""
        return next(iter(self.workspaces.values()))

    def workspace_of(self, token: str) -> Workspace | None:
        """The workspace whose bot token this is."""
        for workspace in self.workspaces.values():
            if workspace.installation.accepts(token):
                return workspace
        return None

    def caller(self, token: str, arguments: Mapping[str, Any]) -> Workspace | None:
        """The workspace that a call with this token is about."""
        organisation = self.organisation
        if not (organisation and token and token == organisation.token):
            return self.workspace_of(token)
        team = str(arguments.get("team_id") or "") or self.triggers.team_of(str(arguments.get("trigger_id") or ""))
        return meant(arguments, [self.workspaces[one] for one in organisation.teams], team)

    def organisation_of(self, team: str) -> Organisation | None:
        """The organisation by which the app is in this workspace, if it is so."""
        return self.organisation if self.organisation and self.organisation.has(team) else None

    def install_everywhere(self, *, scopes: tuple[str, ...] | None = None) -> Organisation:
        """The organisation installs the app: one new token for all of its workspaces that it approved the app for."""
        organisation = self.organisation
        if organisation is None:
            raise LookupError("there is no organisation")
        organisation.token = f"xoxb-{new_secret(12)}-{new_secret(24)}"
        for team in organisation.teams:
            self.approve(team, scopes=scopes)
        return organisation

    def approve(self, team: str, *, scopes: tuple[str, ...] | None = None) -> None:
        """The organisation lets the app into one more of its workspaces; nobody tells the app."""
        organisation = self.organisation
        if organisation is None:
            raise LookupError("there is no organisation")
        if team not in organisation.teams:
            organisation.teams.append(team)
        old = self.workspaces[team].installation
        self.workspaces[team].installation = Installation(
            organisation.token, old.bot_user_id, old.bot_id, scopes or old.scopes
        )
        self.feed.emit("faults_changed", team=team, data={"token": ""})

    def revoke(self, team: str, error: str = "token_revoked") -> None:
        """The workspace's token is refused from now on, with `token_revoked`, `account_inactive` or `invalid_auth`."""
        self.workspaces[team].installation.refused = error
        self.feed.emit("faults_changed", team=team, data={"token": error})

    def reinstall(self, team: str, *, scopes: tuple[str, ...] | None = None) -> Installation:
        """The app is installed anew: a new bot token, the old one gone."""
        workspace = self.workspaces[team]
        old = workspace.installation
        token = f"xoxb-{new_secret(12)}-{new_secret(24)}"
        workspace.installation = Installation(token, old.bot_user_id, old.bot_id, scopes or old.scopes)
        self.feed.emit("faults_changed", team=team, data={"token": ""})
        return workspace.installation

    def webhook_url(self, channel: str, *, team: str = "") -> str:
        """An incoming webhook of the app for that channel; the same one each time."""
        workspace = self.workspaces[team] if team else self.workspace
        target = (workspace.team_id, workspace.channel(channel).id)
        for path, known in self.webhooks.items():
            if known == target:
                return f"{self.base_url}/services/{path}"
        path = f"{workspace.team_id}/{workspace.installation.bot_id}/{new_secret(24)}"
        self.webhooks[path] = target
        return f"{self.base_url}/services/{path}"

    def issue_ticket(self) -> str:
        """A ticket that opens one Socket Mode connection."""
        ticket = new_secret(32)
        self.tickets.add(ticket)
        return ticket

    def response_url(self, secret: str) -> str:
        """The address of a response URL."""
        return f"{self.base_url}/response/{secret}"

    def _emit_faults(self) -> None:
        self.feed.emit("faults_changed", data={"active": len(self.faults.active())})
