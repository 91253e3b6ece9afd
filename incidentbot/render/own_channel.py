"""An incident's own channel: the form that asks for one, and what is told there."""

from __future__ import annotations

from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.facts import facts
from incidentbot.render.message import Message
from incidentbot.render.modals import OPTION_TEXT, View, form, labelled
from incidentbot.render.mrkdwn import Escaped, cut, fill, joined
from incidentbot.render.vocabulary import headline, reference, standing, title

# Slack takes so much of a topic.
_TOPIC: Final = 250


def channel_modal(incident: Incident) -> View:
    """Asks for a channel; none means a new one. `private_metadata` is JSON with the reference as `incident`."""
    element: dict[str, Any] = {
        "type": "conversations_select",
        "action_id": ids.CHANNEL_SELECT,
        "placeholder": plain_text(fill_plain("A new channel"), OPTION_TEXT),
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    hint = fill_plain("Everybody who takes part is invited. The thread stays the record, and says where it goes on.")
    return form(
        ids.CHANNEL_MODAL,
        fill_plain("Move {ref}", ref=incident.reference),
        fill_plain("Move"),
        {"incident": incident.reference},
        [
            blocks.paragraph(headline(incident)),
            labelled(ids.CHANNEL, fill_plain("Move to"), element, optional=True, hint=hint),
        ],
    )


def moving(incident: Incident) -> Message:
    """The answer to who asked for it."""
    text = fill("{ref} is being moved to a channel. Its thread says where, or why not.", ref=reference(incident))
    return Message(text, (blocks.section(text),))


def archiving(incident: Incident) -> Message:
    """The answer to who had its channel archived."""
    text = fill("The channel of {ref} is being archived. Its thread says so.", ref=reference(incident))
    return Message(text, (blocks.section(text),))


def topic(incident: Incident) -> str:
    """What the channel is about, as plain text."""
    return cut(headline(incident), _TOPIC)


def in_channel(incident: Incident, about: str, thread_url: str, *, made: bool = True) -> Message:
    """What is said in the channel: `about` is moved, resolved or reopened.

    Only a channel that was `made` for the incident is offered to be archived: another one serves other ends, too.
    """
    link = blocks.link_buttons(fill_plain("Go to thread"), ids.OPEN_THREAD, thread_url)
    if about == "moved":
        told = fill("{title} goes on here.", title=title(incident))
        hint = fill("Its thread stays the record: what gets a 📌 here is taken into its timeline.")
        shown = (blocks.header(headline(incident)), blocks.fields(facts(incident)), blocks.context([hint]))
        return Message(joined([told, hint]), (*shown, *_row([*link])))
    text = fill("{title}: {standing}.", title=title(incident), standing=standing(incident))
    if about != "resolved" or not made:
        return Message(text, (blocks.section(text), *_row([*link])))
    offer = fill("If nobody needs this channel any more, archive it. It is not archived by itself.")
    archive = blocks.button(fill_plain("Archive this channel"), ids.ARCHIVE_CHANNEL, incident.reference)
    return Message(joined([text, offer]), (blocks.section(_lines(text, offer)), *_row([*link, archive])))


def _lines(*lines: Escaped) -> Escaped:
    return joined(lines, "\n")


def _row(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [blocks.actions(*elements)] if elements else []
