"""Status updates: told in the thread and, where it is set, in the channel; one overview shows what is unresolved."""

from pathlib import Path

from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.model import Message
from tests.functional.stories.running import Story, pass_time, story, wait_for

CONFIG = """
incidents:
  remind_unacknowledged_after: {}
  escalate_after: {}
  overview_channel: "#reports"
  broadcast_updates: [critical]
"""


def real(shown: Shown) -> Message:
    assert isinstance(shown.record, Message)
    return shown.record


def created(s: Story, number: int, text: str) -> Shown:
    s.slack.slash("/incident", f"create {text}", as_="ana")
    s.slack.expect_ephemeral("ana", containing=f"INC-{number}")
    card = s.slack.expect_message(event_type="incident", containing=f"INC-{number}")
    s.slack.expect_reply(card, containing="#1")
    return card


def updated(s: Story, text: str, words: str) -> None:
    s.slack.slash("/incident", f"update {text}", as_="ana")
    s.slack.expect_ephemeral("ana", containing=words)


def test_an_update_is_broadcast_where_it_is_set_and_the_next_one_is_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG.replace("  overview", "  # "), same_time=True) as s:
        loud = created(s, 1, "Nobody can pay --severity critical --assign @ben")
        quiet = created(s, 2, "Reports are slow --severity high")
        updated(s, "INC-1 We look at the database --next 30m", "INC-1")
        told = s.slack.expect_reply(loud, containing="We look at the database")
        updated(s, "INC-2 It is the disk", "INC-2")
        other = s.slack.expect_reply(quiet, containing="It is the disk")
        assert (real(told).broadcast, real(other).broadcast) == (True, False)
        s.slack.expect_edit(loud, containing="Next update")
        pass_time(s, 30 * 60)
        s.slack.expect_reply(loud, containing="An update was promised")
        s.slack.expect_dm("ben", event_type="incident_reminder")
        s.slack.slash("/incident", "resolve INC-2 done", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-2")
        updated(s, "INC-2 Again --next 1h", "/incident reopen INC-2")
        updated(s, "INC-1 Soon --next tomorrow", "30m")
        s.slack.leave()
        s.slack.ignore(lambda _: True)


def test_the_overview_follows_is_pinned_and_comes_again_where_it_was_deleted(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG, same_time=True) as s:
        card = created(s, 1, "Nobody can pay --severity critical")
        pass_time(s, 12)
        overview = s.slack.expect_message(
            channel="#reports", event_type="incident_overview", containing="Nobody can pay"
        )
        wait_for(lambda: real(overview).pinned, "the overview to be pinned")
        updated(s, "INC-1 We look at the database", "INC-1")
        s.slack.expect_reply(card, containing="We look at the database")
        pass_time(s, 12)
        s.slack.expect_edit(overview, containing="We look at the database")
        s.slack.delete(overview, as_="farid")
        again = s.slack.expect_message(channel="#reports", event_type="incident_overview", containing="Nobody can pay")
        s.slack.slash("/incident", "resolve INC-1 It was the disk", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        s.slack.expect_reply(card, containing="Resolved")
        pass_time(s, 12)
        s.slack.expect_edit(again, containing="Nothing is unresolved")
        assert [one.ts for one in s.slack.history("#reports") if one.event_type == "incident_overview"] == [again.ts]
        s.slack.leave()
        s.slack.ignore(lambda _: True)
