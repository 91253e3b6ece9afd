"""/incident export and retrospective, and the buttons for both below what says that an incident is resolved."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.story import Document
from incidentbot.render.documents import on_its_way
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.slash_commands.commands import Export, Retrospective
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases import Done, Outcome, export


async def export_answer(request: SlashRequest, typed: Export) -> Message:
    """Order it; it comes to who asked."""
    outcome = await request.parts.store.run(
        export, request.cause, typed.ref, typed.document, here=False, canvas=typed.canvas
    )
    return _ordered(outcome, typed.document, here=False)


async def retrospective_answer(request: SlashRequest, typed: Retrospective) -> Message:
    """Order it; it comes into the thread."""
    outcome = await request.parts.store.run(
        export, request.cause, typed.ref, Document.RETROSPECTIVE, here=True, canvas=typed.canvas
    )
    return _ordered(outcome, Document.RETROSPECTIVE, here=True)


def _ordered(outcome: Outcome, document: Document, *, here: bool) -> Message:
    return on_its_way(outcome.incident, document, here=here) if isinstance(outcome, Done) else refusal(outcome)


class Documents:
    """The buttons; their value is the reference. Both documents come into the thread, where they were asked for."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def retrospective(
        self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker
    ) -> None:
        """The draft of a retrospective."""
        await self._order(Document.RETROSPECTIVE, ack, body, action, asker)

    async def exported(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """All of the incident."""
        await self._order(Document.MARKDOWN, ack, body, action, asker)

    async def _order(
        self, document: Document, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker
    ) -> None:
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", "button")
        outcome = await self._parts.store.run(export, cause, action.get("value") or "?", document, here=True)
        await ack()
        if asker.response_url:
            message = _ordered(outcome, document, here=True)
            self._parts.tasks.start(self._parts.answerer.respond(asker.response_url, message))
