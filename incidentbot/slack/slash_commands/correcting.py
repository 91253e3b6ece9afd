"""/incident correct: when something happened in truth."""

from incidentbot.domain.incident import Incident
from incidentbot.queries import find
from incidentbot.render.correction import correct_modal
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.forms import open_form
from incidentbot.slack.outcomes import told
from incidentbot.slack.slash_commands.commands import Correct
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases import correct


async def correct_answer(request: SlashRequest, typed: Correct) -> Message | None:
    """The answer, or None where no time was given and the form is on its way instead."""
    if typed.what is None:
        return await _open(request, typed.ref)
    outcome = await request.parts.store.run(correct, request.cause, typed.ref, typed.what, typed.time)
    return told(outcome, request.asker.workspace)


async def _open(request: SlashRequest, ref: str) -> Message | None:
    incident = await request.parts.store.ask(find, request.asker.team_id, ref)
    if not isinstance(incident, Incident):
        return refusal(incident)
    typed_instead = f"/incident correct {incident.reference} resolved 14:45"
    open_form(request.parts, request.asker, request.trigger_id, correct_modal(incident), typed_instead)
    return None
