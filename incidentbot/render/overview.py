"""The overview: everything that is unresolved, in one message that is kept current."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.incident import Incident
from incidentbot.domain.timeline import Entry
from incidentbot.languages import fill_plain
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, date, escape, fill, joined, link, number, size, user
from incidentbot.render.vocabulary import SEVERITY_SIGN, STATE_SIGN, person, reference, standing

_TITLE: Final = 120
_UPDATE: Final = 300
# All lines together; Slack refuses messages that are much longer.
_ALL_LINES: Final = 9_000


class Listed(Protocol):
    """An incident with its last status update, as queries/overview.py finds it."""

    @property
    def incident(self) -> Incident:
        """The incident."""

    @property
    def update(self) -> Entry | None:
        """Its last status update."""


def overview(listed: Sequence[tuple[Listed, str]], total: int) -> Message:
    """The incidents, each with the address of its card ("" for none yet), of `total` in all."""
    if not listed:
        text = fill("🟢 Nothing is unresolved.")
        return Message(text, (blocks.header(fill_plain("Incidents now")), blocks.section(text)))
    lines = _fitting([_line(one, url) for one, url in listed])
    left = max(total, len(listed)) - len(lines)
    more = [blocks.context([fill("and {left} more: `/incident list`", left=number(left))])] if left > 0 else []
    shown = (blocks.header(fill_plain("Incidents now")), *(blocks.section(line) for line in lines), *more)
    worst = listed[0][0].incident
    text = fill(
        "🔴 {count} unresolved. Worst: {ref} {title}",
        count=number(max(total, len(listed))),
        ref=reference(worst),
        title=escape(worst.title, _TITLE),
    )
    return Message(text, shown)


def _fitting(lines: Sequence[Escaped]) -> Sequence[Escaped]:
    """The first lines, as many as Slack takes in one message."""
    room = _ALL_LINES
    for place, line in enumerate(lines):
        room -= size(line)
        if room < 0:
            return lines[:place]
    return lines


def _line(one: Listed, url: str) -> Escaped:
    incident = one.incident
    named = reference(incident)
    first = fill(
        "{sign}{severity} *{ref} {title}*",
        sign=STATE_SIGN[incident.state],
        severity=SEVERITY_SIGN[incident.severity],
        ref=link(url, named) if url else named,
        title=escape(incident.title, _TITLE),
    )
    assignee = fill("assignee {who}", who=user(incident.assignee)) if incident.assignee else NOTHING
    facts = joined([standing(incident), assignee], " · ")
    return joined([first, facts, _update(one.update), next_update(incident.next_update_at)], "\n")


def _update(entry: Entry | None) -> Escaped:
    if entry is None:
        return NOTHING
    text = escape(fields.line(entry.data, "text"), _UPDATE)
    return fill("💬 {text} ({who}, {when})", text=text, who=person(entry.actor), when=date(entry.happened_at))


def next_update(at: datetime | None) -> Escaped:
    """When the next update was promised for, if it was."""
    return fill("Next update: {when}", when=date(at)) if at else NOTHING
