"""How many incidents there were and how fast people were: figures from the courses of incidents, nothing else.

A period's figures are about the incidents created in it, as they stood at its end. Whoever was still waited for then is
no zero and is not left out either: all that is known is that it takes longer than so long (a censored observation), and
median and 90th percentile are read off the Kaplan-Meier curve, which takes that into account.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from incidentbot.domain.lifecycle import State
from incidentbot.domain.period import Period
from incidentbot.domain.severity import Severity
from incidentbot.languages import phrase

_MICRO: Final = 1_000_000
# A share that is equal up to what floats lose is equal.
_EQUAL: Final = 1e-9
# A list of groups is for people to read.
MOST_GROUPS: Final = 50

DEFINITIONS: Final[Mapping[str, str]] = {
    "period": phrase(
        "All figures are about the incidents created in the period, as they stood at its end. Times are those at "
        "which something happened, not those at which it was recorded or last changed."
    ),
    "created": phrase("Incidents whose timeline begins in the period."),
    "open, acknowledged, resolved": phrase(
        "The state of these incidents at the end of the period, by their last transition."
    ),
    "reopened": phrase(
        "Those of them that were resolved and opened again at least once. The rate is their share of those "
        "that were resolved at least once."
    ),
    "mtta": phrase("Time to acknowledge: from created to the first acknowledgement. Resolved without one: left out."),
    "mttr": phrase("Time to resolve: from created to the last resolution. While it is reopened the time goes on."),
    "first_update": phrase(
        "Time to first update: from created to the first note, captured message, or change of title or "
        "severity. Resolved without one: left out."
    ),
    "mean, median, p90": phrase(
        "The mean is of those that came to it. Median and p90 (90 of 100 were as fast) also count "
        "those still waited for, as taking at least as long as so far; empty where too many are waited for to say."
    ),
    "waiting": phrase("Incidents that had not come to it by the end of the period."),
    "before": phrase("The same for the period of the same length just before, as it stood at its own end."),
}


class GroupBy(StrEnum):
    """What figures can be told apart by; an incident may belong to several groups, or to none."""

    SEVERITY = "severity"
    SERVICE = "service"
    CI = "ci"
    TEAM = "team"
    PERSON = "person"


class Course(NamedTuple):
    """What happened to one incident until the end of a period; times are microseconds since 1970, None = not.

    `acknowledged` is the first acknowledgement, `resolved` the last resolution, `updated` the first update.
    """

    number: int
    severity: Severity
    state: State
    created: int
    acknowledged: int | None
    resolved: int | None
    updated: int | None
    reopenings: int


class Span(NamedTuple):
    """How many microseconds something took, or, where it is not `over`, has taken at least."""

    length: int
    over: bool


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds: of `count` incidents that came to it, with `waiting` more that have not."""

    count: int = 0
    waiting: int = 0
    mean: float | None = None
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some incidents."""

    created: int = 0
    open: int = 0
    acknowledged: int = 0
    resolved: int = 0
    reopened: int = 0
    reopen_rate: float | None = None
    mtta: Times = field(default_factory=Times)
    mttr: Times = field(default_factory=Times)
    first_update: Times = field(default_factory=Times)


@dataclass(frozen=True, slots=True)
class Statistics:
    """A period's figures, those of the period before, and those by severity (the worst first).

    `groups` are by `by`, the ones with the most incidents first, at most MOST_GROUPS; `more_groups` are left out.
    """

    period: Period
    figures: Figures
    before: Figures
    by_severity: Mapping[str, Figures]
    by: GroupBy | None = None
    groups: Mapping[str, Figures] = field(default_factory=dict)
    more_groups: int = 0


def until_acknowledged(course: Course, until: int) -> Span | None:
    """How long it took until somebody took it over; None where it was resolved without."""
    return _span(course, course.acknowledged, until)


def until_updated(course: Course, until: int) -> Span | None:
    """How long it took until people could read something new; None where it was resolved without."""
    return _span(course, course.updated, until)


def until_resolved(course: Course, until: int) -> Span:
    """How long it took until it was resolved for good."""
    if course.state is State.RESOLVED and course.resolved is not None:
        return Span(max(course.resolved - course.created, 0), over=True)
    return Span(max(until - course.created, 0), over=False)


def _span(course: Course, moment: int | None, until: int) -> Span | None:
    if moment is not None:
        return Span(max(moment - course.created, 0), over=True)
    if course.state is State.RESOLVED:
        return None
    return Span(max(until - course.created, 0), over=False)


def times(spans: Iterable[Span]) -> Times:
    """Mean, median and 90th percentile."""
    known = sorted(spans, key=lambda span: (span.length, not span.over))
    over = [span.length for span in known if span.over]
    if not over:
        return Times(waiting=len(known))
    median, p90 = quantiles(known, (0.5, 0.9))
    return Times(len(over), len(known) - len(over), sum(over) / len(over) / _MICRO, median, p90)


def quantiles(spans: Sequence[Span], shares: Sequence[float]) -> list[float | None]:
    """For each share, after how many seconds it is over for that share of all; None where that is not known.

    `spans` are in order of length, at the same length those that are over first. Where the curve is level at just this
    share, it is the middle of the step: without anything waited for, the usual median.
    """
    steps = list(_survival(spans))
    return [_quantile(steps, 1 - share) for share in shares]


def _survival(spans: Sequence[Span]) -> Iterable[tuple[int, float]]:
    """The Kaplan-Meier curve: at each length where something was over, the share for which it is not over yet."""
    at_risk, share = len(spans), 1.0
    for length, same in groupby(spans, key=lambda span: span.length):
        overs = [span.over for span in same]
        over = sum(overs)
        if over:
            share *= 1 - over / at_risk
            yield length, share
        at_risk -= len(overs)


def _quantile(steps: Sequence[tuple[int, float]], share: float) -> float | None:
    for place, (length, left) in enumerate(steps):
        if abs(left - share) < _EQUAL and place + 1 < len(steps):
            return (length + steps[place + 1][0]) / 2 / _MICRO
        if left < share + _EQUAL:
            return length / _MICRO
    return None


def figures(courses: Sequence[Course], until: int) -> Figures:
    """The figures of these incidents as they stood at `until` (microseconds since 1970)."""
    states = [course.state for course in courses]
    reopened = sum(course.reopenings > 0 for course in courses)
    resolved_once = sum(course.resolved is not None for course in courses)
    return Figures(
        created=len(courses),
        open=states.count(State.OPEN),
        acknowledged=states.count(State.ACKNOWLEDGED),
        resolved=states.count(State.RESOLVED),
        reopened=reopened,
        reopen_rate=reopened / resolved_once if resolved_once else None,
        mtta=_times_of(until_acknowledged, courses, until),
        mttr=_times_of(until_resolved, courses, until),
        first_update=_times_of(until_updated, courses, until),
    )


def _times_of(measure: Callable[[Course, int], Span | None], courses: Sequence[Course], until: int) -> Times:
    return times(span for course in courses if (span := measure(course, until)) is not None)


def by_severity(courses: Iterable[Course], until: int) -> dict[str, Figures]:
    """The figures of each severity, also of those without incidents, the worst first."""
    grouped: dict[str, list[Course]] = {severity.value: [] for severity in Severity}
    for course in courses:
        grouped[course.severity].append(course)
    return {name: figures(members, until) for name, members in grouped.items()}


def by_group(
    courses: Iterable[Course], groups_of: Mapping[int, Iterable[str]], until: int
) -> tuple[dict[str, Figures], int]:
    """The figures of the MOST_GROUPS groups with the most incidents, and how many groups there are beside them.

    `groups_of` has the groups of each incident's number.
    """
    grouped: dict[str, list[Course]] = defaultdict(list)
    for course in courses:
        for name in sorted(set(groups_of.get(course.number, ()))):
            grouped[name].append(course)
    largest = sorted(grouped.items(), key=lambda group: (-len(group[1]), group[0]))
    return {name: figures(members, until) for name, members in largest[:MOST_GROUPS]}, len(largest[MOST_GROUPS:])
