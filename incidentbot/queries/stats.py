"""The figures of a period: how many incidents, how fast people were, and how that compares."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from incidentbot.domain.period import Period, read_period
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Course, Figures, GroupBy, Statistics, Tally, by_group, figures
from incidentbot.store import Store
from incidentbot.store.courses import Courses

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def stats(store: Store, team_id: str, period: str = "7d", by: GroupBy | None = None) -> Statistics:
    """The figures of the period called `period`, told apart by `by`; Refused where there is no such period."""
    with store.read(team_id) as tx:
        return stats_of(tx.courses, read_period(period, tx.now), by)


def stats_of(courses: Courses, period: Period, by: GroupBy | None = None) -> Statistics:
    """The figures of `period`, told apart by `by`."""
    before, found = period.before, courses.tallies(period.since, period.until)
    earlier = courses.tallies(before.since, before.until)
    groups, more = _groups(courses, by, period) if by else ({}, 0)
    return Statistics(
        period=period,
        figures=figures(sum(found.values(), Tally())),
        before=figures(sum(earlier.values(), Tally())),
        by_severity={severity.value: figures(found.get(severity, Tally())) for severity in Severity},
        by=by,
        groups=groups,
        more_groups=more,
    )


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _groups(courses: Courses, by: GroupBy, period: Period) -> tuple[Mapping[str, Figures], int]:
    found = courses.created(period.since, period.until)
    return by_group(found, _groups_of(courses, by, found, period), microseconds(period.until))


def _groups_of(courses: Courses, by: GroupBy, found: Sequence[Course], period: Period) -> Mapping[int, Iterable[str]]:
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
