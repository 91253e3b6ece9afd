"""The listener of the buttons that put a reminder off; their id ends in the length, their value is the reference."""

from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.refusals import Refused
from incidentbot.domain.timers import read_snooze
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.outcomes import told
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Done, snooze

_DIRECT: Final = "D"
_UNLESS_SAID: Final = "30m"


class Snoozes:
    """The buttons below what reminds, in the thread and in direct messages."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def clicked(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Let the incident's timers rest. The thread says so; in a direct message an answer does."""
        _, _, length = (action.get("action_id") or "").partition(":")
        try:
            rest = read_snooze(length or _UNLESS_SAID)
        except Refused as refused:
            await ack()
            self._answer(asker, refusal(refused.refusal))
            return
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", "button")
        outcome = await self._parts.store.run(snooze, cause, action.get("value") or "?", rest)
        await ack()
        if not isinstance(outcome, Done) or asker.channel.startswith(_DIRECT):
            self._answer(asker, told(outcome, asker.workspace))

    def _answer(self, asker: Asker, message: Message) -> None:
        if asker.response_url:
            self._parts.tasks.start(self._parts.answerer.respond(asker.response_url, message))
