"""How many incidents there were and how fast people were: figures from the courses of incidents, nothing else.

A period's figures are about the incidents created in it, as they stood at its end. Whoever was still waited for then is
no zero and is not left out either: all that is known is that it takes longer than so long (a censored observation), and
median and 90th percentile are read off the Kaplan-Meier curve, which takes that into account.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

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


class Lengths(NamedTuple):
    """How long something took, in microseconds: those that came to it, and how long the others have waited so far."""

    over: Sequence[int] = ()
    waiting: Sequence[int] = ()


class Tally(NamedTuple):
    """What figures are made of: how many of some incidents are in which state, and how long each took."""

    open: int = 0
    acknowledged: int = 0
    resolved: int = 0
    reopened: int = 0
    resolved_once: int = 0
    acknowledging: Lengths = Lengths()
    resolving: Lengths = Lengths()
    updating: Lengths = Lengths()

    def __add__(self, other: "Tally") -> "Tally":  # type: ignore[override]  # two of them are no longer tuple
        """Of all these incidents."""
        return Tally(*(_sum(mine, its) for mine, its in zip(self, other, strict=True)))


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


def acknowledging(courses: Iterable[Course], until: int) -> Lengths:
    """How long it took until somebody took each over; resolved without: left out."""
    return _lengths(((one.created, one.acknowledged, one.state) for one in courses), until)


def updating(courses: Iterable[Course], until: int) -> Lengths:
    """How long it took until people could read something new of each; resolved without: left out."""
    return _lengths(((one.created, one.updated, one.state) for one in courses), until)


def resolving(courses: Iterable[Course], until: int) -> Lengths:
    """How long it took until each was resolved for good."""
    over, waiting = list[int](), list[int]()
    for one in courses:
        if one.state is State.RESOLVED and one.resolved is not None:
            over.append(max(one.resolved - one.created, 0))
        else:
            waiting.append(max(until - one.created, 0))
    return Lengths(over, waiting)


def _lengths(known: Iterable[tuple[int, int | None, State]], until: int) -> Lengths:
    over, waiting = list[int](), list[int]()
    for created, moment, state in known:
        if moment is not None:
            over.append(max(moment - created, 0))
        elif state is not State.RESOLVED:
            waiting.append(max(until - created, 0))
    return Lengths(over, waiting)


def tally(courses: Sequence[Course], until: int) -> Tally:
    """These incidents as they stood at `until` (microseconds since 1970)."""
    states = Counter(one.state for one in courses)
    return Tally(
        states[State.OPEN],
        states[State.ACKNOWLEDGED],
        states[State.RESOLVED],
        sum(one.reopenings > 0 for one in courses),
        sum(one.resolved is not None for one in courses),
        acknowledging(courses, until),
        resolving(courses, until),
        updating(courses, until),
    )


def _sum(mine: Any, its: Any) -> Any:
    if isinstance(mine, Lengths):
        return Lengths([*mine.over, *its.over], [*mine.waiting, *its.waiting])
    return mine + its


def times(lengths: Lengths) -> Times:
    """Mean, median and 90th percentile."""
    if not lengths.over:
        return Times(waiting=len(lengths.waiting))
    median, p90 = quantiles(lengths, (0.5, 0.9))
    count = len(lengths.over)
    return Times(count, len(lengths.waiting), sum(lengths.over) / count / _MICRO, median, p90)


def quantiles(lengths: Lengths, shares: Sequence[float]) -> list[float | None]:
    """For each share, after how many seconds it is over for that share of all; None where that is not known.

    They are read off the Kaplan-Meier curve. Where it is level at just this share, it is the middle of the step:
    without anything waited for, the usual median.
    """
    over = sorted(lengths.over)
    stretches = list(_stretches(over, sorted(lengths.waiting)))
    return [_quantile(over, stretches, 1 - share) for share in shares]


class _Stretch(NamedTuple):
    """A part of the curve in which nothing ends unknown: of `at_risk`, one after the other is over.

    It begins at the place `first` of those that are over, with the `share` for which it is not over yet, and ends
    before the place `last`.
    """

    first: int
    last: int
    at_risk: int
    share: float

    def left_after(self, place: int) -> float:
        """The share for which it is not over once those before `place` are."""
        return self.share * (self.at_risk - (place - self.first)) / self.at_risk


def _stretches(over: Sequence[int], waiting: Sequence[int]) -> Iterator[_Stretch]:
    """The curve, cut where somebody was waited for just so long. What is over at just that length is before."""
    first, share = 0, 1.0
    for gone, length in enumerate((*waiting, None)):
        last = len(over) if length is None else bisect_right(over, length, first)
        if last > first:
            stretch = _Stretch(first, last, len(over) - first + len(waiting) - gone, share)
            yield stretch
            first, share = last, stretch.left_after(last)


def _quantile(over: Sequence[int], stretches: Iterable[_Stretch], share: float) -> float | None:
    """The first length at which no more than `share` are left."""
    for stretch in stretches:
        if stretch.left_after(stretch.last) < share + _EQUAL:
            place = bisect_left(
                range(stretch.first + 1, stretch.last + 1), -share - _EQUAL, key=lambda one: -stretch.left_after(one)
            )
            length = over[stretch.first + place]
            behind = bisect_right(over, length)
            level = abs(stretch.left_after(behind) - share) < _EQUAL and behind < len(over)
            return (length + over[behind]) / 2 / _MICRO if level else length / _MICRO
    return None


def figures(found: Tally) -> Figures:
    """The figures of these incidents."""
    return Figures(
        created=found.open + found.acknowledged + found.resolved,
        open=found.open,
        acknowledged=found.acknowledged,
        resolved=found.resolved,
        reopened=found.reopened,
        reopen_rate=found.reopened / found.resolved_once if found.resolved_once else None,
        mtta=times(found.acknowledging),
        mttr=times(found.resolving),
        first_update=times(found.updating),
    )


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
    return {name: figures(tally(members, until)) for name, members in largest[:MOST_GROUPS]}, len(largest[MOST_GROUPS:])
