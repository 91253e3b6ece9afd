"""Pictures: their data as it was last approved, and that each of them can be drawn."""

import struct
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from incidentbot.domain.charting import beginnings, course_of, heat_map, over_time, trend
from incidentbot.domain.charts import Spread
from incidentbot.domain.lengths import in_words
from incidentbot.domain.lifecycle import State
from incidentbot.domain.period import Period, read_period
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Course
from incidentbot.reports.pictures import picture
from tests.unit.reports.charts import BERLIN, ENTRIES, NOW, all_charts

CHARTS = all_charts()
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def as_approved(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_shows_the_data_that_was_approved_and_says_what_can_be_seen(
    name: str, as_approved: SnapshotAssertion
) -> None:
    chart = CHARTS[name]
    assert {"title": chart.title, "finding": chart.finding, "data": asdict(chart)} == as_approved


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_drawn_in_twice_the_size_it_is_shown_in(name: str) -> None:
    drawn = picture(CHARTS[name])
    assert drawn.png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", drawn.png[16:24])
    assert (width, height % 2) == (1280, 0)
    assert b"<svg" in drawn.svg


def test_the_same_data_gives_the_same_picture() -> None:
    assert picture(CHARTS["top"]) == picture(CHARTS["top"])


def created(*moments: datetime) -> list[Course]:
    since = datetime(1970, 1, 1, tzinfo=UTC)
    return [
        Course(number, Severity.HIGH, State.OPEN, (at - since) // timedelta(microseconds=1), None, None, None, 0)
        for number, at in enumerate(moments, start=1)
    ]


def test_days_are_those_of_the_zone_also_when_its_clocks_change() -> None:
    since, until = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 26, 23, tzinfo=UTC)
    period = Period("autumn", since, until)
    hours = [(end - start) / timedelta(hours=1) for start, end in zip(*(_edges(period, BERLIN)), strict=True)]
    assert hours == [25, 24]


def _edges(period: Period, zone: ZoneInfo) -> tuple[list[datetime], list[datetime]]:
    starts = [start.astimezone(UTC) for start in beginnings(period, zone)]
    return starts, [*starts[1:], period.until]


def test_an_hour_that_comes_twice_is_one_field_of_the_heat_map() -> None:
    both = created(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    assert heat_map(both, NEW_YORK).counts[6][1] == 2


def test_what_happens_at_the_end_of_the_period_is_in_its_last_step() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    shown = over_time(created(midnight), read_period("7d", midnight), ZoneInfo("UTC"))
    assert (shown.totals[-1], sum(shown.totals)) == (1, 1)


@pytest.mark.parametrize("name", ("24h", "7d", "30d", "12w", "365d", "731d"))
def test_every_moment_of_a_period_falls_into_a_step_and_steps_are_few(name: str) -> None:
    period = read_period(name, NOW)
    starts = beginnings(period, NEW_YORK)
    assert starts[0] <= period.since
    assert all(start < period.until for start in starts)
    assert len(starts) <= 50


def test_who_is_still_waited_for_lifts_the_spread() -> None:
    period = read_period("24h", NOW)
    hour = 3_600_000_000
    base = created(*[NOW - timedelta(hours=2)] * 4)
    seen = [one._replace(acknowledged=one.created + hour // 60, state=State.ACKNOWLEDGED) for one in base[:2]]
    spreads = [spread for spread in trend([*seen, *base[2:]], period, BERLIN).acknowledged if spread]
    assert spreads == [Spread(60.0, 60.0, None)]


def test_an_incident_that_is_open_runs_until_now() -> None:
    course = course_of("INC-8", ENTRIES[:3], NOW + timedelta(hours=1))
    assert (course.stretches[-1].until, course.ended) == (NOW + timedelta(hours=1), False)
    assert course.finding == "INC-8 was not resolved after 1 h."


@pytest.mark.parametrize(
    ("seconds", "words"),
    ((0, "0 s"), (-5, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_720, "1 h 2 min"), (86_460, "1 d")),
)
def test_lengths_are_told_in_their_two_largest_units(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
