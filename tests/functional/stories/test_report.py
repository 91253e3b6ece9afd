"""/nopesight report: ordered from NopeSight, shown while it is made, posted with its file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incidentbot.sandbox.shown import Shown
from tests.functional.stories.running import Story, story

PATIENCE = 60.0


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    with story(sqlite_url, tmp_path, by_socket=False) as s:
        yield s


def ordered(s: Story, typed: str = "report", *, as_: str = "ana", channel: str = "#incidents") -> Shown:
    s.slack.slash("/nopesight", typed, as_=as_, channel=channel)
    s.slack.expect_ephemeral(as_, containing="Ordered")
    return s.slack.expect_message(channel=channel, event_type="report")


def test_a_report_is_posted_where_it_was_ordered_with_its_file_in_the_thread(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, by_socket=False) as s:
        message = ordered(s, "report incidents 7d")
        s.nopesight.wait_for_call("generate_report")
        s.slack.advance(10)
        s.slack.expect_edit(message, containing="Report Generated Successfully")
        assert message.payload["report"] == "rep_5"
        assert {"download_report", "open_report", "share_report"} <= set(message.action_ids)
        file = s.slack.expect_reply(message, containing="Full report attached")
        assert len(file.record.content.files) == 1
        told = s.nopesight.calls("generate_report")[0].body
        assert (told["type"], told["period"], told["actor"]["email"]) == ("incidents", "last_7d", "ana@acme.example")


def shared(s: Story, message: Shown, channel: str, *, as_: str = "ben") -> None:
    s.slack.click(message, "share_report", as_=as_)
    modal = s.slack.expect_modal(as_, callback_id="share_modal", timeout=PATIENCE)
    modal.fill(share_select=s.slack.workspace.channel(channel).id)
    assert modal.submit().closed


def made(s: Story) -> Shown:
    message = ordered(s)
    s.nopesight.wait_for_call("generate_report")
    s.slack.advance(10)
    s.slack.expect_edit(message, containing="Report Generated Successfully", timeout=PATIENCE)
    s.slack.expect_reply(message, containing="Full report attached", timeout=PATIENCE)
    return message


def test_a_report_is_shared_where_somebody_says_with_its_file_and_their_name(running: Story) -> None:
    message = made(running)
    shared(running, message, "#alerts")
    running.slack.expect_ephemeral("ben", containing="Shared", timeout=PATIENCE)
    posted = running.slack.expect_message(channel="#alerts", event_type="report", timeout=PATIENCE)
    assert posted.payload["report"] == message.payload["report"]
    assert running.slack.person("ben").id in posted.text + str(posted.blocks)
    assert "Shared by" in posted.shown
    running.slack.expect_reply(posted, containing="Full report attached", timeout=PATIENCE)
    assert len(running.nopesight.calls("generate_report")) == 1


def test_a_channel_that_is_closed_to_the_bot_is_told_to_whoever_shares(running: Story) -> None:
    message = made(running)
    running.slack.workspace.channel("#general").archived = True
    shared(running, message, "#general")
    running.slack.expect_ephemeral("ben", containing="Shared", timeout=PATIENCE)
    running.slack.expect_ephemeral("ben", containing="could not be shared", timeout=PATIENCE)


def test_its_making_is_shown(running: Story) -> None:
    running.nopesight.faults.slow(0.3, "generate_report", times=1)
    message = ordered(running)
    assert "NopeSight" in message.shown
    running.slack.expect_edit(message, containing="in its queue")
    running.slack.advance(2)
    running.slack.expect_edit(message, containing="working on it")
    running.slack.advance(10)
    running.slack.expect_edit(message, containing="Report Generated Successfully")
    running.slack.expect_reply(message, containing="Full report attached")


def test_an_order_whose_answer_was_lost_makes_one_report(running: Story) -> None:
    running.nopesight.faults.lose_replies("generate_report", times=1)
    message = ordered(running)
    running.nopesight.wait_for_call("generate_report", 2)
    running.slack.advance(10)
    running.slack.expect_edit(message, containing="Report Generated Successfully")
    running.slack.expect_reply(message, containing="Full report attached")
    assert len({call.idempotency_key for call in running.nopesight.calls("generate_report")}) == 1
    assert len(running.nopesight.reports.listed("")) == 1


def test_a_nopesight_that_makes_no_reports_is_told_as_such(running: Story) -> None:
    running.nopesight.faults.absent("generate_report")
    message = ordered(running, "report availability")
    running.slack.expect_edit(message, containing="does not offer that", timeout=PATIENCE)


def test_what_we_can_make_ourselves_is_ours_where_nopesight_makes_none(running: Story) -> None:
    running.nopesight.faults.absent("generate_report")
    message = ordered(running, "report daily_summary")
    running.slack.expect_edit(message, containing="No incident in the last 24 hours", timeout=PATIENCE)


def test_a_channel_that_the_bot_is_not_in_gets_the_message_and_learns_why_there_is_no_file(running: Story) -> None:
    message = ordered(running, channel="#general")
    running.slack.advance(10)
    running.slack.expect_edit(message, containing="invite me")


def test_a_report_that_fails_says_why(running: Story) -> None:
    running.nopesight.faults.status(400, "generate_report", code="VALIDATION_ERROR")
    message = ordered(running)
    running.slack.expect_edit(message, containing="could not be made")


def test_an_order_outlives_a_nopesight_that_is_away(running: Story) -> None:
    running.nopesight.faults.script("generate_report", 503)
    message = ordered(running)
    running.nopesight.wait_for_call("generate_report", 2)
    running.slack.advance(10)
    running.slack.expect_edit(message, containing="Report Generated Successfully")
    running.slack.expect_reply(message, containing="Full report attached")


UNCLEAR = (
    ("report wekly", "daily_summary"),
    ("report incidents 9w", "7d"),
    ("report incidents 2025-02-31/2025-03-01", "cannot be read"),
    ("report incidents 7d now", "not understood"),
)


def test_an_order_that_is_not_understood_is_refused_with_what_would_do(running: Story) -> None:
    for typed, told in UNCLEAR:
        running.slack.slash("/nopesight", typed, as_="ana")
        running.slack.expect_ephemeral("ana", containing=told)
    assert not running.nopesight.calls("generate_report")
