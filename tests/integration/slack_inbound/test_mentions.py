"""What people say to the bot in an incident's thread, and elsewhere."""

from dataclasses import replace
from typing import Any

import pytest

from incidentbot.domain.lifecycle import State
from tests.integration.slack_inbound.conftest import ANA, BEN, BOT, CHANNEL, TEAM, FakeAnswerer, Slack

THREAD = "1767225600.000100"


@pytest.fixture(autouse=True)
async def incident(slack: Slack) -> None:
    await slack.slash("create DB down")
    slack.place_card(THREAD)


async def test_an_incident_is_served_from_its_thread(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.mention("ack", thread_ts=THREAD)
    await slack.mention("note <@U0BEN> has the spare", thread_ts=THREAD)
    await slack.mention("unack", thread_ts=THREAD, as_=BEN)
    await slack.mention("resolve replaced the disk", thread_ts=THREAD, as_=BEN)
    assert slack.kinds() == ["created", "acknowledged", "note", "unacknowledged", "resolved"]
    assert slack.entries()[2].data["text"] == "<@U0BEN> has the spare"
    assert slack.incident().resolution == "replaced the disk"
    assert slack.incident().state_by.id == BEN
    assert not answerer.ephemerals


async def test_it_is_that_incident_though_others_are_unresolved(slack: Slack) -> None:
    await slack.slash("create another")
    await slack.mention("ack", thread_ts=THREAD)
    assert slack.incident("INC-1").state is State.ACKNOWLEDGED
    assert slack.incident("INC-2").state is State.OPEN


async def test_the_same_event_delivered_again_changes_nothing(slack: Slack) -> None:
    for _ in range(3):
        await slack.mention("note looking", thread_ts=THREAD, event_id="Ev1")
    assert slack.kinds() == ["created", "note"]


@pytest.mark.parametrize("text", ("status", "help", "", "frobnicate", "note"))
async def test_questions_and_misunderstandings_are_answered_in_the_thread_to_the_one_who_asked(
    slack: Slack, answerer: FakeAnswerer, text: str
) -> None:
    await slack.mention(text, thread_ts=THREAD)
    [(channel, user, thread_ts, _)] = answerer.ephemerals
    assert (channel, user, thread_ts) == (CHANNEL, ANA, THREAD)
    assert slack.kinds() == ["created"]


async def test_a_refusal_is_told_to_the_one_who_asked(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.mention("ack", thread_ts=THREAD, as_=BEN)
    await slack.mention("ack", thread_ts=THREAD)
    [(_, user, _, message)] = answerer.ephemerals
    assert user == ANA
    assert f"<@{BEN}>" in message.text


@pytest.mark.parametrize("thread_ts", ("", "1.0"))
async def test_elsewhere_nothing_is_changed_and_help_is_given(
    slack: Slack, answerer: FakeAnswerer, thread_ts: str
) -> None:
    await slack.mention("ack", thread_ts=thread_ts)
    assert len(answerer.ephemerals) == 1
    assert slack.kinds() == ["created"]


@pytest.mark.parametrize(
    "sender",
    (
        {"user": BOT, "bot_id": "B0BOT", "app_id": "A0"},
        {"user": "U0OTHER", "bot_id": "B0OTHER"},
        {"user": None, "bot_id": "B0BOT", "subtype": "bot_message"},
    ),
)
async def test_bots_are_not_listened_to(slack: Slack, answerer: FakeAnswerer, sender: dict[str, Any]) -> None:
    await slack.mention("ack", thread_ts=THREAD, **sender)
    assert slack.kinds() == ["created"]
    assert not answerer.ephemerals


async def test_a_guest_from_another_workspace_is_not_listened_to(slack: Slack) -> None:
    await slack.mention("ack", thread_ts=THREAD, user_team="T0OTHER")
    assert slack.kinds() == ["created"]


async def test_in_an_incidents_own_channel_it_is_meant_and_whoever_said_it_is_told_there(
    slack: Slack, answerer: FakeAnswerer
) -> None:
    await slack.slash("create another")
    with slack.store.begin(TEAM) as tx:
        incident = tx.incidents.get(1, lock=True)
        assert incident is not None
        tx.incidents.update(incident, replace(incident, own_channel="C0OWN", version=incident.version + 1))
    for thread_ts, words in (("", "ack"), ("9.9", "note the disk is full"), ("", "resolve replaced it")):
        await slack.mention(words, thread_ts=thread_ts, channel="C0OWN")
    assert slack.kinds() == ["created", "acknowledged", "note", "resolved"]
    assert slack.kinds("INC-2") == ["created"]
    assert [(channel, user) for channel, user, _, _ in answerer.ephemerals] == [("C0OWN", ANA)] * 3
    await slack.mention("ack", channel="C0OWN")
    assert "resolved" in answerer.ephemerals[-1][3].text
