"""What only the doctor and the set-up ask Slack: who a token is, what Slack's clock says, whether a channel is ours."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack.client import SlackClient
from incidentbot.domain.workspace import Workspace


class KnownTokens:
    """Bot tokens by workspace, as they are found out."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def learn(self, team_id: str, token: str) -> None:
        """The token is the workspace's."""
        self._known[team_id] = token

    async def __call__(self, team_id: str, /) -> str | None:
        """The workspace's token, if it is known."""
        return self._known.get(team_id)


@dataclass(frozen=True, slots=True)
class Greeting:
    """Whose token it is, and what time it was at Slack (to the second), None where its answer did not say."""

    workspace: Workspace
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as Slack has it; `member` says whether the bot is in it."""

    id: str
    name: str
    member: bool
    archived: bool
    private: bool


class SlackProbe(SlackClient):
    """The Slack client with a few more questions."""

    async def greet(self, token: str) -> Greeting:
        """Who this bot token is, and Slack's time."""
        response = await self._once("auth.test", token, {}, form=True)
        return Greeting(self.workspace_of(response), _date(response.headers))

    async def open_socket(self, app_token: str) -> None:
        """Ask where Socket Mode would connect to; that alone connects nothing. Raises where the token does not do."""
        await self._once("apps.connections.open", app_token, {}, form=True)

    async def channel(self, team_id: str, channel_id: str) -> Channel:
        """The channel with this id; Permanent (channel_not_found) where the bot cannot see it."""
        return _channel((await self.call(team_id, "conversations.info", {"channel": channel_id}, form=True))["channel"])

    async def visible_channels(self, team_id: str) -> Mapping[str, Channel]:
        """Every channel that the bot can see, by name with #; where two have a name, the one that is in use."""
        asked = {"types": "public_channel,private_channel", "limit": 1000}
        found: dict[str, Channel] = {}
        async for raw in self._pages(team_id, "conversations.list", asked, "channels"):
            channel = _channel(raw)
            if channel.name not in found or not channel.archived:
                found[channel.name] = channel
        return found

    async def make_channel(self, team_id: str, name: str) -> Channel:
        """A new public channel with the bot in it; Permanent where Slack does not let us."""
        data = await self.call(team_id, "conversations.create", {"name": name.removeprefix("#")})
        return _channel({"is_member": True, **data["channel"]})

    async def join(self, team_id: str, channel_id: str) -> None:
        """Go into a public channel; Permanent where Slack does not let us."""
        await self.call(team_id, "conversations.join", {"channel": channel_id})

    async def refused_blocks(self, blocks: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        """What Slack has against these blocks; nothing where it takes them. Needs no token, and posts nothing."""
        try:
            await self._once("blocks.validate", None, {"blocks": json.dumps(list(blocks))}, form=True)
        except Permanent as error:
            if error.code != "invalid_blocks":
                raise
            return (error.reason,)
        return ()


def _channel(raw: Mapping[str, Any]) -> Channel:
    return Channel(
        id=str(raw["id"]),
        name=f"#{raw.get('name') or ''}",
        member=bool(raw.get("is_member")),
        archived=bool(raw.get("is_archived")),
        private=bool(raw.get("is_private")),
    )


def _date(headers: Mapping[str, Any]) -> datetime | None:
    told = next((str(value) for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(told).astimezone(UTC) if told else None
    except ValueError:
        return None
