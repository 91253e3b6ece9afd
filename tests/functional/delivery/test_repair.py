"""What people and Slack do to cards and channels is put right, and the thread says so."""

from pathlib import Path

import pytest

from incidentbot.domain.people import Actor, Source
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.world import demo_world
from incidentbot.usecases.replay import replay
from tests.functional.delivery.places import cards, rows, seqs, settled, told
from tests.functional.stories.running import Story, story

FALLBACK = {"INCIDENTBOT_FALLBACK_CHANNEL": "#alerts"}


def created(s: Story, channel: str = "#incidents") -> Shown:
    """An incident whose card and first entry stand in Slack."""
    s.slack.slash("/incident", "create Checkout is slow", as_="ana")
    s.slack.wait_until(lambda: [1] in [seqs(card) for card in cards(s.slack, channel)], what="a card and its entry")
    settled(s)
    return cards(s.slack, channel)[-1]


def note(s: Story, text: str) -> None:
    s.slack.slash("/incident", f"note INC-1 {text}", as_="ana")


def threads(s: Story, channel: str = "#incidents") -> list[list[int]]:
    return [seqs(card) for card in cards(s.slack, channel)]


@pytest.mark.parametrize("with_replies", (True, False), ids=("tombstone", "nothing_left"))
def test_a_deleted_card_is_posted_again_at_once_and_links_the_thread_so_far(
    database_url: str, tmp_path: Path, with_replies: bool
) -> None:
    with story(database_url, tmp_path) as s:
        card = created(s)
        if not with_replies:
            for reply in card.replies():
                s.slack.delete(reply, as_="farid")
        s.slack.delete(card, as_="farid")
        s.slack.wait_until(lambda: threads(s) == [[2]], what="the card again, and why")
        (again,) = cards(s.slack)
        (why,) = again.replies()
        assert why.payload["kind"] == "repaired"
        assert f"p{card.ts.replace('.', '')}" in str(why.blocks)
        note(s, "still slow")
        s.slack.wait_until(lambda: threads(s) == [[2, 3]], what="the next entry, there")
        s.slack.click(again, "acknowledge_incident", as_="ben")
        s.slack.wait_until(lambda: "Acknowledged" in again.shown, what="the new card to be current")
        s.slack.expect_reaction(again, "eyes")
        settled(s)
        assert not rows(s, outcome="parked")
        told(s)


@pytest.mark.parametrize("unknown_thread", ("error", "post"))
def test_a_deletion_that_nobody_told_us_of_is_noticed_by_the_next_message(
    sqlite_url: str, tmp_path: Path, unknown_thread: str
) -> None:
    with story(sqlite_url, tmp_path) as s:
        s.slack.server.platform.rules.unknown_thread = unknown_thread
        card = created(s)
        s.slack.server.platform.faults.silence()
        for reply in card.replies():
            s.slack.delete(reply, as_="farid")
        s.slack.delete(card, as_="farid")
        s.slack.server.platform.faults.silence(silent=False)
        note(s, "still slow")
        s.slack.wait_until(lambda: threads(s) == [[2, 3]], what="the note and why, in the new thread")
        settled(s)
        assert [shown.event_type for shown in s.slack.history("#incidents") if not shown.deleted] == ["incident"]
        assert not rows(s, outcome="parked")
        told(s)


@pytest.mark.parametrize("before", (True, False), ids=("before_the_card", "after_it"))
def test_an_incident_whose_channel_is_archived_goes_on_in_the_fallback_channel(
    database_url: str, tmp_path: Path, before: bool
) -> None:
    with story(database_url, tmp_path, extra=FALLBACK) as s:
        workspace = s.slack.workspace
        if before:
            workspace.archive("#incidents")
            s.slack.slash("/incident", "create Checkout is slow", as_="ana", channel="#general")
        else:
            created(s)
            workspace.archive("#incidents")
            s.slack.slash("/incident", "ack INC-1", as_="ben", channel="#general")
        s.slack.wait_until(lambda: bool(threads(s, "#alerts")), what="the card in the fallback channel")
        settled(s)
        found = threads(s, "#alerts")[0] + (threads(s)[0] if threads(s) else [])
        assert sorted(found) == ([1, 2, 3] if before else [1, 2, 3, 4])[: len(found)]
        assert "repaired" in [reply.payload["kind"] for reply in cards(s.slack, "#alerts")[0].replies()]
        assert not rows(s, outcome="parked")
        # The next one tries its own channel first: that may be open again.
        workspace.unarchive("#incidents")
        s.slack.slash("/incident", "create Something else", as_="ana", channel="#general")
        s.slack.wait_until(lambda: "Something else" in str([one.shown for one in cards(s.slack)]), what="back home")
        settled(s)
        told(s)


def test_a_renamed_channel_is_the_same_channel(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, extra=FALLBACK) as s:
        created(s)
        s.slack.workspace.channel("#incidents").name = "major-incidents"
        s.slack.slash("/incident", "note INC-1 still slow", as_="ana", channel="#general")
        s.slack.wait_until(lambda: threads(s, "#major-incidents") == [[1, 2]], what="the entry in the same thread")
        settled(s)
        told(s)


def test_a_channel_that_was_made_anew_under_its_name_is_followed(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        created(s)
        s.slack.slash("/incident", "create Search is slow", as_="ana")
        s.slack.wait_until(lambda: threads(s) == [[1], [1]], what="another incident")
        settled(s)
        workspace = s.slack.workspace
        workspace.delete_channel("#incidents")
        farid = s.slack.person("farid").id
        home = workspace.open_channel("incidents", farid)
        home.members.add(workspace.installation.bot_user_id)
        s.slack.slash("/incident", "note INC-1 still slow", as_="ana", channel="#general")
        s.slack.wait_until(lambda: threads(s, home.id) == [[2, 3]], what="the incident in the new channel")
        s.slack.slash("/incident", "note INC-2 slow as well", as_="ana", channel="#general")
        s.slack.wait_until(lambda: threads(s, home.id) == [[2, 3], [2, 3]], what="the other one there too")
        settled(s)
        assert not rows(s, outcome="parked")
        told(s)


def test_without_a_fallback_an_archived_channel_parks_what_is_for_it_and_holds_nobody_else(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path) as s:
        s.slack.workspace.archive("#incidents")
        s.nopesight.fire(title="Disk full", severity="critical", ci="PROD-WEB-01")
        s.slack.wait_until(lambda: bool(s.slack.calls("chat.postMessage")), what="a try")
        settled(s, but=lambda row: row.needs_card)
        (card,) = rows(s, outcome="parked")
        assert (card.kind, "is_archived" in card.problem) == ("card", True)
        s.slack.workspace.unarchive("#incidents")
        replay(s.service.store, s.slack.workspace.team_id, Actor(Source.CLI, name="cli"), card.id)
        s.slack.wait_until(lambda: threads(s) == [[1, 2]], what="everything that waited for the card")
        for owner in ("ben", "chloe", "hugo"):
            s.slack.expect_dm(owner)
        settled(s)
        told(s)


def test_a_bot_that_was_removed_from_a_channel_goes_to_the_fallback_channel(sqlite_url: str, tmp_path: Path) -> None:
    world = demo_world().without_scope("chat:write.public")
    with story(sqlite_url, tmp_path, extra=FALLBACK, world=world) as s:
        created(s)
        s.slack.workspace.leave("C0INCIDENT", s.slack.workspace.installation.bot_user_id)
        s.slack.slash("/incident", "note INC-1 still slow", as_="ana", channel="#general")
        s.slack.wait_until(lambda: threads(s, "#alerts") == [[2, 3]], what="the incident in the fallback channel")
        settled(s)
        told(s)


def test_an_owner_whose_account_was_closed_is_named_in_the_thread(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        s.slack.server.platform.faults.fail("chat.postMessage", "user_disabled", channel=s.slack.person("ben").id)
        s.nopesight.fire(title="Disk full", severity="critical", ci="PROD-WEB-01")
        s.slack.wait_until(lambda: threads(s) == [[1, 2, 3]], what="an entry that names whom nobody reached")
        settled(s)
        assert "deactivated" in cards(s.slack)[0].replies()[2].shown
        assert [row.kind for row in rows(s, outcome="parked")] == ["invitation"]
        told(s)


def test_a_card_that_nobody_may_edit_any_more_is_posted_again(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        created(s)
        s.slack.server.platform.faults.fail("chat.update", "cant_update_message")
        s.slack.slash("/incident", "ack INC-1", as_="ana")
        s.slack.wait_until(lambda: len(cards(s.slack)) == 2, what="another card")
        s.slack.wait_until(
            lambda: "repaired" in str([reply.payload for reply in cards(s.slack)[1].replies()]), what="why"
        )
        assert "Acknowledged" in cards(s.slack)[1].shown
        settled(s)
        told(s)


def test_a_message_for_want_of_a_scope_comes_when_it_is_granted_and_a_reaction_is_left_out(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path, world=demo_world().without_scope("reactions:write")) as s:
        s.slack.server.platform.faults.fail("chat.postMessage", "missing_scope", times=2)
        s.slack.slash("/incident", "create Checkout is slow", as_="ana")
        s.slack.slash("/incident", "ack INC-1", as_="ana")
        s.slack.wait_until(lambda: threads(s) == [[1, 2]], what="the whole thread")
        settled(s)
        assert not rows(s, outcome="parked")
        told(s)
