"""The words of a report: its name, its summary in sentences and its key figures, from the figures of a period."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from incidentbot.domain.charts import Top
from incidentbot.domain.lengths import in_words
from incidentbot.domain.moments import told
from incidentbot.domain.own_report import DAILY
from incidentbot.domain.period import Period
from incidentbot.domain.report_content import KeyFigure
from incidentbot.domain.statistics import Figures, Statistics, Times
from incidentbot.languages import counted_plain, fill_plain, grouped, said


def name_of(kind: str) -> str:
    """What a report is called."""
    return fill_plain("Daily summary") if kind == DAILY else fill_plain("Incidents")


def told_period(period: Period, zone: ZoneInfo) -> str:
    """When that was, on the clocks of `zone`: "23 Nov 2026 09:30 to 24 Nov 2026 09:30"."""
    return fill_plain("{since} to {until}", since=told(period.since, zone), until=told(period.until, zone))


def in_the(period: Period) -> str:
    """The period as a sentence has it: "in the last 24 hours", "from 1 Jan 2026 00:00 to 1 Feb 2026 00:00"."""
    count = period.name[:-1]
    if count.isdigit():
        match period.name[-1]:
            case "h":
                return counted_plain(int(count), "in the last hour", "in the last {count} hours")
            case "d":
                return counted_plain(int(count), "in the last day", "in the last {count} days")
            case "w":
                return counted_plain(int(count), "in the last week", "in the last {count} weeks")
    utc = ZoneInfo("UTC")
    return fill_plain("from {since} to {until} UTC", since=told(period.since, utc), until=told(period.until, utc))


def summary_of(found: Statistics, older: int, services: Top) -> tuple[str, ...]:
    """What happened, in sentences; one alone where nothing did. `older` are unresolved, and from before the period."""
    now, before = found.figures, found.before
    waiting = _waiting(older)
    compared = _compared(now.created, before.created)
    if not now.created:
        nothing = fill_plain("No incident {when}{compared}.", when=in_the(found.period), compared=compared)
        return (_joined(nothing, waiting),)
    return (
        fill_plain(
            "{incidents} {when}{compared}: {severities}.",
            incidents=counted_plain(now.created, "{count} incident", "{count} incidents"),
            when=in_the(found.period),
            compared=compared,
            severities=_severities(found),
        ),
        _joined(fill_plain("{standing}{again}.", standing=_standing(now), again=_again(now)), waiting),
        *_speeds(now, before),
        *([services.finding] if services.names else ()),
    )


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _waiting(older: int) -> str:
    if not older:
        return ""
    return counted_plain(
        older, "{count} incident from before is unresolved.", "{count} incidents from before are unresolved."
    )


def _compared(now: int, before: int) -> str:
    if now == before:
        return fill_plain(", as many as before") if now else ""
    if now > before:
        return counted_plain(now - before, ", {count} more than before", ", {count} more than before")
    return counted_plain(before - now, ", {count} fewer than before", ", {count} fewer than before")


def _severities(found: Statistics) -> str:
    told_of = [(one.created, said(name)) for name, one in found.by_severity.items() if one.created]
    return ", ".join(f"{grouped(count)} {name}" for count, name in told_of)


def _standing(now: Figures) -> str:
    told_of = [
        (now.resolved, counted_plain(now.resolved, "{count} is resolved", "{count} are resolved")),
        (now.acknowledged, counted_plain(now.acknowledged, "{count} is acknowledged", "{count} are acknowledged")),
        (now.open, counted_plain(now.open, "{count} is open", "{count} are open")),
    ]
    return ", ".join(words for count, words in told_of if count)


def _again(now: Figures) -> str:
    if not now.reopened:
        return ""
    return counted_plain(now.reopened, "; {count} had to be opened again", "; {count} had to be opened again")


def _speeds(now: Figures, before: Figures) -> Iterator[str]:
    if now.mtta.median is not None:
        yield fill_plain(
            "Half were acknowledged within {length}{before}.",
            length=in_words(now.mtta.median),
            before=_before(before.mtta),
        )
    if now.mttr.median is not None:
        yield fill_plain(
            "Half were resolved within {length}{before}.", length=in_words(now.mttr.median), before=_before(before.mttr)
        )


def _before(earlier: Times) -> str:
    return "" if earlier.median is None else fill_plain(" (before: {length})", length=in_words(earlier.median))


def figures_of(found: Statistics) -> tuple[KeyFigure, ...]:
    """The key figures, each beside that of the period before."""
    now, before = found.figures, found.before
    unresolved = now.open + now.acknowledged, before.open + before.acknowledged
    return (
        KeyFigure(fill_plain("Incidents"), grouped(now.created), grouped(before.created)),
        KeyFigure(fill_plain("Not resolved"), *map(grouped, unresolved)),
        KeyFigure(fill_plain("Opened again"), _rate(now), _rate(before)),
        _figure(fill_plain("Time to acknowledge: half within"), now.mtta, before.mtta, _median),
        _figure(fill_plain("Time to acknowledge: 90 % within"), now.mtta, before.mtta, _p90),
        _figure(fill_plain("Time to resolve: half within"), now.mttr, before.mttr, _median),
        _figure(fill_plain("Time to resolve: 90 % within"), now.mttr, before.mttr, _p90),
        _figure(fill_plain("Time to first update: half within"), now.first_update, before.first_update, _median),
        _figure(fill_plain("Time to first update: 90 % within"), now.first_update, before.first_update, _p90),
    )


def _rate(found: Figures) -> str:
    if found.reopen_rate is None:
        return grouped(found.reopened)
    return f"{grouped(found.reopened)} ({round(100 * found.reopen_rate)} %)"


def _figure(name: str, now: Times, before: Times, read: Callable[[Times], float | None]) -> KeyFigure:
    return KeyFigure(name, _length(read(now), now), _length(read(before), before))


def _median(times: Times) -> float | None:
    return times.median


def _p90(times: Times) -> float | None:
    return times.p90


def _length(seconds: float | None, times: Times) -> str:
    if seconds is not None:
        return in_words(seconds)
    return fill_plain("not known yet") if times.count or times.waiting else fill_plain("none")


def after(since: int, until: int | None) -> str:
    """How long after, in words; "" where it has not come to that. Microseconds."""
    return "" if until is None else in_words((until - since) / 1_000_000)


def at(micro: int) -> datetime:
    """The moment so many microseconds after 1970 began."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micro)
