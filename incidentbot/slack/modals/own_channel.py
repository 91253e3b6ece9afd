"""The form that moves an incident to a channel."""

from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.modals.resolve import named_incident
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome
from incidentbot.usecases.own_channel import move_to_channel


async def submit_channel(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Move it to the channel that was picked, or to a new one."""
    cause = asker.cause(f"view:{fields.id}", "modal")
    channel = fields.conversation(ids.CHANNEL, ids.CHANNEL_SELECT)
    return await parts.store.run(move_to_channel, cause, named_incident(fields), channel)
