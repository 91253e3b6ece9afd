"""How a report is asked for, and the words it begins with."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidentbot.domain.charts import Top
from incidentbot.domain.moments import zone_of
from incidentbot.domain.own_report import read_report
from incidentbot.domain.period import read_period
from incidentbot.domain.refusals import BadField, BadOption, Refused
from incidentbot.domain.reporting import figures_of, in_the, summary_of, told_period
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Figures, Statistics, Times

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NONE = Top("services", (), {})


@pytest.mark.parametrize(
    ("typed", "kind", "period", "incident"),
    (
        ("", "daily_summary", "24h", 0),
        ("7d", "daily_summary", "7d", 0),
        ("daily-summary last_24h", "daily_summary", "24h", 0),
        ("incidents", "incidents", "7d", 0),
        ("INCIDENTS 30d", "incidents", "30d", 0),
        ("incidents 2026-01-01/2026-01-31", "incidents", "2026-01-01/2026-01-31", 0),
        ("INC-7", "incident", "", 7),
        ("incident 7", "incident", "", 7),
        ("incident", "incident", "", 0),
    ),
)
def test_a_report_is_asked_for_by_type_or_reference_and_period(
    typed: str, kind: str, period: str, incident: int
) -> None:
    order = read_report(typed.split(), NOW)
    assert (order.type, order.period, order.incident) == (kind, period, incident)


@pytest.mark.parametrize(
    ("typed", "refused"),
    (
        ("weekly", BadField("type", "unknown", "weekly", choices=("daily_summary", "incidents", "incident", "INC-n"))),
        ("incidents 10y", "period"),
        ("incidents 3650d", "period"),
        ("incidents 2026-02-31/2026-03-01", "period"),
        ("incidents 7d now", BadOption),
        ("INC-7 7d", BadOption),
        ("7", "period"),
    ),
)
def test_what_is_neither_is_refused(typed: str, refused: object) -> None:
    with pytest.raises(Refused) as caught:
        read_report(typed.split(), NOW)
    refusal = caught.value.refusal
    found = refusal.field if isinstance(refused, str) and isinstance(refusal, BadField) else refusal
    assert isinstance(found, refused) if isinstance(refused, type) else found == refused


@pytest.mark.parametrize("name", ("", "Mars/Olympus", "../../etc/passwd", "x" * 500, "\0"))
def test_a_time_zone_that_nobody_knows_is_utc(name: str) -> None:
    assert zone_of(name).key == "UTC"


def statistics(now: Figures, before: Figures) -> Statistics:
    by = {severity.value: Figures() for severity in Severity} | {"critical": now}
    return Statistics(read_period("7d", NOW), now, before, by)


def test_nothing_is_told_in_one_sentence() -> None:
    quiet = statistics(Figures(), Figures())
    assert summary_of(quiet, 0, NONE) == ("No incident in the last 7 days.",)
    assert summary_of(quiet, 1, NONE) == ("No incident in the last 7 days. 1 incident from before is unresolved.",)


def test_a_summary_compares_and_says_who_is_still_waited_for() -> None:
    now = Figures(4, 1, 0, 3, 1, 1 / 3, Times(3, 1, 90, 60, None), Times(3, 1, 4000, 3600, None))
    told = summary_of(statistics(now, Figures(created=6, mtta=Times(6, 0, 1, 120, 200))), 2, NONE)
    assert told == (
        "4 incidents in the last 7 days, 2 fewer than before: 4 critical.",
        "3 are resolved, 1 is open; 1 had to be opened again. 2 incidents from before are unresolved.",
        "Half were acknowledged within 1 min (before: 2 min).",
        "Half were resolved within 1 h.",
    )
    figures = {one.name: one.value for one in figures_of(statistics(now, Figures()))}
    assert figures["Time to acknowledge: 90 % within"] == "not known yet"
    assert figures["Opened again"] == "1 (33 %)"


def test_periods_are_told_on_the_clocks_of_a_zone() -> None:
    period = read_period("24h", datetime(2026, 10, 25, 9, tzinfo=UTC))
    assert told_period(period, ZoneInfo("Europe/Berlin")) == "24 Oct 2026 11:00 to 25 Oct 2026 10:00"
    assert in_the(read_period("1w", NOW)) == "in the last week"
