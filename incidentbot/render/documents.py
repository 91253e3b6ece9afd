"""What is said of a document about an incident: where it lies, and the buttons that ask for one."""

from typing import Any

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.story import Document, Story
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, code, fill, joined, link
from incidentbot.render.vocabulary import drill_mark, reference


def title(story: Story, document: Document) -> str:
    """The name of a canvas."""
    incident = story.incident
    mark = f"{drill_mark(incident)} · " if incident.drill else ""
    named = f"{mark}{incident.reference} · {incident.title}"
    return fill_plain("Retrospective of {named}", named=named) if document is Document.RETROSPECTIVE else named


def as_file(story: Story, document: Document, no_canvas: str = "") -> Escaped:
    """What is said with the file; `no_canvas` is Slack's code for why it is no canvas."""
    why = fill("Slack takes no canvas here ({reason}).", reason=code(no_canvas, 60)) if no_canvas else NOTHING
    return joined([_what(story.incident, document), why])


def as_canvas(story: Story, document: Document, url: str) -> Message:
    """The message that leads to a canvas."""
    text = joined([_what(story.incident, document), link(url, fill("Open the canvas"))])
    return Message(text, (blocks.section(text),))


def unwritten(story: Story, reason: str) -> Message:
    """That Slack takes no file, and where the document is to be had."""
    ref = story.incident.reference
    text = fill(
        "Slack takes no file from me here ({reason}). {command} prints it at a terminal, and `/incident doctor` tells"
        " an administrator what is missing.",
        reason=code(reason, 60),
        command=code(f"incidentbot incidents export {ref}"),
    )
    return Message(text, (blocks.section(text),))


def on_its_way(incident: Incident, document: Document, *, here: bool) -> Message:
    """The answer to whoever asked for it."""
    there = fill("It comes into the thread.") if here else fill("It comes to you as a direct message.")
    text = joined([_what(incident, document), there])
    return Message(text, (blocks.section(text),))


def _what(incident: Incident, document: Document) -> Escaped:
    ref = joined([drill_mark(incident), reference(incident)])
    match document:
        case Document.RETROSPECTIVE:
            return fill("A draft of the retrospective of {ref}, from its timeline.", ref=ref)
        case Document.JSON:
            return fill("All of {ref}, for programs.", ref=ref)
        case Document.MARKDOWN:
            return fill("All of {ref}, with its timeline.", ref=ref)


def after_row(incident: Incident, entry: Entry) -> list[dict[str, Any]]:
    """What can be done once it is over, below the entry that says so; nothing where it is open again."""
    if entry.kind is not EntryKind.RESOLVED or incident.state is not State.RESOLVED:
        return []
    return [
        blocks.actions(
            blocks.button(fill_plain("Draft a retrospective"), ids.RETROSPECTIVE, incident.reference),
            blocks.button(fill_plain("Write the retrospective"), ids.WRITE_RETROSPECTIVE, incident.reference),
            blocks.button(fill_plain("Export"), ids.EXPORT_INCIDENT, incident.reference),
            blocks.button(fill_plain("Action item"), ids.ADD_ACTION, incident.reference),
        )
    ]
