"""/incident export and retrospective, and the buttons for both below what says that an incident is resolved."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.incident import Incident
from incidentbot.domain.refusals import Refusal
from incidentbot.domain.story import Document
from incidentbot.queries import find
from incidentbot.queries.story import story
from incidentbot.render.documents import on_its_way
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.render.retrospective_modal import retrospective_modal
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_form
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


async def retrospective_answer(request: SlashRequest, typed: Retrospective) -> Message | None:
    """Order it; it comes into the thread. None where the form to write it in is on its way instead."""
    if typed.edit:
        refused = await open_retrospective(request.parts, request.asker, request.trigger_id, typed.ref)
        return refusal(refused) if refused else None
    outcome = await request.parts.store.run(
        export, request.cause, typed.ref, Document.RETROSPECTIVE, here=True, canvas=typed.canvas
    )
    return _ordered(outcome, Document.RETROSPECTIVE, here=True)


def _ordered(outcome: Outcome, document: Document, *, here: bool) -> Message:
    return on_its_way(outcome.incident, document, here=here) if isinstance(outcome, Done) else refusal(outcome)


async def open_retrospective(parts: SlackParts, asker: Asker, trigger_id: str, ref: str) -> Refusal | None:
    """Open the form in which it is written; why there is no such incident."""
    incident = await parts.store.ask(find, asker.team_id, ref)
    if not isinstance(incident, Incident):
        return incident
    view = retrospective_modal(await parts.store.ask(story, asker.workspace, incident))
    open_form(parts, asker, trigger_id, view, f"/incident retrospective {incident.reference} edit")
    return None


class Documents:
    """The buttons; their value is the reference. Both documents come into the thread, where they were asked for."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def retrospective(
        self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker
    ) -> None:
        """The draft of a retrospective."""
        await self._order(Document.RETROSPECTIVE, ack, body, action, asker)

    async def written(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form in which the retrospective is written."""
        ref, trigger_id = action.get("value") or "?", body.get("trigger_id") or ""
        refused = await open_retrospective(self._parts, asker, trigger_id, ref)
        await ack()
        if refused and asker.response_url:
            self._parts.tasks.start(self._parts.answerer.respond(asker.response_url, refusal(refused)))

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
