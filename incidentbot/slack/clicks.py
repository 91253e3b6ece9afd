"""Answering whoever clicked: at the message that they clicked on, or, in Home, in a view of its own."""

from collections.abc import Mapping
from typing import Any, Final

from incidentbot.domain.refusals import Refusal
from incidentbot.render.message import Message
from incidentbot.render.modals import refusal_modal
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts


class Clicks:
    """What the listeners of buttons have in common."""

    def __init__(self, parts: SlackParts) -> None:
        self.parts: Final = parts

    def refuse(self, asker: Asker, body: Mapping[str, Any], refused: Refusal) -> None:
        """In Home there is no message to answer at, so a view tells it."""
        if in_view(body):
            self.parts.tasks.start(self._show(asker, body.get("trigger_id") or "", refused))
        else:
            self.tell(asker, refusal(refused))

    def tell(self, asker: Asker, message: Message) -> None:
        """Answer, visible to whoever clicked alone."""
        if asker.response_url:
            self.parts.tasks.start(self.parts.answerer.respond(asker.response_url, message))

    async def _show(self, asker: Asker, trigger_id: str, refused: Refusal) -> None:
        await self.parts.answerer.open_view(asker.team_id, trigger_id, refusal_modal(refused))


def in_view(body: Mapping[str, Any]) -> bool:
    """Whether the click was in a form or in Home, not on a message."""
    return (body.get("container") or {}).get("type") == "view"
