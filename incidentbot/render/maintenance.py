"""Maintenance windows: the answers to whoever orders them, and what a channel is told at their end."""

from collections.abc import Mapping, Sequence
from typing import Final

from incidentbot.domain.maintenance import Scope, Window
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, Words, code, counted, date, escape, fill, fit, joined, number
from incidentbot.render.vocabulary import duration, person

SHOWN: Final = 20
_SCOPES: Final[Mapping[Scope, Escaped]] = Words(
    {
        Scope.CI: fill("configuration item"),
        Scope.SERVICE: fill("service"),
        Scope.RULE: fill("notification rule"),
    }
)


def started(window: Window) -> Message:
    """It has begun."""
    text = fill(
        "🔧 Maintenance {number} of {what} until {until}: what fires there is only counted, and told at the end. "
        "Sooner: {way}.",
        number=number(window.number),
        what=_what(window),
        until=date(window.ends_at),
        way=code(f"/nopesight maintenance end {window.number}"),
    )
    return _said(text)


def ended(window: Window) -> Message:
    """Somebody ended it."""
    return _said(fill("Maintenance {number} of {what} is over.", number=number(window.number), what=_what(window)))


def windows(running: Sequence[Window]) -> Message:
    """What is running."""
    if not running:
        way = code("/nopesight maintenance start ci NAME for 2h REASON")
        return _said(fill("No maintenance is running. {way} begins one.", way=way))
    lines = [_line(window) for window in running[:SHOWN]]
    if len(running) > SHOWN:
        lines.append(fill("and {left} more", left=number(len(running) - SHOWN)))
    text = joined(lines, "\n")
    return Message(fit(text, 3_900), tuple(blocks.section(line) for line in lines))


def summary(window: Window) -> Message:
    """What it kept silent."""
    told = fill("What is still open is told now.") if window.suppressed and window.scope is not Scope.RULE else NOTHING
    lasted = duration((window.ended_at or window.ends_at) - window.starts_at)
    text = fill(
        "🔧 Maintenance of {what} is over after {lasted}: {kept}.",
        what=_what(window),
        lasted=lasted,
        kept=_kept(window),
    )
    return _said(joined([text, told, fill("Begun by {who}.", who=person(window.created_by)), _reason(window)]))


def _kept(window: Window) -> Escaped:
    if not window.suppressed:
        return fill("nothing was kept silent")
    if window.scope is Scope.RULE:
        return counted(
            window.suppressed, "{count} notification was kept silent", "{count} notifications were kept silent"
        )
    return counted(window.suppressed, "{count} event was kept silent", "{count} events were kept silent")


def _line(window: Window) -> Escaped:
    return fill(
        "*{number}* · {what} · until {until} · {count} so far · {who} {reason}",
        number=number(window.number),
        what=_what(window),
        until=date(window.ends_at),
        count=number(window.suppressed),
        who=person(window.created_by),
        reason=_reason(window),
    )


def _what(window: Window) -> Escaped:
    return fill("{scope} {name}", scope=_SCOPES[window.scope], name=escape(window.name, 120))


def _reason(window: Window) -> Escaped:
    return fill("({reason})", reason=escape(window.reason)) if window.reason else NOTHING


def _said(text: Escaped) -> Message:
    return Message(text, (blocks.section(text),))
