"""/incident action: what is to be done about an incident."""

from incidentbot.domain.action_items import ItemEdit
from incidentbot.domain.incident import Incident
from incidentbot.domain.refusals import PersonUnknown
from incidentbot.domain.timeline import EntryKind
from incidentbot.queries import find
from incidentbot.queries.action import action_of, actions_of
from incidentbot.render.action import action_list, action_modal
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import fill
from incidentbot.render.mrkdwn import number as counted
from incidentbot.render.refusals import refusal
from incidentbot.slack.forms import open_form
from incidentbot.slack.outcomes import told
from incidentbot.slack.slash_commands.commands import (
    ActionAdded,
    ActionChanged,
    ActionDone,
    ActionReopened,
    ActionsListed,
)
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases import add_action, change_action, end_action, reopen_action


async def action_added(request: SlashRequest, typed: ActionAdded) -> Message | None:
    """Add the item, for the person if one was typed; None where the form is on its way instead."""
    if not typed.text:
        return await _open_new(request, typed.ref)
    person = ""
    if typed.person:
        found = await request.person_id(typed.person)
        if isinstance(found, PersonUnknown):
            return refusal(found)
        person = found
    outcome = await request.parts.store.run(add_action, request.cause, typed.ref, typed.text, person, typed.due)
    return told(outcome, request.asker.workspace)


async def _open_new(request: SlashRequest, ref: str) -> Message | None:
    incident = await request.parts.store.ask(find, request.asker.team_id, ref)
    if not isinstance(incident, Incident):
        return refusal(incident)
    typed_instead = f"/incident action {incident.reference} add TEXT"
    open_form(request.parts, request.asker, request.trigger_id, action_modal(incident), typed_instead)
    return None


async def action_changed(request: SlashRequest, typed: ActionChanged) -> Message | None:
    """Have the item say something else, give it to somebody, or make it due at another time; None as above."""
    if typed == ActionChanged(typed.ref, typed.number):
        return await _open(request, typed.ref, typed.number)
    person: str | None = "" if typed.person == "" else None
    if typed.person:
        found = await request.person_id(typed.person)
        if isinstance(found, PersonUnknown):
            return refusal(found)
        person = found
    wanted = ItemEdit(typed.text, person, typed.due)
    outcome = await request.parts.store.run(change_action, request.cause, typed.ref, typed.number, wanted)
    return told(outcome, request.asker.workspace)


async def _open(request: SlashRequest, ref: str, number: int) -> Message | None:
    found = await request.parts.store.ask(action_of, request.asker.team_id, ref, number)
    if not isinstance(found, tuple):
        return refusal(found)
    typed_instead = f"/incident action {found[0].reference} change {number} @user --due 3d"
    open_form(request.parts, request.asker, request.trigger_id, action_modal(*found), typed_instead)
    return None


async def action_done(request: SlashRequest, typed: ActionDone) -> Message:
    """End the item."""
    outcome = await request.parts.store.run(end_action, request.cause, typed.ref, typed.number)
    did = fill("action item {number} done", number=counted(typed.number))
    return told(outcome, request.asker.workspace, {EntryKind.ACTION_DONE: did})


async def action_reopened(request: SlashRequest, typed: ActionReopened) -> Message:
    """The item is not done after all."""
    outcome = await request.parts.store.run(reopen_action, request.cause, typed.ref, typed.number)
    did = fill("action item {number} open again", number=counted(typed.number))
    return told(outcome, request.asker.workspace, {EntryKind.ACTION_REOPENED: did})


async def actions_listed(request: SlashRequest, typed: ActionsListed) -> Message:
    """All items of the incident."""
    incident, items = await request.parts.store.ask(actions_of, request.asker.team_id, typed.ref)
    return action_list(incident, items) if isinstance(incident, Incident) else refusal(incident)
