"""Taking a message into a timeline: the form that asks for the incident, and what the person is told."""

from collections.abc import Sequence
from typing import Any, Final

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.incident import Incident
from incidentbot.domain.text import clean_line
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.message import Message
from incidentbot.render.modals import OPTIONS_LIMIT, View, form, labelled, option
from incidentbot.render.mrkdwn import fill, link
from incidentbot.render.vocabulary import headline, title

_NAME: Final = 80


def capture_modal(message: SaidMessage, unresolved: Sequence[Incident]) -> View:
    """The form that takes `message` into the timeline of one of `unresolved` (at least one), the newest first.

    It shows the text, and carries the rest along as JSON: a form brings back what it shows.
    """
    carried = {
        "channel": message.channel,
        "ts": message.ts,
        "author": clean_line(message.author, _NAME),
        "author_name": clean_line(message.author_name, _NAME),
        "url": message.url,
    }
    return form(
        ids.CAPTURE_MODAL,
        fill_plain("Add to a timeline"),
        fill_plain("Add"),
        carried,
        [_incident(unresolved), {**blocks.paragraph(message.text), "block_id": ids.MESSAGE}],
    )


def _incident(unresolved: Sequence[Incident]) -> dict[str, Any]:
    options = [option(headline(one), one.reference) for one in unresolved[:OPTIONS_LIMIT]]
    element: dict[str, Any] = {"type": "static_select", "action_id": ids.INCIDENT_SELECT, "options": options}
    if len(options) == 1:
        element["initial_option"] = options[0]
    hint = fill_plain("Only the newest are listed here. In an incident's own thread nothing is asked.")
    left = len(unresolved) > OPTIONS_LIMIT
    return labelled(ids.INCIDENT, fill_plain("Incident"), element, optional=False, hint=hint if left else "")


def captured(incident: Incident, url: str, *, new: bool) -> Message:
    """The message stands in the timeline now, or stood there before."""
    named = link(url, title(incident)) if url else title(incident)
    text = fill("Added to the timeline of {named}.", named=named)
    if not new:
        text = fill("This message is already in the timeline of {named}.", named=named)
    return Message(text, (blocks.section(text),))


def nothing_to_add_to() -> Message:
    """No incident is unresolved."""
    text = fill(
        "There is no unresolved incident to add this to. In the thread of a resolved one it works; "
        "“Incident from message” makes a new one of this message."
    )
    return Message(text, (blocks.section(text),))


def made_already(incident: Incident, url: str) -> Message:
    """An unresolved incident was made of the message before."""
    named = link(url, title(incident)) if url else title(incident)
    text = fill("{named} has already been made of this message.", named=named)
    return Message(text, (blocks.section(text),))
