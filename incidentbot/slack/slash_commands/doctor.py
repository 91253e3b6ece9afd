"""/incident doctor: what is not well with the service, for whoever may know; and the doctor's own click."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.render.doctor import checkup, looking
from incidentbot.render.message import Message
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases.doctor import note_click


def examine(request: SlashRequest) -> Message:
    """Said at once that it looks; what it finds follows."""
    request.answer_later(_examined(request))
    return looking()


async def _examined(request: SlashRequest) -> Message:
    return checkup(await request.parts.examine(request.asker.team_id))


class DoctorClicks:
    """The click by which the doctor sees whether clicks arrive."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def clicked(self, ack: AsyncAck, action: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once it is stored, as every click is."""
        number = action.get("value") or ""
        if number:
            await self._parts.store.run(note_click, asker.team_id, number)
        await ack()
