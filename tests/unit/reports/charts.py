"""Charts to be drawn: full ones, empty ones, and those that strangers name."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from incidentbot.domain.charting import course_of, heat_map, over_time, top, trend
from incidentbot.domain.charts import Chart
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.period import Period, read_period
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Course
from incidentbot.domain.timeline import Entry, EntryKind

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOSTILE = ("$x^2$ \\frac", "=HYPERLINK(1)", "עברית", "🔥 сервис ΑΒΓ", "n" * 5000, "<b>&amp;", "漢字")
ANA = Actor(Source.SLACK, id="U1", name="ana")


def courses(period: Period, count: int = 120) -> list[Course]:
    """Incidents of every severity; each seventh is not resolved, each tenth not even acknowledged."""
    chance = random.Random(8)
    made = []
    for number in range(1, count + 1):
        at = period.since + chance.random() * (period.until - period.since)
        created = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        taken = created + chance.randint(30, 900) * 1_000_000
        state = State.OPEN if number % 10 == 0 else State.ACKNOWLEDGED if number % 7 == 0 else State.RESOLVED
        made.append(
            Course(
                number,
                chance.choice(list(Severity)),
                state,
                created,
                None if state is State.OPEN else taken,
                taken + chance.randint(300, 30_000) * 1_000_000 if state is State.RESOLVED else None,
                None,
                0,
            )
        )
    return made


def entry(seq: int, kind: EntryKind, minutes: float) -> Entry:
    return Entry(seq, kind, ANA, NOW + timedelta(minutes=minutes), {})


ENTRIES = (
    entry(1, EntryKind.CREATED, 0),
    entry(2, EntryKind.OWNER_INVITED, 0.1),
    entry(3, EntryKind.NOTE, 3),
    entry(4, EntryKind.ACKNOWLEDGED, 4),
    entry(5, EntryKind.EVENT_LINKED, 12),
    entry(6, EntryKind.RESOLVED, 62),
    entry(7, EntryKind.REOPENED, 80),
    entry(8, EntryKind.ACKNOWLEDGED, 82),
    entry(9, EntryKind.RESOLVED, 110),
)


def named(found: list[Course]) -> Mapping[int, tuple[str, ...]]:
    return {course.number: (HOSTILE[course.number % len(HOSTILE)], "payments") for course in found}


def all_charts() -> dict[str, Chart]:
    week, day, year = (read_period(name, NOW) for name in ("7d", "24h", "365d"))
    found = courses(week)
    return {
        "over_a_day": over_time(courses(day, 40), day, BERLIN),
        "over_a_week": over_time(found, week, BERLIN),
        "over_a_year": over_time(courses(year, 300), year, BERLIN),
        "over_time_without_any": over_time((), week, BERLIN),
        "over_time_with_one": over_time(found[:1], week, BERLIN),
        "trend": trend(found, week, BERLIN),
        "trend_without_any": trend((), week, BERLIN),
        "trend_of_one": trend(found[:1], week, BERLIN),
        "heat_map": heat_map(found, BERLIN),
        "heat_map_without_any": heat_map((), BERLIN),
        "top": top("services", found, named(found)),
        "top_without_any": top("services", found, {}),
        "course": course_of(
            "INC-7",
            ENTRIES,
            NOW + timedelta(hours=9),
        ),
        "course_not_taken": course_of("INC-8", ENTRIES[:3], NOW + timedelta(days=2)),
        "course_of_a_moment": course_of("INC-9", ENTRIES[:1], NOW),
    }
