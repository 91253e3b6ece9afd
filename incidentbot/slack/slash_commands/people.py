"""/incident role, people, handover and leave."""

from incidentbot.domain.incident import Incident
from incidentbot.domain.refusals import PersonUnknown
from incidentbot.queries import find
from incidentbot.queries.on_call import on_call_alone
from incidentbot.render.message import Message
from incidentbot.render.people_modal import people_modal
from incidentbot.render.refusals import refusal
from incidentbot.slack.forms import open_form
from incidentbot.slack.outcomes import told
from incidentbot.slack.slash_commands.commands import HandOver, Leave, People, TakeRole
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases import hand_over, leave, staff


async def take_role(request: SlashRequest, typed: TakeRole) -> Message:
    """Give the role to the person, to who typed, or to nobody."""
    person = request.asker.actor.id if typed.mine else ""
    if typed.person:
        found = await request.person_id(typed.person)
        if isinstance(found, PersonUnknown):
            return refusal(found)
        person = found
    outcome = await request.parts.store.run(staff, request.cause, typed.ref, {typed.role: person})
    return told(outcome, request.asker.workspace)


async def open_people(request: SlashRequest, typed: People) -> Message | None:
    """Open the form; the answer where there is no such incident."""
    incident = await request.parts.store.ask(find, request.asker.team_id, typed.ref)
    if not isinstance(incident, Incident):
        return refusal(incident)
    typed_instead = f"/incident role {incident.reference} commander @user"
    on_call = await request.parts.store.ask(on_call_alone, request.asker.team_id)
    open_form(request.parts, request.asker, request.trigger_id, people_modal(incident, on_call), typed_instead)
    return None


async def hand_over_incident(request: SlashRequest, typed: HandOver) -> Message:
    """Give all that the person has to somebody else."""
    person = await request.person_id(typed.person)
    if isinstance(person, PersonUnknown):
        return refusal(person)
    outcome = await request.parts.store.run(hand_over, request.cause, typed.ref, person, typed.note)
    return told(outcome, request.asker.workspace)


async def leave_incident(request: SlashRequest, typed: Leave) -> Message:
    """Take the person out of the incident."""
    outcome = await request.parts.store.run(leave, request.cause, typed.ref)
    return told(outcome, request.asker.workspace)
