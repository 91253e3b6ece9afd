"""The form that takes a message into the timeline of an incident."""

from incidentbot.domain.capture import SaidMessage
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome, capture


async def submit_capture(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Take the message that the form shows into the timeline of the chosen incident."""
    message = SaidMessage(
        channel=fields.metadata("channel"),
        ts=fields.metadata("ts"),
        text=fields.shown_paragraph(ids.MESSAGE),
        author=fields.metadata("author"),
        author_name=fields.metadata("author_name"),
        url=fields.metadata("url"),
    )
    chosen = fields.choice(ids.INCIDENT, ids.INCIDENT_SELECT) or "?"
    return await parts.store.run(capture, asker.cause(f"view:{fields.id}", "modal"), chosen, message)
