"""Acknowledging with an answer in it, which saves a call and cannot come too late."""

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from incidentbot.render.message import Message


async def ephemeral(ack: AsyncAck, message: Message) -> BoltResponse:
    """Acknowledge a slash command with `message`, visible to whoever typed it."""
    return await ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")
