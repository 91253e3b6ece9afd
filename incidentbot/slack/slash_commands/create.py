"""/incident create: an incident, or the form for one."""

from incidentbot.domain.incident import Draft
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.refusals import PersonUnknown
from incidentbot.render.message import Message
from incidentbot.render.modals import incident_modal
from incidentbot.render.refusals import refusal
from incidentbot.slack.forms import open_form
from incidentbot.slack.modals.incident import typed_ci
from incidentbot.slack.outcomes import told
from incidentbot.slack.slash_commands.commands import Create
from incidentbot.slack.slash_commands.parse import USAGE
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases import create


async def create_incident(request: SlashRequest, typed: Create) -> Message | None:
    """The answer, or None where the form is on its way instead."""
    if not typed.title:
        open_create_form(request, typed)
        return None
    assignee = await request.person_id(typed.assignee) if typed.assignee else ""
    if isinstance(assignee, PersonUnknown):
        return refusal(assignee)
    cis = tuple(CiRef("", name) for name in typed.cis)
    draft = Draft(typed.title, typed.severity, assignee=assignee, cis=cis, drill=typed.drill)
    outcome = await request.parts.store.run(create, request.cause, draft)
    return told(outcome, request.asker.workspace)


def open_create_form(request: SlashRequest, typed: Create) -> None:
    """Open the form filled with what was typed. Nobody is looked up first: the trigger lives 3 s."""
    view = incident_modal(
        severity=typed.severity,
        assignee=typed.assignee.id if typed.assignee else "",
        cis=tuple(typed_ci(name) for name in typed.cis),
        drill=typed.drill,
        also={"channel": request.asker.channel},
    )
    open_form(request.parts, request.asker, request.trigger_id, view, USAGE["create"])
