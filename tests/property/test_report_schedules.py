"""When a schedule is due: on the clocks that people see, whatever these do, and once."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.moments import shown_at
from incidentbot.domain.refusals import BadField, MissingArgument, Refused
from incidentbot.domain.report_schedule import Wanted, next_after, read_schedule

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")
START = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.integers(0, 4 * 365 * 1440).map(lambda minutes: START + timedelta(minutes=minutes))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
days = st.sets(st.sampled_from("0123456"), min_size=1).map(lambda found: "".join(sorted(found)))


@given(moments, times, days, st.sampled_from(ZONES))
def test_what_is_due_next_is_what_a_search_minute_by_minute_finds(
    moment: datetime, at: time, on: str, zone: str
) -> None:
    due = next_after(Wanted("daily_summary", at, on), zone, moment)
    clocks = ZoneInfo(zone)
    assert moment < due <= moment + timedelta(days=9)
    shown = due.astimezone(clocks)
    skipped = shown.time().replace(second=0) != at
    if skipped:
        # The clocks jumped over it: a moment before, it was earlier than wanted, and now it is later.
        before = (due - timedelta(seconds=1)).astimezone(clocks)
        assert before.time() < at < shown.time()
    assert str(shown.weekday()) in on
    earlier = [day for day in _days(moment, due, clocks) if str(day.weekday()) in on]
    assert all(not moment < shown_at(datetime.combine(day, at), clocks) < due for day in earlier)


def _days(since: datetime, until: datetime, clocks: ZoneInfo) -> list[date]:
    first = since.astimezone(clocks).date()
    return [first + timedelta(days=count) for count in range((until.astimezone(clocks).date() - first).days + 1)]


def test_a_time_that_the_clocks_leave_out_is_due_when_they_go_on() -> None:
    due = next_after(Wanted("daily_summary", time(2, 30)), "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert due == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert due.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3)


def test_a_time_that_comes_twice_is_due_the_first_time_alone() -> None:
    wanted, first = Wanted("daily_summary", time(2, 30)), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_after(wanted, "Europe/Berlin", first - timedelta(minutes=1)) == first
    assert next_after(wanted, "Europe/Berlin", first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "wanted"),
    (
        ("daily summary at 9:30 am", Wanted("daily_summary", time(9, 30))),
        ("Daily Summary at 9:30 PM", Wanted("daily_summary", time(21, 30))),
        ("daily summary at 12am", Wanted("daily_summary", time(0))),
        ("daily summary at noon", Wanted("daily_summary", time(12))),
        ("daily summary at 9:30 a.m. please", Wanted("daily_summary", time(9, 30))),
        ("incidents every Monday at 9", Wanted("incidents", time(9), "0")),
        ("incidents every mon and thu at 9", Wanted("incidents", time(9), "03")),
        ("daily summary on weekdays at 17:00", Wanted("daily_summary", time(17), "01234")),
        ("daily summary at 17:00 on weekends in #ops", Wanted("daily_summary", time(17), "56", "#ops")),
        ("daily summary in <#C0REPORTS0|reports> at 8", Wanted("daily_summary", time(8), channel="C0REPORTS0")),
        ("a report of incidents every day at 0:05", Wanted("incidents", time(0, 5))),
    ),
)
def test_a_schedule_is_said_in_words_in_any_order(said: str, wanted: Wanted) -> None:
    assert read_schedule(said) == wanted


@pytest.mark.parametrize(
    ("said", "field", "reason"),
    (
        ("daily summary at 25:00", "time", "out_of_range"),
        ("daily summary at 9:61", "time", "out_of_range"),
        ("daily summary at 13 pm", "time", "out_of_range"),
        ("daily summary at noon-ish", "time", "malformed"),
        ("daily summary at", "time", "malformed"),
        ("daily summary at ９:30", "time", "malformed"),
        ("daily summary every Moonday at 9", "day", "unknown"),
        ("everything at 9", "day", "unknown"),
    ),
)
def test_what_is_no_schedule_is_refused_by_name(said: str, field: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        read_schedule(said)
    refusal = caught.value.refusal
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.reason) == (field, reason)


def test_without_a_time_it_is_asked_for() -> None:
    with pytest.raises(Refused) as caught:
        read_schedule("daily summary")
    assert isinstance(caught.value.refusal, MissingArgument)


@given(st.text(max_size=200))
def test_whatever_is_said_is_read_or_refused(said: str) -> None:
    try:
        read_schedule(said)
    except Refused:
        return
