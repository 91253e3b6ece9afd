"""More incidents at once than a channel takes: all are seen at once, the worst first, and every card follows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.changes import Change
from incidentbot.usecases import Cause, create
from tests.functional.delivery.places import cards, rows, settled, told
from tests.functional.stories.running import Story, story

RANKED = list(Severity)
DIGEST = "incident_digest"
# So that a second's wait is a fifth: what is tested is the order, not the clock.
FAST = """
integrations:
  slack:
    limits: {channel_posts_per_second: 5, workspace_posts_per_minute: 3000}
"""
# More than the channel takes within the three seconds that need no digest: 15 and a burst. Not many more, since every
# one is a card, an entry and their calls, and a machine with much else to do takes its time over each.
MANY = 24


def storm(s: Story, count: int, first: int = 1) -> None:
    """Incidents as a source that knows no mercy makes them; the least severe first."""
    team = s.slack.workspace.team_id
    for number in range(first, first + count):
        severity = RANKED[3 - number % 4]
        cause = Cause(team, f"storm:{number}", Actor(Source.API, name="api"), "rest")
        create(s.service.store, cause, Draft(f"Service {number} is down", severity))


@contextmanager
def away(s: Story) -> Iterator[None]:
    """Slack is away for the length of the block: only when everything is there can anybody tell how much it is.

    All of it: while it could still be asked whether a message came, one card after another would be tried, and each
    that was has to be looked up afterwards. A slow machine tries them all.
    """
    number = s.slack.server.platform.faults.down()
    yield
    s.slack.server.platform.faults.remove(number)


def away_from_the_digest_on(s: Story) -> Callable[[], None]:
    """Slack is away from the digest on until what is returned is called: no card ends the storm."""
    faults, numbers = s.slack.server.platform.faults, list[int]()

    def hear(change: Change) -> None:
        if change.kind == "message_posted" and Shown(s.slack.workspace, change.data["message"]).event_type == DIGEST:
            stop()
            numbers.append(faults.down())

    stop = s.slack.server.platform.feed.listen(hear)
    return lambda: faults.remove(*numbers)


def leave(s: Story) -> None:
    """What is still on its way is of no interest, also not what Slack has let in by now and shows in a moment."""
    s.slack.server.platform.faults.down(method="chat.*")
    s.slack.leave()
    told(s)


def digests(s: Story) -> list[Shown]:
    return [shown for shown in s.slack.history("#incidents") if shown.event_type == DIGEST]


def quicken(s: Story) -> None:
    """How well the limits are kept is measured elsewhere: here it would be a matter of this machine's mood."""
    s.slack.server.platform.rules.limits.enabled = False


def test_a_storm_is_seen_at_once_in_one_message_and_the_cards_follow_worst_first(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path, config=FAST) as s:
        quicken(s)
        with away(s):
            storm(s, MANY)
        s.slack.wait_until(lambda: digests(s), what="a digest")
        s.slack.wait_until(lambda: len(cards(s.slack)) == MANY, what="every card")
        s.slack.wait_until(lambda: "Every one has its card" in digests(s)[0].shown, what="the digest to end")
        (digest,) = digests(s)
        assert all(
            f"INC-{number} " in digest.shown or f"INC-{number}>" in str(digest.blocks) for number in range(1, MANY + 1)
        )
        assert digest.payload["count"] == MANY
        assert not rows(s, outcome="parked")
        leave(s)


def test_what_joins_a_storm_joins_its_digest_and_the_next_storm_has_its_own(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=FAST) as s:
        quicken(s)
        back = away_from_the_digest_on(s)
        with away(s):
            storm(s, MANY)
        s.slack.wait_until(lambda: digests(s), what="a digest")
        storm(s, 5, first=MANY + 1)
        back()
        s.slack.wait_until(lambda: f"INC-{MANY + 5}" in str(digests(s)[0].blocks), what="the rest of it, there")
        s.slack.wait_until(lambda: len(cards(s.slack)) == MANY + 5, what="every card")
        # Until it has ended, what comes joins it.
        s.slack.wait_until(lambda: "Every one has its card" in digests(s)[0].shown, what="the digest to end")
        assert len(digests(s)) == 1
        with away(s):
            storm(s, MANY, first=MANY + 6)
        s.slack.wait_until(lambda: len(digests(s)) == 2, what="another digest")
        assert f"INC-{MANY + 5}" not in str(digests(s)[1].blocks)
        leave(s)


def test_what_the_channel_takes_soon_needs_no_digest(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        storm(s, 4)  # the channel takes them soon, whichever entries go between the cards meanwhile
        s.slack.wait_until(lambda: len(cards(s.slack)) == 4, what="every card")
        assert digests(s) == []
        settled(s)
        told(s)


def test_a_message_that_slack_refuses_in_a_storm_holds_no_card(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=FAST) as s:
        quicken(s)
        s.slack.server.platform.faults.fail("chat.postMessage", "restricted_action", times=1)
        storm(s, MANY)
        s.slack.wait_until(lambda: len(cards(s.slack)) == MANY, what="every card")
        leave(s)
