"""The words of a report: its name, its summary in sentences and its key figures, from the figures of a period."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from incidentbot.domain.charts import Top
from incidentbot.domain.lengths import in_words
from incidentbot.domain.own_report import DAILY
from incidentbot.domain.period import Period
from incidentbot.domain.report_content import KeyFigure
from incidentbot.domain.statistics import Figures, Statistics, Times

NOT_KNOWN: Final = "not known yet"
_UNITS: Final = {"h": "hours", "d": "days", "w": "weeks"}


def name_of(kind: str) -> str:
    """What a report is called."""
    return "Daily summary" if kind == DAILY else "Incidents"


def told_period(period: Period, zone: ZoneInfo) -> str:
    """When that was, on the clocks of `zone`: "23 Nov 2026 09:30 to 24 Nov 2026 09:30"."""
    return f"{told(period.since, zone)} to {told(period.until, zone)}"


def told(moment: datetime, zone: ZoneInfo) -> str:
    """A moment, on the clocks of `zone`."""
    shown = moment.astimezone(zone)
    return f"{shown.day} {shown:%b %Y %H:%M}"


def in_the(period: Period) -> str:
    """The period as a sentence has it: "in the last 24 hours", "from 1 Jan 2026 00:00 to 1 Feb 2026 00:00"."""
    if period.name[:-1].isdigit() and period.name[-1] in _UNITS:
        count, unit = int(period.name[:-1]), _UNITS[period.name[-1]]
        return f"in the last {unit[:-1]}" if count == 1 else f"in the last {count} {unit}"
    return f"from {told_period(period, ZoneInfo('UTC'))} UTC"


def summary_of(found: Statistics, older: int, services: Top) -> tuple[str, ...]:
    """What happened, in sentences; one alone where nothing did. `older` are unresolved, and from before the period."""
    now, before = found.figures, found.before
    waiting = f" {_incidents(older)} from before {_are(older)} unresolved." if older else ""
    if not now.created:
        return (f"No incident {in_the(found.period)}{_compared(0, before.created)}.{waiting}",)
    many = f"{_incidents(now.created)} {in_the(found.period)}{_compared(now.created, before.created)}"
    return (
        f"{many}: {_severities(found)}.",
        f"{_standing(now)}{_again(now)}.{waiting}",
        *_speeds(now, before),
        *([services.finding] if services.names else ()),
    )


def _incidents(count: int) -> str:
    return "1 incident" if count == 1 else f"{count} incidents"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _compared(now: int, before: int) -> str:
    if now == before:
        return ", as many as before" if now else ""
    more = now - before
    return f", {abs(more)} {'more' if more > 0 else 'fewer'} than before"


def _severities(found: Statistics) -> str:
    return ", ".join(f"{one.created} {name}" for name, one in found.by_severity.items() if one.created)


def _standing(now: Figures) -> str:
    counts = {"resolved": now.resolved, "acknowledged": now.acknowledged, "open": now.open}
    said = [f"{count} {_are(count)} {state}" for state, count in counts.items() if count]
    return ", ".join(said)


def _again(now: Figures) -> str:
    return f"; {now.reopened} had to be opened again" if now.reopened else ""


def _speeds(now: Figures, before: Figures) -> Iterator[str]:
    for done, times, earlier in (("acknowledged", now.mtta, before.mtta), ("resolved", now.mttr, before.mttr)):
        if times.median is not None:
            was = f" (before: {in_words(earlier.median)})" if earlier.median is not None else ""
            yield f"Half were {done} within {in_words(times.median)}{was}."


def figures_of(found: Statistics) -> tuple[KeyFigure, ...]:
    """The key figures, each beside that of the period before."""
    now, before = found.figures, found.before
    return (
        KeyFigure("Incidents", str(now.created), str(before.created)),
        KeyFigure("Not resolved", str(now.open + now.acknowledged), str(before.open + before.acknowledged)),
        KeyFigure("Opened again", _rate(now), _rate(before)),
        *_lengths("Time to acknowledge", now.mtta, before.mtta),
        *_lengths("Time to resolve", now.mttr, before.mttr),
        *_lengths("Time to first update", now.first_update, before.first_update),
    )


def _rate(found: Figures) -> str:
    if found.reopen_rate is None:
        return str(found.reopened)
    return f"{found.reopened} ({round(100 * found.reopen_rate)} %)"


def _lengths(name: str, now: Times, before: Times) -> Iterator[KeyFigure]:
    yield KeyFigure(f"{name}: half within", _length(now.median, now), _length(before.median, before))
    yield KeyFigure(f"{name}: 90 % within", _length(now.p90, now), _length(before.p90, before))


def _length(seconds: float | None, times: Times) -> str:
    if seconds is not None:
        return in_words(seconds)
    return NOT_KNOWN if times.count or times.waiting else "none"


def after(since: int, until: int | None) -> str:
    """How long after, in words; "" where it has not come to that. Microseconds."""
    return "" if until is None else in_words((until - since) / 1_000_000)


def at(micro: int) -> datetime:
    """The moment so many microseconds after 1970 began."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micro)
