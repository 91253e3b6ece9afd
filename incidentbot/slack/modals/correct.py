"""The form that says when something happened in truth."""

from incidentbot.domain.correction import Corrected
from incidentbot.domain.refusals import BadField
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.modals.resolve import named_incident
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome, correct


async def submit_correction(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Correct the time that was picked."""
    chosen = fields.choice(ids.WHAT, ids.WHAT_SELECT)
    if chosen not in set(Corrected):
        return BadField("what", "unknown", value=chosen[:80], choices=tuple(Corrected))
    at = fields.moment(ids.TIME, ids.TIME_PICK)
    if at is None:
        return BadField("time", "blank")
    cause = asker.cause(f"view:{fields.id}", "modal")
    return await parts.store.run(correct, cause, named_incident(fields), Corrected(chosen), at)
