"""Trying tokens as an operator hands them over, and providing the channels that the settings name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from incidentbot.clients.errors import ClientError
from incidentbot.clients.slack.probe import Channel, Greeting, KnownTokens, SlackProbe
from incidentbot.delivery.doctor.clocks import compared
from incidentbot.domain.doctor import Finding, Verdict
from incidentbot.domain.scope_use import Use, scope_findings
from incidentbot.domain.workspace import Workspace

MAKES: Final = "channels:manage"
JOINS: Final = "channels:join"


class NotTaken(Exception):
    """Slack does not take what was handed over; the message says why, without quoting it."""


class Provided(StrEnum):
    """What came of a channel."""

    THERE = "there"
    JOINED = "joined"
    MADE = "made"
    ABSENT = "absent"
    WITHOUT_BOT = "without_bot"


@dataclass(frozen=True, slots=True)
class Tried:
    """A bot token that Slack takes: whose it is, and what should be looked at."""

    workspace: Workspace
    findings: tuple[Finding, ...]


class SettingUp:
    """Talks to Slack for the set-up; each call raises NotTaken where Slack does not play along."""

    def __init__(self, slack: SlackProbe, tokens: KnownTokens, now: Callable[[], datetime]) -> None:
        self._slack = slack
        self._tokens = tokens
        self._now = now

    def know(self, team_id: str, token: str) -> None:
        """Call Slack for this workspace by a token that was tried before."""
        self._tokens.learn(team_id, token)

    async def try_bot_token(self, token: str) -> Tried:
        """Whose token it is, and which rights it lacks."""
        try:
            greeting = await self._slack.greet(token)
        except ClientError as error:
            raise NotTaken(f"Slack does not take it ({error.reason})") from error
        return Tried(greeting.workspace, tuple(self._remarks(greeting)))

    def _remarks(self, greeting: Greeting) -> list[Finding]:
        found = list(scope_findings(greeting.workspace.scopes, Use(finds_owners=True)))
        if greeting.date:
            found.append(compared("slack.clock", "Slack's", greeting.date, self._now()))
        return [finding for finding in found if finding.verdict in {Verdict.WARN, Verdict.FAIL}]

    async def try_app_token(self, token: str) -> None:
        """Whether Socket Mode could connect by it; nothing is connected."""
        try:
            await self._slack.open_socket(token)
        except ClientError as error:
            raise NotTaken(f"Socket Mode cannot connect by it ({error.reason})") from error

    async def channels(self, team_id: str) -> Mapping[str, Channel]:
        """What the bot can see, by name."""
        try:
            return await self._slack.visible_channels(team_id)
        except ClientError as error:
            raise NotTaken(f"Slack does not tell its channels ({error.reason})") from error

    async def provide(self, workspace: Workspace, name: str, known: Mapping[str, Channel], *, make: bool) -> Provided:
        """Have the channel `name` with the bot in it, as far as the rights go; with `make`, make it if it is absent."""
        found = known.get(name)
        if found is None or found.archived:
            return await self._made(workspace, name) if make and found is None else Provided.ABSENT
        if found.member:
            return Provided.THERE
        return await self._joined(workspace, found)

    async def _made(self, workspace: Workspace, name: str) -> Provided:
        if MAKES not in workspace.scopes:
            return Provided.ABSENT
        try:
            await self._slack.make_channel(workspace.team_id, name)
        except ClientError as error:
            raise NotTaken(f"{name} could not be made ({error.reason})") from error
        return Provided.MADE

    async def _joined(self, workspace: Workspace, channel: Channel) -> Provided:
        if channel.private or JOINS not in workspace.scopes:
            return Provided.WITHOUT_BOT
        try:
            await self._slack.join(workspace.team_id, channel.id)
        except ClientError as error:
            raise NotTaken(f"{channel.name} could not be joined ({error.reason})") from error
        return Provided.JOINED
