"""The figures of a period: how many incidents, how fast people were, and how that compares."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from incidentbot.domain.period import Period, read_period
from incidentbot.domain.statistics import Course, GroupBy, Statistics, by_group, by_severity, figures
from incidentbot.store import Store
from incidentbot.store.courses import Courses

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def stats(store: Store, team_id: str, period: str = "7d", by: GroupBy | None = None) -> Statistics:
    """The figures of the period called `period`, told apart by `by`; Refused where there is no such period."""
    with store.read(team_id) as tx:
        return stats_of(tx.courses, read_period(period, tx.now), by)


def stats_of(courses: Courses, period: Period, by: GroupBy | None = None) -> Statistics:
    """The figures of `period`, told apart by `by`."""
    return statistics_of(courses, period, by)[0]


def statistics_of(courses: Courses, period: Period, by: GroupBy | None = None) -> tuple[Statistics, Sequence[Course]]:
    """The same, with the incidents of the period that the figures are about."""
    before = period.before
    now, until = courses.created(period.since, period.until), microseconds(period.until)
    groups, more = by_group(now, _groups(courses, by, now, period), until) if by else ({}, 0)
    found = Statistics(
        period=period,
        figures=figures(now, until),
        before=figures(courses.created(before.since, before.until), microseconds(before.until)),
        by_severity=by_severity(now, until),
        by=by,
        groups=groups,
        more_groups=more,
    )
    return found, now


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _groups(courses: Courses, by: GroupBy, found: Sequence[Course], period: Period) -> Mapping[int, Iterable[str]]:
    match by:
        case GroupBy.SEVERITY:
            return {course.number: (course.severity.value,) for course in found}
        case GroupBy.SERVICE:
            return courses.services(found)
        case GroupBy.CI:
            return courses.cis(found)
        case GroupBy.TEAM:
            return courses.teams(found)
        case GroupBy.PERSON:
            return courses.people(found, period.until)
