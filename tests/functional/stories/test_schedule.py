"""@bot schedule daily summary at 9:30 am: made in words, told when next, posted when its time has come, stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.stories.running import Story, pass_time, story

PATIENCE = 60.0
A_DAY = 86_400


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    with story(sqlite_url, tmp_path, same_time=True, by_socket=False) as s:
        yield s


def test_a_scheduled_report_comes_by_itself_until_it_is_stopped(running: Story) -> None:
    s = running
    s.slack.mention_in("#reports", "schedule daily summary at 9:30 am", as_="ana")
    told = s.slack.expect_ephemeral("ana", containing="every day at 09:30", timeout=PATIENCE)
    assert told.shown.count("!date^") == 3 or told.text.count("!date^") == 3
    pass_time(s, A_DAY)
    message = s.slack.expect_message(channel="#reports", event_type="report", timeout=PATIENCE)
    s.slack.expect_edit(message, containing="No incident in the last 24 hours", timeout=PATIENCE)
    s.slack.slash("/nopesight", "report schedules", as_="ben", channel="#general")
    s.slack.expect_ephemeral("ben", containing="#1: daily summary every day at 09:30", timeout=PATIENCE)
    s.slack.mention_in("#reports", "stop 1", as_="ana")
    s.slack.expect_ephemeral("ana", containing="Stopped", timeout=PATIENCE)
    s.slack.mention_in("#reports", "list schedules", as_="ana")
    s.slack.expect_ephemeral("ana", containing="No report is scheduled", timeout=PATIENCE)


@pytest.mark.parametrize(
    ("said", "told"),
    (
        ("schedule daily summary at 25:00", "25:00"),
        ("schedule daily summary at noon-ish", "noon-ish"),
        ("schedule daily summary", "time"),
        ("stop 99", "99"),
    ),
)
def test_what_cannot_be_scheduled_is_refused_with_what_would_do(running: Story, said: str, told: str) -> None:
    running.slack.mention_in("#reports", said, as_="ana")
    running.slack.expect_ephemeral("ana", containing=told, timeout=PATIENCE)


def test_a_schedule_is_made_changed_and_stopped_by_clicks(running: Story) -> None:
    s = running
    s.slack.mention_in("#reports", "list schedules", as_="ana")
    told = s.slack.expect_ephemeral("ana", containing="No report is scheduled", timeout=PATIENCE)
    s.slack.click(told, "schedule_report", as_="ana")
    form = s.slack.expect_modal("ana", callback_id="schedule_modal", timeout=PATIENCE)
    refused = form.fill(zone_input="Europe/Atlantis").submit()
    assert set(refused.errors) == {"zone"}
    form.fill(zone_input="america/new york", clock_pick="17:30", days_check=["0", "4"]).submit()
    notice = s.slack.expect_modal("ana", callback_id="notice_modal", timeout=PATIENCE)
    assert "every Monday, Friday at 17:30 (America/New_York)" in notice.shown
    assert "Next:" in notice.shown
    s.slack.slash("/nopesight", "report schedules", as_="ben", channel="#general")
    listed = s.slack.expect_ephemeral("ben", containing="every Monday, Friday at 17:30", timeout=PATIENCE)
    s.slack.click(listed, "change_schedule:0", as_="ben")
    form = s.slack.expect_modal("ben", callback_id="schedule_modal", timeout=PATIENCE)
    assert form.value("zone_input") == "America/New_York"
    form.fill(days_check=["5", "6"], report_select="incidents").submit()
    notice = s.slack.expect_modal("ben", callback_id="notice_modal", timeout=PATIENCE)
    assert "#1: report on incidents every Saturday, Sunday at 17:30" in notice.shown
    s.slack.click(listed, "stop_schedule:0", as_="ben")
    s.slack.wait_until(lambda: "No report is scheduled" in listed.shown, timeout=PATIENCE)
