"""The form in which the retrospective of an incident is written."""

from typing import Any

from incidentbot.domain.retrospective import PART_LIMIT, Part, last_written, parts_of
from incidentbot.domain.story import Story
from incidentbot.languages import counted_plain, fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.modals import View, form, labelled, option
from incidentbot.render.mrkdwn import shortened
from incidentbot.render.retrospective import drafted
from incidentbot.render.vocabulary import RETROSPECTIVE_PART, headline


def retrospective_modal(story: Story) -> View:
    """The form with what was written so far, or with what happened as the timeline has it.

    `private_metadata` is JSON: the reference as `incident`, and as `seq` the entry that was written last, 0 for none.
    """
    written = last_written(story.entries)
    parts = parts_of(written) or {Part.HAPPENED: drafted(story)}
    return form(
        ids.RETROSPECTIVE_MODAL,
        fill_plain("Retrospective"),
        fill_plain("Post"),
        {"incident": story.incident.reference, "seq": written.seq if written else 0},
        [
            blocks.paragraph(headline(story.incident)),
            *(_part(part, parts.get(part, "")) for part in Part),
            _canvas(),
        ],
    )


def _part(part: Part, text: str) -> dict[str, Any]:
    shown, left = shortened(text, PART_LIMIT)
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": ids.input_of(part.value),
        "multiline": True,
        "max_length": PART_LIMIT,
        **({"initial_value": shown} if shown else {}),
    }
    hint = (
        counted_plain(
            left, "{count} more character did not fit in here.", "{count} more characters did not fit in here."
        )
        if left
        else ""
    )
    return labelled(part.value, RETROSPECTIVE_PART[part], element, optional=True, hint=hint)


def _canvas() -> dict[str, Any]:
    choice = option(fill_plain("As a canvas"), ids.CANVAS)
    element = {"type": "checkboxes", "action_id": ids.CANVAS_CHECK, "options": [choice]}
    hint = fill_plain("Else it is a file in the thread, as where Slack takes no canvas.")
    return labelled(ids.CANVAS, fill_plain("How is it filed?"), element, optional=True, hint=hint)
