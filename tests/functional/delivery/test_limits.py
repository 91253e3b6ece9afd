"""Slack's limits: obeyed to the letter, and by nobody but whom they concern."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from incidentbot.sandbox.slack.records import CallRecord
from incidentbot.store import Store
from tests.functional.delivery.places import cards, rows, seqs, settled, told, unfinished
from tests.functional.stories.running import Story, story, wait_for

POST = "chat.postMessage"
CONFIG = 'integrations:\n  slack:\n    channel_mappings: {medium: "#alerts", low: "#security-alerts"}\n'


def create(s: Story, title: str = "Checkout is slow") -> None:
    s.slack.slash("/incident", f"create {title}", as_="ana")


def limited(s: Story) -> list[CallRecord]:
    return [call for call in s.slack.calls(POST) if call.result == "429"]


@pytest.mark.parametrize("retry_after", ("0.4", "2", "", "abc", "-5", "date"))
def test_slack_is_left_alone_for_as_long_as_it_asks(sqlite_url: str, tmp_path: Path, retry_after: str) -> None:
    with story(sqlite_url, tmp_path) as s:
        asked, until = retry_after, int(s.slack.server.clock.now()) + 3
        if retry_after == "date":
            asked = format_datetime(datetime.fromtimestamp(until, UTC), usegmt=True)
        s.slack.server.platform.faults.rate_limit(POST, retry_after=asked)
        create(s)
        s.slack.wait_until(lambda: [seqs(card) for card in cards(s.slack)] == [[1]], what="card and entry")
        first, second = s.slack.calls(POST)[:2]
        least = {"2": 2.0, "": 5.0, "abc": 5.0}.get(retry_after, 1.0)
        assert second.at >= (until if retry_after == "date" else first.at + least)
        settled(s)
        told(s)


def test_a_limited_channel_holds_nobody_else(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, config=CONFIG) as s:
        # Slack may ask for more than anybody would wait: a quarter of an hour is believed.
        s.slack.server.platform.faults.rate_limit(POST, retry_after="1000000000", channel="C0INCIDENT")
        create(s)
        s.slack.wait_until(lambda: limited(s), what="a 429")
        s.nopesight.fire(title="Disk filling up", severity="minor", ci="PROD-DB-01")
        s.slack.expect_message(channel="#alerts", event_type="nopesight_event")
        wait_for(lambda: _waits_for_a_quarter_of_an_hour(s), "the card to be put off")
        assert len(limited(s)) == 1
        told(s)


def _waits_for_a_quarter_of_an_hour(s: Story) -> bool:
    (card,) = rows(s, kind="card")
    return bool(timedelta(seconds=890) < card.due_at - card.created_at < timedelta(seconds=910))


def test_a_second_limited_channel_means_the_workspace(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG) as s:
        s.slack.server.platform.faults.rate_limit(POST, retry_after="600", times=2)
        create(s)
        s.slack.wait_until(lambda: limited(s), what="a 429")
        s.nopesight.fire(title="Disk filling up", severity="minor", ci="PROD-DB-01")
        s.slack.wait_until(lambda: len(limited(s)) == 2, what="another 429")
        wait_for(lambda: _waits(s.service.store, s, "method:chat.postMessage"), "all posting to wait")
        told(s)


def test_a_limited_workspace_waits_as_a_whole(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        s.slack.server.platform.faults.fail(POST, "message_limit_exceeded")
        create(s)
        wait_for(lambda: _waits(s.service.store, s, "method:chat.postMessage"), "all posting to wait")
        assert not rows(s, outcome="parked")
        told(s)


def _waits(store: Store, s: Story, key: str) -> bool:
    with store.read(s.slack.workspace.team_id) as tx:
        return tx.limits.waits_until([key], tx.now) is not None


def test_what_waits_for_a_look_up_does_not_hide_what_does_not(sqlite_url: str, tmp_path: Path) -> None:
    """More uncertain messages than one look at the queue holds, and their look-ups limited: another thread goes on."""
    with story(sqlite_url, tmp_path) as s:
        create(s, "The other one")
        s.slack.wait_until(lambda: [seqs(card) for card in cards(s.slack)] == [[1]], what="an ordinary incident")
        settled(s)
        s.slack.server.platform.faults.rate_limit("conversations.history", retry_after="600", times=None)
        away = s.slack.server.platform.faults.down(method=POST)
        for number in range(3):
            create(s, f"Uncertain {number}")
        wait_for(lambda: _limited_look_up(s), "a look-up to be limited")
        s.slack.server.platform.faults.remove(away)
        s.slack.slash("/incident", "note INC-1 still here", as_="ana")
        s.slack.wait_until(lambda: [1, 2] in [seqs(card) for card in cards(s.slack)], what="the other thread's entry")
        told(s)


def _limited_look_up(s: Story) -> bool:
    return "429" in {call.result for call in s.slack.calls("conversations.history")}


def test_an_answer_to_a_person_does_not_wait_behind_what_everybody_sees(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        create(s)
        card = s.slack.expect_message(channel="#incidents", event_type="incident")
        # The service knows of a thread once the answer to its card has come and is stored.
        wait_for(lambda: not unfinished(s), "the first card")
        for number in range(16):
            create(s, f"Service {number}")
        s.slack.mention(card, "status", as_="ben")
        s.slack.expect_ephemeral("ben", containing="INC-")
        assert unfinished(s)
        told(s)
