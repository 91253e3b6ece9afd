"""/incident channel."""

from incidentbot.domain.outcome import Done
from incidentbot.render.message import Message
from incidentbot.render.own_channel import moving
from incidentbot.render.refusals import refusal
from incidentbot.slack.slash_commands.commands import Channel
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases.own_channel import move_to_channel


async def move_incident(request: SlashRequest, typed: Channel) -> Message:
    """Move it to the channel that was typed, or to a new one."""
    outcome = await request.parts.store.run(move_to_channel, request.cause, typed.ref, typed.channel)
    return moving(outcome.incident) if isinstance(outcome, Done) else refusal(outcome)
