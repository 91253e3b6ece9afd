"""Shortcuts: from Slack's menus to an incident, or into a timeline."""

from datetime import UTC, datetime
from typing import Any

import pytest

from incidentbot.render import ids
from tests.integration.slack_inbound.conftest import ANA, BEN, CHANNEL, TEAM, Slack

GENERAL = "C0GENERAL1"
SAID_AT = datetime(2026, 3, 1, 11, 58, tzinfo=UTC)
TS = f"{int(SAID_AT.timestamp())}.000200"
MESSAGE = {"type": "message", "user": BEN, "ts": TS, "text": f"The shop is slow &amp; <@{ANA}> knows\nsince noon"}


async def run(slack: Slack, callback_id: str, message: dict[str, Any] = MESSAGE, channel: str = GENERAL) -> None:
    payload = slack.interaction(
        "message_action",
        callback_id=callback_id,
        message=message,
        message_ts=message.get("ts"),
        channel={"id": channel, "name": "general"},
        response_url="https://hooks.slack.com/app/1",
    )
    assert await slack.interact(payload) == {}


async def in_thread(slack: Slack, message: dict[str, Any] = MESSAGE) -> None:
    await run(slack, ids.ADD_TO_TIMELINE, {**message, "thread_ts": "1.5"}, CHANNEL)


async def test_the_global_shortcut_opens_the_form_and_the_answer_takes_its_place(slack: Slack) -> None:
    assert await slack.interact(slack.interaction("shortcut", callback_id=ids.CREATE_INCIDENT_SHORTCUT)) == {}
    (form,) = slack.answerer.views
    told = await slack.submit(form, {"title": "Database is down"})
    assert told["response_action"] == "update"
    assert "INC-1" in str(told["view"])
    assert slack.incident().title == "Database is down"


async def test_an_incident_of_a_message_has_its_words_its_author_and_where_it_stands(slack: Slack) -> None:
    await run(slack, ids.CREATE_INCIDENT_FROM_MESSAGE)
    (form,) = slack.answerer.views
    await slack.submit(form, {})
    made = slack.incident()
    assert made.title == "The shop is slow & @ana knows"
    assert made.description.startswith("The shop is slow & @ana knows\nsince noon")
    assert "ben" in made.description
    assert f"/archives/{GENERAL}/p{TS.replace('.', '')}" in made.description


async def test_a_message_makes_one_incident_as_long_as_that_is_not_resolved(slack: Slack) -> None:
    for _ in range(2):
        await run(slack, ids.CREATE_INCIDENT_FROM_MESSAGE)
    for view_id, form in enumerate(slack.answerer.views):
        await slack.submit(form, {}, view_id=f"V0{view_id}")
    await run(slack, ids.CREATE_INCIDENT_FROM_MESSAGE)
    assert "INC-1" in slack.answerer.responses[-1].text
    assert len(slack.answerer.views) == 2
    await slack.slash("resolve INC-1")
    await run(slack, ids.CREATE_INCIDENT_FROM_MESSAGE)
    await slack.submit(slack.answerer.views[-1], {})
    assert slack.incident("INC-2").dedupe_key == slack.incident("INC-1").dedupe_key


@pytest.mark.parametrize(
    "message",
    (
        {"ts": TS, "text": "x" * 40_000},
        {"ts": TS, "text": "\n \n" + "word " * 8_000, "user": "U0NOBODY"},
        {"ts": TS, "text": "", "files": [{"name": "graph.png", "permalink": "https://acme.slack.com/files/1"}, 7]},
        {"ts": TS, "bot_id": "B1", "username": "grafana", "attachments": [{"fallback": "disk full"}, None]},
        {"ts": TS, "text": "<!channel> <https://a.example|b> \u202e"},
    ),
    ids=("one_long_line", "many_words", "a_file", "a_bot", "markup"),
)
async def test_any_message_makes_a_form_that_can_be_sent(slack: Slack, message: dict[str, Any]) -> None:
    await run(slack, ids.CREATE_INCIDENT_FROM_MESSAGE, message)
    told = await slack.submit(slack.answerer.views[-1], {})
    assert told["response_action"] == "update", told
    assert "<" not in slack.incident().title


async def test_a_message_of_a_thread_is_kept_once_at_its_own_time(slack: Slack) -> None:
    await slack.slash("create Database is down")
    slack.place_card("1.5")
    await in_thread(slack)
    entry = slack.entries()[-1]
    assert entry.kind == "captured"
    assert entry.happened_at == datetime.fromtimestamp(float(TS), UTC)
    assert entry.actor.id == ANA
    assert (entry.data["author"], entry.data["author_name"]) == (BEN, "ben")
    assert "since noon" in entry.data["text"]
    assert slack.answerer.responses == []
    await in_thread(slack)
    assert slack.kinds() == ["created", "captured"]
    assert "already" in slack.answerer.responses[-1].text


async def test_the_card_itself_belongs_to_its_incident(slack: Slack) -> None:
    await slack.slash("create Database is down")
    slack.place_card("1.5")
    await run(slack, ids.ADD_TO_TIMELINE, {"ts": "1.5", "text": "the card", "bot_id": "B1"}, CHANNEL)
    assert slack.kinds() == ["created", "captured"]


async def test_elsewhere_the_person_says_which_incident(slack: Slack) -> None:
    for title in ("Database is down", "Shop is slow"):
        await slack.slash(f"create {title}")
    await run(slack, ids.ADD_TO_TIMELINE)
    (form,) = slack.answerer.views
    told = await slack.submit(form, {ids.INCIDENT: "INC-1"})
    assert "INC-1" in str(told["view"])
    assert slack.kinds("INC-1") == ["created", "captured"]
    assert "since noon" in slack.entries("INC-1")[-1].data["text"]
    again = await slack.submit(form, {ids.INCIDENT: "INC-1"}, view_id="V0AGAIN")
    assert "already" in str(again["view"])
    await slack.submit(form, {ids.INCIDENT: "INC-2"}, view_id="V0OTHER")
    assert slack.kinds("INC-2") == ["created", "captured"]


async def test_with_nothing_unresolved_there_is_nothing_to_add_to(slack: Slack) -> None:
    await run(slack, ids.ADD_TO_TIMELINE)
    assert slack.answerer.views == []
    assert "no unresolved incident" in slack.answerer.responses[-1].text


@pytest.mark.parametrize("ts", ("", "yesterday", "99999999999999999999", "nan"))
async def test_a_ts_that_tells_no_time_counts_as_now(slack: Slack, ts: str) -> None:
    await slack.slash("create Database is down")
    await run(slack, ids.ADD_TO_TIMELINE, {**MESSAGE, "ts": ts})
    await slack.submit(slack.answerer.views[-1], {})
    assert slack.entries()[-1].happened_at == slack.clock.now()


async def test_the_same_shortcut_delivered_twice_counts_once(slack: Slack) -> None:
    await slack.slash("create Database is down")
    slack.place_card("1.5")
    payload = slack.interaction(
        "message_action",
        callback_id=ids.ADD_TO_TIMELINE,
        message={**MESSAGE, "thread_ts": "1.5"},
        channel={"id": CHANNEL},
    )
    for _ in range(2):
        await slack.interact(payload)
    assert slack.kinds() == ["created", "captured"]
    with slack.store.read(TEAM) as tx:
        (capture,) = tx.captures.of_message(CHANNEL, TS)
    assert capture.held_by == {f"shortcut:{ANA}"}
