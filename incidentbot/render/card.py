"""The card: the root of an incident's thread, which always shows the present state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, cis, ids
from incidentbot.render.facts import facts
from incidentbot.render.message import NO_LINKS, Links, Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, address, escape, fill, joined, listed, size
from incidentbot.render.vocabulary import (
    SEVERITY_WORD,
    STATE_SIGN,
    headline,
    standing,
    title,
)

DESCRIPTION_SHOWN: Final = 600


def card(
    incident: Incident,
    *,
    links: Links = NO_LINKS,
    notices: Sequence[Escaped] = (),
    mentions: Sequence[Escaped] = (),
    events: Sequence[str] = (),
) -> Message:
    """The card as it must look now.

    `notices` are told in small print (NopeSight not yet told, an entry that could not be posted). `mentions` are people
    and groups to call, by `user`. `events` are the API ids of linked events, newest first; with `links.event_url` the
    first one can be opened from the card.
    """
    shown = [
        *_headline(incident),
        blocks.fields(facts(incident)),
        *_affected(incident, links),
        *_texts(incident),
        *_small_print(notices, mentions),
        _actions(incident, events, links),
    ]
    return Message(_text(incident, mentions), tuple(shown))


def _text(incident: Incident, mentions: Sequence[Escaped]) -> Escaped:
    return joined(
        [
            fill("{sign} {title}", sign=STATE_SIGN[incident.state], title=title(incident)),
            fill("({severity}), {standing}.", severity=SEVERITY_WORD[incident.severity], standing=standing(incident)),
            fill("Affected: {affected}.", affected=cis.names(incident.cis)) if incident.cis else NOTHING,
            listed(mentions, most=10, limit=400, separator=" "),
        ]
    )


def _headline(incident: Incident) -> list[dict[str, Any]]:
    line = headline(incident)
    top = blocks.header(line)
    if size(line) <= blocks.HEADER_LIMIT:
        return [top]
    return [top, blocks.section(fill("*{title}*", title=escape(incident.title)))]


def _affected(incident: Incident, links: Links) -> list[dict[str, Any]]:
    lines = []
    if incident.cis:
        lines.append(fill("*Affected*\n{cis}", cis=cis.bullets(incident.cis, links)))
    if incident.unknown_cis:
        unknown = [escape(name, cis.NAME_LIMIT) for name in incident.unknown_cis]
        shown = listed(unknown, most=cis.SHOWN, limit=700)
        lines.append(fill("*Not found in NopeSight:* {names}", names=shown))
    return [blocks.section(line) for line in lines]


def _texts(incident: Incident) -> list[dict[str, Any]]:
    description, left_out = blocks.body(incident.description, DESCRIPTION_SHOWN)
    shown = list(description)
    if left_out:
        shown.append(blocks.context([fill("{left_out} The thread begins with more.", left_out=left_out)]))
    if incident.state is State.RESOLVED and incident.resolution:
        resolution, left_out = blocks.body(incident.resolution, DESCRIPTION_SHOWN)
        shown += [blocks.section(fill("*Resolution*")), *resolution]
        if left_out:
            shown.append(blocks.context([fill("{left_out} The thread has more.", left_out=left_out)]))
    return shown


def _small_print(notices: Sequence[Escaped], mentions: Sequence[Escaped]) -> list[dict[str, Any]]:
    shown = []
    if mentions:
        shown.append(blocks.section(listed(mentions, most=20, limit=2500, separator=" ")))
    if notices:
        shown.append(blocks.context(notices))
    return shown


def _moves() -> tuple[tuple[Trigger, str, str], ...]:
    return (
        (Trigger.ACKNOWLEDGE, fill_plain("Acknowledge"), ids.ACKNOWLEDGE_INCIDENT),
        (Trigger.RESOLVE, fill_plain("Resolve"), ids.RESOLVE_INCIDENT),
        (Trigger.REOPEN, fill_plain("Reopen"), ids.REOPEN_INCIDENT),
    )


def _actions(incident: Incident, events: Sequence[str], links: Links) -> dict[str, Any]:
    legal = [(label, action) for trigger, label, action in _moves() if trigger in incident.allowed]
    buttons = [
        blocks.button(label, action, incident.reference, primary=place == 0 and incident.state is not State.RESOLVED)
        for place, (label, action) in enumerate(legal)
    ]
    if incident.state is not State.RESOLVED:
        buttons.append(blocks.button(fill_plain("Update"), ids.UPDATE_INCIDENT, incident.reference))
        buttons.append(blocks.button(fill_plain("People"), ids.PEOPLE_INCIDENT, incident.reference))
        if not incident.own_channel:
            buttons.append(blocks.button(fill_plain("Channel"), ids.MOVE_INCIDENT, incident.reference))
    if events:
        buttons += blocks.link_buttons(fill_plain("View event"), ids.OPEN_EVENT, address(links.event_url, events[0]))
    return blocks.actions(*buttons)
