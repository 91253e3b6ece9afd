"""The listener of deleted messages: cards and overviews are posted again, a timeline says that a message is gone."""

from collections.abc import Mapping
from typing import Any

from incidentbot.queries import by_thread
from incidentbot.queries.captures import is_captured
from incidentbot.queries.overview import is_overview
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.capture import message_deleted
from incidentbot.usecases.overview import overview_deleted
from incidentbot.usecases.repair import card_deleted


class Deletions:
    """What people delete."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def seen(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once stored; most deleted messages are none of ours, and nothing is written of them."""
        channel, ts = event.get("channel"), event.get("deleted_ts")
        if not isinstance(channel, str) or not isinstance(ts, str):
            return
        store = self._parts.store
        if await store.ask(by_thread, asker.team_id, channel, ts) is not None:
            await store.run(card_deleted, asker.team_id, channel, ts)
        elif await store.ask(is_overview, asker.team_id, channel, ts):
            await store.run(overview_deleted, asker.team_id, channel, ts)
        elif await store.ask(is_captured, asker.team_id, channel, ts):
            key = f"event:{body.get('event_id') or ''}"
            await store.run(message_deleted, asker.team_id, key, channel, ts)
