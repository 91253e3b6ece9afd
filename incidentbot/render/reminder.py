"""Reminders: the direct message to one person, and the buttons that stand below one wherever it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.action import end_button
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import fill, joined
from incidentbot.render.tellers import tell
from incidentbot.render.vocabulary import headline, severity, standing, title

_REMINDS: Final = frozenset({EntryKind.REMINDER, EntryKind.ESCALATED})


def reminder(incident: Incident, entry: Entry, thread_url: str) -> Message:
    """The direct message: what it is about, where the incident stands, what can be done now, the way to the thread."""
    told = tell(entry)
    facts = fill("{severity} · {standing}", severity=severity(incident.severity), standing=standing(incident))
    sentence = fill("{sign} {told}", sign=told.sign, told=told.sentence)
    link = blocks.link_buttons(fill_plain("Go to thread"), ids.OPEN_THREAD, thread_url)
    shown = [
        blocks.header(headline(incident)),
        blocks.section(joined([sentence, facts], "\n")),
        *_row([*buttons(incident, entry), *link]),
    ]
    return Message(fill("{title}: {told}", title=title(incident), told=told.sentence), tuple(shown))


def button_row(incident: Incident, entry: Entry) -> list[dict[str, Any]]:
    """What can be done about `entry`, as a block to stand below it; none where it reminds of nothing any more."""
    return _row(buttons(incident, entry))


def buttons(incident: Incident, entry: Entry) -> list[dict[str, Any]]:
    """The buttons for what the entry reminds of: what ends the reason first, then what puts it off."""
    about = "unacknowledged" if entry.kind is EntryKind.ESCALATED else fields.line(entry.data, "about")
    if entry.kind is EntryKind.REMINDER and about == "action":
        return [end_button(incident.reference, max(fields.integer(entry.data, "action"), 0))]
    snoozes = _snoozes(about) if entry.kind in _REMINDS else ()
    if not snoozes or incident.state is State.RESOLVED or incident.state_since > entry.happened_at:
        return []
    ends = [] if about in {"expiring", "no_update", "promised"} else _ends(incident, about)
    puts_off = [
        blocks.button(label, f"{ids.SNOOZE_INCIDENT}:{length}", incident.reference) for label, length in snoozes
    ]
    return [*ends, *puts_off]


def _snoozes(about: str) -> Sequence[tuple[str, str]]:
    """What puts off what a reminder is `about`: the label, and the length as it stands in the id."""
    puts_off = ((fill_plain("Snooze 30 min"), "30m"), (fill_plain("Snooze 2 h"), "2h"))
    known: Mapping[str, Sequence[tuple[str, str]]] = {
        "unacknowledged": puts_off,
        "expiring": ((fill_plain("Keep it 1 h more"), "1h"), (fill_plain("Keep it 4 h more"), "4h")),
        "no_update": puts_off,
        "promised": ((fill_plain("Ask again in 15 min"), "15m"), (fill_plain("Ask again in 1 h"), "1h")),
        "stale": ((fill_plain("Keep it open 1 d"), "1d"), (fill_plain("Keep it open 7 d"), "7d")),
    }
    return known.get(about, ())


def _ends(incident: Incident, about: str) -> list[dict[str, Any]]:
    if about == "stale" and Trigger.RESOLVE in incident.allowed:
        return [blocks.button(fill_plain("Resolve"), ids.RESOLVE_INCIDENT, incident.reference, primary=True)]
    if Trigger.ACKNOWLEDGE in incident.allowed:
        return [blocks.button(fill_plain("Acknowledge"), ids.ACKNOWLEDGE_INCIDENT, incident.reference, primary=True)]
    return []


def _row(elements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [blocks.actions(*elements)] if elements else []
