"""/incident update, assign, note and invite."""

from incidentbot.domain.incident import Edit, Incident
from incidentbot.domain.refusals import MissingArgument, PersonUnknown
from incidentbot.domain.timeline import EntryKind
from incidentbot.languages import phrase
from incidentbot.queries import find
from incidentbot.queries.on_call import on_call_alone, on_call_by
from incidentbot.render.message import Message
from incidentbot.render.modals import update_modal
from incidentbot.render.mrkdwn import fill
from incidentbot.render.refusals import refusal
from incidentbot.slack.forms import open_form
from incidentbot.slack.outcomes import told
from incidentbot.slack.slash_commands.commands import Assign, Invite, Note, Update
from incidentbot.slack.slash_commands.parse import USAGE
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.slack.slash_commands.target import settled
from incidentbot.slack.typed_text import PersonTyped
from incidentbot.usecases import add_note, assign, invite, update
from incidentbot.usecases.invite import MOST_TOLD


async def update_incident(request: SlashRequest, typed: Update) -> Message | None:
    """The answer, or None where nothing was given and the form is on its way instead."""
    given = typed.title is not None or typed.severity is not None or typed.next_update is not None
    target = await settled(request, typed.target, alone=True)
    if not given and not target.text:
        return await open_update_form(request, target.ref)
    edit = Edit(title=typed.title, severity=typed.severity, note=target.text, next_update=typed.next_update)
    outcome = await request.parts.store.run(update, request.cause, target.ref, edit)
    return told(outcome, request.asker.workspace, {EntryKind.NOTE: fill("status update posted")})


async def open_update_form(request: SlashRequest, ref: str) -> Message | None:
    """Open the form for the incident; the answer where there is none."""
    incident = await request.parts.store.ask(find, request.asker.team_id, ref)
    if not isinstance(incident, Incident):
        return refusal(incident)
    typed_instead = f"/incident update {incident.reference} TEXT"
    on_call = await request.parts.store.ask(on_call_alone, request.asker.team_id)
    open_form(request.parts, request.asker, request.trigger_id, update_modal(incident, on_call), typed_instead)
    return None


async def assign_incident(request: SlashRequest, typed: Assign) -> Message:
    """Make the person responsible."""
    person = await request.person_id(typed.person)
    if isinstance(person, PersonUnknown):
        return refusal(person)
    outcome = await request.parts.store.run(assign, request.cause, typed.ref, person)
    return told(outcome, request.asker.workspace)


async def note_incident(request: SlashRequest, typed: Note) -> Message:
    """Add the text to the timeline."""
    target = await settled(request, typed.target, alone=False)
    if not target.text:
        return refusal(MissingArgument(phrase("a text"), USAGE["note"]))
    outcome = await request.parts.store.run(add_note, request.cause, target.ref, target.text)
    return told(outcome, request.asker.workspace)


async def invite_people(request: SlashRequest, typed: Invite) -> Message:
    """Tell the people of the incident: all of them, or, where one is unknown, nobody."""
    people: list[str] = []
    for person in typed.people:
        found = await _invited(request, person)
        if isinstance(found, PersonUnknown):
            return refusal(found)
        people += found
    outcome = await request.parts.store.run(invite, request.cause, typed.ref, tuple(dict.fromkeys(people)))
    return told(outcome, request.asker.workspace)


async def _invited(request: SlashRequest, typed: PersonTyped) -> tuple[str, ...] | PersonUnknown:
    """One person, or everybody who is on call by that name now."""
    duty = None
    if not typed.id:
        duty = await request.parts.store.ask(on_call_by, request.asker.team_id, typed.name)
    if duty is None:
        found = await request.person_id(typed)
        return found if isinstance(found, PersonUnknown) else (found,)
    if not duty.people or len(duty.people) > MOST_TOLD:
        reason = "many_on_call" if duty.people else "nobody_on_call"
        return PersonUnknown(f"@{typed.name}"[:80], reason, "responders")
    return duty.people
