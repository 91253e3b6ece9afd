"""Statistics in words: how many incidents, how fast people were, and what each figure means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import DEFINITIONS, Figures, GroupBy, Statistics, Times
from incidentbot.languages import fill_plain, said
from incidentbot.render import blocks, ids
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    Words,
    capital,
    counted,
    escape,
    fill,
    fit,
    joined,
    listed,
    number,
    user,
)
from incidentbot.render.vocabulary import SEVERITY_WORD, duration

TEXT_LIMIT: Final = 3900
GROUPS: Final = 15
_UNITS: Final = Words({"h": fill("hours"), "d": fill("days"), "w": fill("weeks")})
_GROUPED: Final[Mapping[GroupBy, Escaped]] = Words(
    {
        GroupBy.SEVERITY: fill("severity"),
        GroupBy.SERVICE: fill("service"),
        GroupBy.CI: fill("configuration item"),
        GroupBy.TEAM: fill("team"),
        GroupBy.PERSON: fill("person"),
    }
)


def statistics(found: Statistics) -> Message:
    """The figures of a period beside those of the period before, by severity, and by what was asked for."""
    parts = [_headline(found), *_all_times(found.figures, found.before)]
    if found.figures.created:
        severities: dict[str, Figures] = {SEVERITY_WORD[Severity(name)]: one for name, one in found.by_severity.items()}
        parts.append(_grouped(fill("severity"), severities, most=len(severities)))
    if found.by and found.groups:
        parts.append(_grouped(_GROUPED[found.by], found.groups, most=GROUPS, more=found.more_groups))
    elif found.by:
        parts.append(fill("*By {what}*\nnone is known of these incidents.", what=_GROUPED[found.by]))
    shown = [blocks.section(part) for part in parts]
    button = blocks.button(fill_plain("What do these figures mean?"), ids.EXPLAIN_STATS, found.period.name)
    return Message(fit(joined(parts, "\n"), TEXT_LIMIT), (*shown, blocks.actions(button)))


def definitions() -> Message:
    """What each figure means."""
    lines = [
        fill("*{name}* {meaning}", name=_name(name), meaning=escape(said(meaning), 600))
        for name, meaning in DEFINITIONS.items()
    ]
    return Message(fit(joined(lines, "\n"), TEXT_LIMIT), tuple(blocks.section(line) for line in lines))


def _name(name: str) -> Escaped:
    return capital(escape(name.replace("_", " ").replace("mtta", "MTTA").replace("mttr", "MTTR")))


def _headline(found: Statistics) -> Escaped:
    now, before = found.figures, found.before
    states = [
        (now.open, fill("open")),
        (now.acknowledged, fill("acknowledged")),
        (now.resolved, fill("resolved")),
    ]
    standing = joined([fill("{n} {state}", n=number(n), state=state) for n, state in states if n], ", ")
    return joined(
        [
            fill("*{period}* {n} created", period=_period(found.period.name), n=_incidents(now.created)),
            fill("({n} in the period before).", n=number(before.created)),
            fill("{standing}.", standing=capital(standing)) if standing else NOTHING,
            _reopened(now),
        ]
    )


def _reopened(now: Figures) -> Escaped:
    if now.reopen_rate is None or not now.reopened:
        return NOTHING
    share = escape(f"{now.reopen_rate:.0%}")
    return fill("{n} reopened, {share} of those resolved.", n=number(now.reopened), share=share)


def _incidents(count: int) -> Escaped:
    return counted(count, "{count} incident", "{count} incidents")


def _period(name: str) -> Escaped:
    found = re.fullmatch(r"(\d+)([hdw])", name)
    if not found:
        return escape(name.replace("/", " to "))
    return fill("The last {n} {unit}:", n=escape(found[1]), unit=_UNITS[found[2]])


def _all_times(now: Figures, before: Figures) -> list[Escaped]:
    told = [
        (fill("*Time to acknowledge*"), now.mtta, before.mtta),
        (fill("*Time to first update*"), now.first_update, before.first_update),
        (fill("*Time to resolve*"), now.mttr, before.mttr),
    ]
    return [
        joined([name, _times(times), _compared(times, earlier)]) for name, times, earlier in told if _measured(times)
    ]


def _measured(times: Times) -> bool:
    return bool(times.count or times.waiting)


def _times(times: Times) -> Escaped:
    if not times.count:
        return fill("nobody yet, {n} waiting", n=number(times.waiting))
    p90 = fill("90 % within {length}", length=_length(times.p90)) if times.p90 is not None else NOTHING
    told = [
        fill("median {length}", length=_length(times.median)),
        p90,
        fill("mean {length}", length=_length(times.mean)),
    ]
    waiting = fill(", {n} waiting", n=number(times.waiting)) if times.waiting else NOTHING
    return fill("{told} (of {n}{waiting})", told=joined(told, ", "), n=number(times.count), waiting=waiting)


def _compared(now: Times, before: Times) -> Escaped:
    if before.median is None or now.median is None:
        return NOTHING
    change = now.median - before.median
    length = _length(abs(change))
    if abs(change) < 1:
        return fill("· median as before")
    slower = fill("slower") if change > 0 else fill("faster")
    return fill("· {length} {slower} than before", length=length, slower=slower)


def _length(seconds: float | None) -> Escaped:
    return fill("not known yet") if seconds is None else duration(timedelta(seconds=seconds))


def _grouped(what: Escaped, groups: Mapping[str, Figures], *, most: int, more: int = 0) -> Escaped:
    people = what == _GROUPED[GroupBy.PERSON]
    named = [(user(name) if people else escape(name, 80), figures) for name, figures in groups.items()]
    lines = [_line(name, figures) for name, figures in named if figures.created]
    every = listed(lines, most=most, limit=2800, separator="\n", total=len(lines) + more)
    return fill("*By {what}*\n{every}", what=what, every=every)


def _line(name: Escaped, figures: Figures) -> Escaped:
    medians = [
        (fill("acknowledged after {length}", length=_length(figures.mtta.median)), figures.mtta),
        (fill("resolved after {length}", length=_length(figures.mttr.median)), figures.mttr),
    ]
    told = [text for text, times in medians if times.median is not None]
    return joined([fill("{name}: {n}", name=name, n=number(figures.created)), *told], ", ")
