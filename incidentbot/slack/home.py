"""The listeners of the Home tab. Its rows have the card's own buttons."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.render.modals import incident_modal
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_form
from incidentbot.slack.modals.incident import ANSWERED_HERE
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.home import open_home


class Home:
    """What people do in Home."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def opened(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once it is noted; Home follows by itself. The messages tab is something else."""
        if event.get("tab") == "home":
            cause = asker.cause(f"event:{body.get('event_id') or ''}", "home")
            await self._parts.store.run(open_home, cause)

    async def create(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Open the empty form."""
        view = incident_modal(also=ANSWERED_HERE)
        open_form(self._parts, asker, body.get("trigger_id") or "", view, "/incident create TITLE")
        await ack()
