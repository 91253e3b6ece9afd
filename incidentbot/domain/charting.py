"""From the courses of incidents to what pictures show; days and hours are those of a time zone's clocks."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from incidentbot.domain import charts
from incidentbot.domain.charts import HeatMap, Moment, OverTime, Spread, Step, Stretch, Top, Trend
from incidentbot.domain.lifecycle import State
from incidentbot.domain.moments import day_told, month_told
from incidentbot.domain.period import Period
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Course, Lengths, acknowledging, quantiles, resolving
from incidentbot.domain.timeline import Entry, EntryKind

MOST_NAMES: Final = 8
# Up to so many days a step of the picture is that long; beyond the last it is a month.
_STEPS: Final[tuple[tuple[int, Step], ...]] = ((2, "hour"), (45, "day"), (200, "week"))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)
_SHARES: Final = (0.25, 0.5, 0.9)
_LEADS_TO: Final[Mapping[EntryKind, State]] = {
    EntryKind.CREATED: State.OPEN,
    EntryKind.ACKNOWLEDGED: State.ACKNOWLEDGED,
    EntryKind.UNACKNOWLEDGED: State.OPEN,
    EntryKind.RESOLVED: State.RESOLVED,
    EntryKind.REOPENED: State.OPEN,
}


def step_of(period: Period) -> Step:
    """How long the steps are in which the period is shown."""
    days = (period.until - period.since) / timedelta(days=1)
    return next((step for most, step in _STEPS if days <= most), "month")


def beginnings(period: Period, zone: ZoneInfo) -> list[datetime]:
    """When each step of the period begins, the first at or before the period's own beginning."""
    step, since = step_of(period), period.since.astimezone(zone)
    found = list(_after(step, since, period.until, zone))
    # What ends a microsecond past the beginning of a step holds the present moment, not that step.
    return found[:-1] if len(found) > 1 and period.until - found[-1] <= _MICRO else found


def _after(step: Step, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    if step == "hour":
        moment = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while moment < until:
            yield moment
            moment += timedelta(hours=1)
        return
    day = since.date()
    if step != "day":
        day -= timedelta(days=day.weekday() if step == "week" else day.day - 1)
    while (moment := datetime.combine(day, time(), zone)) < until:
        yield moment
        day = _next(step, day)


def _next(step: Step, day: date) -> date:
    if step == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if step == "week" else 1)


def _labels(step: Step, starts: Sequence[datetime], zone: ZoneInfo) -> tuple[str, ...]:
    label: Mapping[Step, Callable[[datetime], str]] = {"hour": "{:%H}:00".format, "month": month_told}
    return tuple(label.get(step, day_told)(start.astimezone(zone)) for start in starts)


def over_time(courses: Iterable[Course], period: Period, zone: ZoneInfo) -> OverTime:
    """How many of them began when."""
    starts, step = beginnings(period, zone), step_of(period)
    edges = [_micro(start) for start in starts]
    counts = {severity.value: [0] * len(starts) for severity in Severity}
    for course in courses:
        counts[course.severity][_place(edges, course)] += 1
    return OverTime(step, _labels(step, starts, zone), {name: tuple(row) for name, row in counts.items()})


def trend(courses: Iterable[Course], period: Period, zone: ZoneInfo) -> Trend:
    """How long it took, by when they began; who is still waited for counts as in the figures."""
    starts, step, until = beginnings(period, zone), step_of(period), _micro(period.until)
    edges = [_micro(start) for start in starts]
    steps: dict[int, list[Course]] = defaultdict(list)
    for course in courses:
        steps[_place(edges, course)].append(course)

    def spreads(measure: Callable[[Iterable[Course], int], Lengths]) -> tuple[Spread | None, ...]:
        return tuple(_spread(measure(steps.get(place, ()), until)) for place in range(len(starts)))

    return Trend(step, _labels(step, starts, zone), spreads(acknowledging), spreads(resolving))


def _spread(lengths: Lengths) -> Spread | None:
    return Spread(*quantiles(lengths, _SHARES)) if lengths.over else None


def _place(edges: Sequence[int], course: Course) -> int:
    return max(bisect_right(edges, course.created) - 1, 0)


def heat_map(courses: Iterable[Course], zone: ZoneInfo) -> HeatMap:
    """When in the week they began."""
    counts = Counter(_hour(course.created, zone) for course in courses)
    return HeatMap(tuple(tuple(counts[day, hour] for hour in range(24)) for day in range(7)), zone.key)


def _hour(created: int, zone: ZoneInfo) -> tuple[int, int]:
    moment = datetime.fromtimestamp(created // 1_000_000, zone)
    return moment.weekday(), moment.hour


def top(what: str, courses: Iterable[Course], groups_of: Mapping[int, Iterable[str]]) -> Top:
    """The groups with the most of them."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for course in courses:
        for name in set(groups_of.get(course.number, ())):
            found[name][course.severity] += 1
    largest = sorted(found.items(), key=lambda group: (-group[1].total(), group[0]))
    shown = largest[:MOST_NAMES]
    counts = {severity.value: tuple(group[severity] for _, group in shown) for severity in Severity}
    return Top(what, tuple(name for name, _ in shown), counts, len(largest) - len(shown))


def course_of(reference: str, entries: Sequence[Entry], now: datetime) -> charts.Course:
    """What happened to one incident until `now`, by its whole timeline."""
    moves = [(entry.happened_at, _LEADS_TO[entry.kind]) for entry in entries if entry.kind in _LEADS_TO]
    ended = moves[-1][1] is State.RESOLVED
    last = max(entry.happened_at for entry in entries)
    ends = [at for at, _ in moves[1:]] + [last if ended else max(now, last)]
    stretches = tuple(Stretch(state.value, at, max(until, at)) for (at, state), until in zip(moves, ends, strict=True))
    moments = tuple(Moment(entry.happened_at, entry.kind.value) for entry in entries)
    return charts.Course(reference, stretches, moments, ended)


def _micro(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICRO
