"""The form in which the retrospective of an incident is written."""

from incidentbot.domain.retrospective import Part
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.modals.resolve import named_incident
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome, write_retrospective


async def submit_retrospective(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Write what the person wrote, and have all of it filed in the thread."""
    cause = asker.cause(f"view:{fields.id}", "modal")
    canvas = bool(fields.choices(ids.CANVAS, ids.CANVAS_CHECK))
    return await parts.store.run(write_retrospective, cause, named_incident(fields), read_parts(fields), canvas=canvas)


def read_parts(fields: Fields) -> dict[Part, str]:
    """The parts that are not as the form showed them: what others wrote meanwhile is not put back.

    Of the first one all that stands in the form counts, also what it was filled with.
    """
    texts = {part: fields.text(part.value, ids.input_of(part.value)) for part in Part}
    if not fields.carried("seq"):
        return {part: text for part, text in texts.items() if text.strip()}
    return {part: text for part, text in texts.items() if text != fields.shown_text(part.value)}
