"""The listeners of pushpins, and of what becomes of messages that were captured."""

from collections.abc import Mapping
from typing import Any, Final

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.said import people_in, said
from incidentbot.queries.captures import is_captured
from incidentbot.queries.people import known_names
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.capture import PUSHPIN, message_deleted, message_edited, pin

# What Slack leaves of a deleted message that has replies.
_TOMBSTONE: Final = "tombstone"


class Captures:
    """What people pin, and edit afterwards."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def pinned(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once stored; other reactions, and those to what is no message, are none of ours."""
        await self._pin(event, body, asker, pinned=True)

    async def unpinned(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """The same for one that is taken away."""
        await self._pin(event, body, asker, pinned=False)

    async def _pin(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker, *, pinned: bool) -> None:
        item = event.get("item") or {}
        channel, ts = item.get("channel"), item.get("ts")
        if event.get("reaction") != PUSHPIN or not isinstance(channel, str) or not isinstance(ts, str):
            return
        cause = asker.cause(f"event:{body.get('event_id') or ''}", "reaction")
        await self._parts.store.run(pin, cause, channel, ts, pinned=pinned)

    async def edited(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once stored; most edits, those of our own cards before all, are of nothing that was captured."""
        message = event.get("message") or {}
        if message.get("bot_id") and message.get("bot_id") == asker.workspace.bot_id:
            return
        store, channel, ts = self._parts.store, asker.channel, message.get("ts") or ""
        if not await store.ask(is_captured, asker.team_id, channel, ts):
            return
        key = f"event:{body.get('event_id') or ''}"
        if message.get("subtype") == _TOMBSTONE:
            await store.run(message_deleted, asker.team_id, key, channel, ts)
        else:
            now = await read_said(self._parts, asker, message)
            await store.run(message_edited, asker.team_id, key, now)


async def read_said(parts: SlackParts, asker: Asker, message: Mapping[str, Any]) -> SaidMessage:
    """The message, in the channel of the request, with names in place of ids, as far as we know them."""
    names = await parts.store.ask(known_names, asker.team_id, people_in(message))
    return said(message, asker.channel, names, asker.workspace.url)
