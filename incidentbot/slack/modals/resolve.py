"""The form that resolves an incident."""

from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome, resolve


async def submit_resolution(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Resolve the incident that the form was opened for, with what was filled in as resolution."""
    cause = asker.cause(f"view:{fields.id}", "modal")
    resolution = fields.text(ids.RESOLUTION, ids.RESOLUTION_INPUT)
    return await parts.store.run(resolve, cause, named_incident(fields), resolution)


def named_incident(fields: Fields) -> str:
    """The reference that the form carries; never "", which would mean whatever incident is unresolved."""
    return fields.metadata("incident") or "?"
