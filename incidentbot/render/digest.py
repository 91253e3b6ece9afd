"""The digest: many incidents at once in one message, while their cards wait for their turn."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.severity import Severity
from incidentbot.languages import counted_plain
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import Escaped, counted, escape, fill, joined, link, number
from incidentbot.render.vocabulary import STATE_SIGN, drill_mark, reference, severity

# All lines together; Slack refuses messages that are much longer.
_ALL_LINES: Final = 11_000
_LONGEST_TITLE: Final = 120
_SHORTEST_TITLE: Final = 24
# Sign and reference of a line.
_FRAME: Final = 24
_MOST: Final = 220
_SECTION: Final = 2_800

Listed = tuple[Incident, str]


def digest(listed: Sequence[Listed]) -> Message:
    """The incidents, each with the address of its card or "" while that waits; worst and oldest first."""
    ordered = sorted(listed, key=lambda one: (one[0].severity.rank, one[0].created_at, one[0].number))
    waiting = sum(not url for _, url in ordered)
    shown = ordered[:_MOST]
    made: list[dict[str, Any]] = [
        blocks.header(counted_plain(len(ordered), "{count} incident at once", "{count} incidents at once"))
    ]
    for level, lines in groupby(zip(shown, _lines(shown), strict=True), key=lambda one: one[0][0].severity):
        made += _sections(level, [line for _, line in lines])
    made.append(blocks.context(_small_print(len(ordered) - len(shown), waiting)))
    worst = [joined([drill_mark(one), reference(one), escape(one.title, 60)]) for one, _ in ordered[:5]]
    text = counted(
        len(ordered),
        "🔴 {count} incident: {worst}",
        "🔴 {count} incidents at once. Worst: {worst}",
        worst=joined(worst, "; "),
    )
    return Message(text, tuple(made))


def _sections(level: Severity, lines: Sequence[Escaped]) -> list[dict[str, Any]]:
    """The lines of one severity in as few blocks as hold them."""
    made, part = [], [fill("*{severity}*", severity=severity(level))]
    for line in lines:
        if sum(map(len, part)) + len(part) + len(line) > _SECTION:
            made.append(blocks.section(joined(part, "\n")))
            part = []
        part.append(line)
    return [*made, blocks.section(joined(part, "\n"))]


def _lines(shown: Sequence[Listed]) -> list[Escaped]:
    """A line each; with many the titles are short, and the least severe are not linked."""
    room = max(_SHORTEST_TITLE, min(_LONGEST_TITLE, _ALL_LINES // max(len(shown), 1) - _FRAME))
    lines = [_line(incident, "", room) for incident, _ in shown]
    left = _ALL_LINES - sum(map(len, lines))
    for place, (incident, url) in enumerate(shown):
        linked = _line(incident, url, room)
        left -= len(linked) - len(lines[place])
        if left < 0:
            break
        lines[place] = linked
    return lines


def _line(incident: Incident, url: str, room: int) -> Escaped:
    named = reference(incident)
    return fill(
        "{sign} {ref} {title}",
        sign=joined([STATE_SIGN[incident.state], drill_mark(incident)]),
        ref=link(url, named) if url else named,
        title=escape(incident.title, room),
    )


def _small_print(left_out: int, waiting: int) -> list[Escaped]:
    told = [fill("and {left_out} more, less severe.", left_out=number(left_out))] if left_out else []
    if waiting:
        told.append(
            fill(
                "Each gets its card and thread in this channel, as fast as Slack lets us post: {waiting} to come.",
                waiting=number(waiting),
            )
        )
    else:
        told.append(fill("Every one has its card and thread now."))
    return told
