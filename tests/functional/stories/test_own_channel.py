"""Bigger than a thread: an incident goes on in a channel, its thread stays the record, and it is told how it ends."""

from dataclasses import replace
from pathlib import Path

from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.sandbox.slack.model import Conversation
from incidentbot.sandbox.world import demo_world
from tests.functional.stories.running import Story, at_rest, story, wait_for

CONFIG = """
incidents:
  remind_unacknowledged_after: {}
  escalate_after: {}
"""


def opened(s: Story) -> Shown:
    s.slack.slash("/incident", "create Nobody can pay! --severity critical --assign @ben", as_="ana")
    s.slack.expect_ephemeral("ana", containing="INC-1")
    card = s.slack.expect_message(event_type="incident")
    s.slack.expect_reply(card, containing="#1")
    return card


def channel(s: Story, name: str) -> Conversation:
    found = [one for one in s.slack.workspace.conversations.values() if one.name == name]
    assert len(found) == 1, name
    return found[0]


def moved(s: Story, card: Shown) -> Conversation:
    """By the card's button, until the channel has all that belongs to it."""
    s.slack.click(card, "move_incident", as_="ana")
    s.slack.expect_modal("ana", callback_id="channel_modal").submit()
    s.slack.expect_reply(card, containing="It goes on in")
    own = channel(s, "inc-1-nobody-can-pay")
    s.slack.expect_message(channel=f"#{own.name}", event_type="incident_channel", containing="goes on here")
    s.slack.expect_edit(card, containing=f"<#{own.id}>")
    people = {s.slack.person(who).id for who in ("ana", "ben")}
    wait_for(lambda: people <= set(own.members) and len(own.bookmarks) == 2 and bool(own.topic), "all that belongs")
    assert {one.title for one in own.bookmarks} == {"INC-1", "Thread of INC-1"}
    assert "Nobody can pay" in own.topic
    return own


def test_an_incident_moves_to_a_channel_and_is_over_there_too(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, config=CONFIG) as s:
        card = opened(s)
        own = moved(s, card)
        said = s.slack.say("The disk is full", as_="ben", channel=f"#{own.name}")
        s.slack.react(said, "pushpin", as_="ben")
        s.slack.expect_reply(card, containing="The disk is full")
        s.slack.mention_in(f"#{own.name}", "ack", as_="ben")
        s.slack.expect_reply(card, containing="Acknowledged")
        s.slack.expect_ephemeral("ben", containing="acknowledged", where=lambda shown: shown.channel == own.id)
        s.slack.slash("/incident", "invite INC-1 @chloe", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        wait_for(lambda: s.slack.person("chloe").id in own.members, "who is invited later to be there, too")
        s.slack.slash("/incident", "channel INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="has a channel already")
        s.slack.slash("/incident", "resolve INC-1 disk emptied", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        over = s.slack.expect_message(channel=f"#{own.name}", event_type="incident_channel", containing="resolved")
        assert not own.archived
        s.slack.click(over, "archive_channel", as_="ana")
        s.slack.expect_reply(card, containing="was archived")
        wait_for(lambda: own.archived and at_rest(s), "the end")
        assert len([one for one in s.slack.history(f"#{own.name}") if one.event_type]) == 2
        s.slack.leave()
        s.slack.ignore(lambda _: True)


def test_a_name_that_is_taken_leads_to_the_next_and_an_answer_that_was_lost_to_no_second_channel(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG) as s:
        card = opened(s)
        s.slack.workspace.open_channel("inc-1-nobody-can-pay", s.slack.person("ana").id, private=False)
        s.slack.server.platform.faults.add(Fault(FaultKind.LOST_REPLY, "conversations.create", times=1, skip=1))
        s.slack.slash("/incident", "channel INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="is being moved")
        s.slack.expect_reply(card, containing="It goes on in")
        made = [one.name for one in s.slack.workspace.conversations.values() if one.name.startswith("inc-1")]
        assert sorted(made) == ["inc-1-nobody-can-pay", "inc-1-nobody-can-pay-2"]
        s.slack.leave()
        s.slack.ignore(lambda _: True)


def test_what_cannot_be_is_said_with_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    world = demo_world()
    scopes = tuple(one for one in world.app.scopes if one not in {"channels:manage", "bookmarks:write"})
    world = replace(world, app=replace(world.app, scopes=scopes))
    with story(sqlite_url, tmp_path, config=CONFIG, world=world) as s:
        card = opened(s)
        s.slack.slash("/incident", "channel INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="is being moved")
        s.slack.expect_reply(card, containing="channels:manage")
        s.slack.workspace.archive("C0CHANGES0", user=s.slack.person("ana").id)
        for words, answer in (
            ("channel INC-1 #incidents", "Choose another channel"),
            ("channel INC-1 #nowhere", "cannot be"),
            ("channel INC-9", "INC-9"),
        ):
            s.slack.slash("/incident", words, as_="ana")
            s.slack.expect_ephemeral("ana", containing=answer)
        s.slack.slash("/incident", "channel INC-1 #changes", as_="ana")
        s.slack.expect_ephemeral("ana", containing="is being moved")
        s.slack.expect_reply(card, containing="that channel is archived")
        s.slack.slash("/incident", "channel INC-1 #general", as_="ana")
        s.slack.expect_ephemeral("ana", containing="is being moved")
        s.slack.expect_reply(card, containing="<#C0GENERAL0>")
        s.slack.expect_message(channel="#general", event_type="incident_channel")
        s.slack.slash("/incident", "resolve INC-1 done", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        s.slack.slash("/incident", "create Another one", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-2")
        s.slack.slash("/incident", "channel INC-2 #general", as_="ana")
        s.slack.expect_ephemeral("ana", containing="belongs to another incident")
        s.slack.slash("/incident", "resolve INC-2 done", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-2")
        s.slack.slash("/incident", "channel INC-2", as_="ana")
        s.slack.expect_ephemeral("ana", containing="/incident reopen INC-2")
        s.slack.leave()
        s.slack.ignore(lambda _: True)
