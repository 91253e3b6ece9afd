"""/incident ack, unack, snooze, resolve and reopen."""

from incidentbot.render.message import Message
from incidentbot.slack.outcomes import told
from incidentbot.slack.slash_commands.commands import Acknowledge, Reopen, Resolve, Snooze, Unacknowledge
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.slack.slash_commands.target import settled
from incidentbot.usecases import acknowledge, reopen, resolve, snooze, unacknowledge


async def acknowledge_incident(request: SlashRequest, typed: Acknowledge) -> Message:
    """Take the incident over."""
    outcome = await request.parts.store.run(acknowledge, request.cause, typed.ref)
    return told(outcome, request.asker.workspace)


async def unacknowledge_incident(request: SlashRequest, typed: Unacknowledge) -> Message:
    """Hand the incident back."""
    outcome = await request.parts.store.run(unacknowledge, request.cause, typed.ref)
    return told(outcome, request.asker.workspace)


async def snooze_incident(request: SlashRequest, typed: Snooze) -> Message:
    """Let its reminders rest."""
    outcome = await request.parts.store.run(snooze, request.cause, typed.ref, typed.length)
    return told(outcome, request.asker.workspace)


async def resolve_incident(request: SlashRequest, typed: Resolve) -> Message:
    """End the incident, with the text as resolution."""
    target = await settled(request, typed.target, alone=True)
    outcome = await request.parts.store.run(resolve, request.cause, target.ref, target.text)
    return told(outcome, request.asker.workspace)


async def reopen_incident(request: SlashRequest, typed: Reopen) -> Message:
    """Open the incident again, with the text as reason."""
    target = await settled(request, typed.target, alone=True)
    outcome = await request.parts.store.run(reopen, request.cause, target.ref, target.text)
    return told(outcome, request.asker.workspace)
