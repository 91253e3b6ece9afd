"""A message whose answer was lost stands once: looked up, adopted or sent again, and a twin goes."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from incidentbot.delivery.pace import channel_key, method_key
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.sandbox.world import demo_world
from tests.functional.delivery.places import HIDDEN, cards, hide_until_a_twin_comes, rows, seqs, settled, told
from tests.functional.stories.running import TIMINGS, Story, story, wait_for

POST = "chat.postMessage"
TITLE = "Disk full on PROD-WEB-01"


def whole(slack: Harness) -> bool:
    standing = cards(slack)
    invited = [len(slack.direct_messages(owner)) for owner in ("ben", "chloe", "hugo")]
    return len(standing) == 1 and seqs(standing[0]) == [1, 2] and invited == [1, 1, 1]


def fire(s: Story) -> None:
    s.nopesight.fire(title=TITLE, severity="critical", ci="PROD-WEB-01")


@pytest.mark.parametrize("skip", (0, 1, 2), ids=("card", "second", "third"))
def test_a_message_whose_answer_is_lost_is_adopted(database_url: str, tmp_path: Path, skip: int) -> None:
    with story(database_url, tmp_path) as s:
        s.slack.server.platform.faults.lose_replies(skip=skip)
        fire(s)
        s.slack.wait_until(partial(whole, s.slack), what="everything, once")
        settled(s)
        assert whole(s.slack)
        assert len(s.slack.calls(POST)) == 6
        told(s)


@pytest.mark.parametrize("kind", ("NO_TS", "HTML", "EMPTY", "REDIRECT", "RESET", "STATUS"))
def test_an_answer_that_says_nothing_is_unclear(sqlite_url: str, tmp_path: Path, kind: str) -> None:
    with story(sqlite_url, tmp_path) as s:
        s.slack.server.platform.faults.add(Fault(FaultKind[kind], POST, times=2))
        fire(s)
        s.slack.wait_until(partial(whole, s.slack), what="everything, once")
        settled(s)
        assert whole(s.slack)
        told(s)


def test_a_message_that_slack_fails_once_more_after_a_look_is_looked_for_as_soon_as_the_first_time(
    sqlite_url: str, tmp_path: Path
) -> None:
    # Where Slack itself says that it failed, nothing is on its way: only late display is waited for.
    timings = replace(TIMINGS, settle=timedelta(minutes=10), shown=timedelta(seconds=0.1))
    with story(sqlite_url, tmp_path, timings=timings) as s:
        s.slack.server.platform.faults.add(Fault(FaultKind.STATUS, POST, times=4, status=503))
        fire(s)
        s.slack.wait_until(partial(whole, s.slack), what="everything, once")
        assert not s.slack.calls("chat.delete")
        told(s)


def test_a_429_that_meets_a_message_after_it_was_looked_for_holds_back_posts_and_no_look_ups(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path) as s:
        faults = s.slack.server.platform.faults
        faults.add(Fault(FaultKind.STATUS, POST, times=1, status=503))
        faults.add(Fault(FaultKind.RATE_LIMITED, POST, retry_after="600", times=1, skip=1))
        s.slack.slash("/incident", "create Checkout is slow", as_="ana")
        s.slack.wait_until(lambda: "429" in {call.result for call in s.slack.calls(POST)}, what="a 429")
        wait_for(lambda: not rows(s, kind="card")[0].lease, "that to be written down")
        with s.service.store.read(s.slack.workspace.team_id) as tx:
            later = tx.now + timedelta(seconds=300)
            assert tx.limits.waiting(channel_key(""), later)
            assert not tx.limits.waiting(method_key(""), later)
        assert rows(s, kind="card")[0].attempt_started_at is None
        told(s)


def test_a_twin_of_a_message_that_slack_showed_late_is_deleted(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        hide_until_a_twin_comes(s, times=2)
        s.slack.server.platform.faults.lose_replies(times=2)
        fire(s)
        s.slack.wait_until(lambda: bool(s.slack.calls("chat.delete")), what="a twin to go")
        s.slack.wait_until(partial(whole, s.slack), what="everything, once")
        # The second look at the others is minutes away with a real settle delay; here it follows at once.
        settled(s)
        assert whole(s.slack)
        standing = {shown.ts for shown in [*cards(s.slack), *cards(s.slack)[0].replies()]}
        assert {row.remote_id for row in rows(s, outcome="done") if row.kind in {"card", "entry"}} >= standing
        told(s)


def test_without_the_right_to_look_a_message_may_come_twice_but_is_not_lost(sqlite_url: str, tmp_path: Path) -> None:
    world = demo_world().without_scope("channels:history", "groups:history", "im:history")
    with story(sqlite_url, tmp_path, world=world) as s:
        s.slack.server.platform.faults.lose_replies(skip=1)
        fire(s)
        s.slack.wait_until(lambda: cards(s.slack), what="the card")
        settled(s)
        (card,) = cards(s.slack)
        assert set(seqs(card)) == {1, 2}
        assert not rows(s, outcome="parked")
        told(s)


def test_a_reply_to_a_root_that_slack_does_not_know_yet_is_not_given_up(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        # The card is readable late: the thread cannot be looked up, though the reply stands in it.
        channel = s.slack.workspace.channel("#incidents").id
        s.slack.server.platform.faults.add(Fault(FaultKind.LATE, POST, channel, times=1, seconds=HIDDEN))
        s.slack.server.platform.faults.add(Fault(FaultKind.LOST_REPLY, POST, channel, times=1, skip=1))
        fire(s)
        s.slack.wait_until(lambda: s.slack.calls("conversations.replies"), what="a look into the thread")
        s.slack.advance(HIDDEN)
        s.slack.wait_until(partial(whole, s.slack), what="everything, once")
        settled(s)
        assert whole(s.slack)
        told(s)
