"""Pushpins, edits and deletions: what is stored of them, and what is none of ours."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.clients.errors import Permanent
from incidentbot.delivery.handlers.pin import PinHandler
from incidentbot.domain.policy import Policy
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from tests.integration.slack_inbound.conftest import ANA, BEN, CHANNEL, JSON, TEAM, Slack

_events: Iterator[int] = itertools.count(1)
TS = "1772366280.000200"
SAID = {"type": "message", "user": BEN, "ts": TS, "thread_ts": "1.5", "text": "Checkout times out"}
OURS = {**SAID, "user": "U0BOT", "bot_id": "B0BOT"}


async def tell(slack: Slack, event: dict[str, Any]) -> None:
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"EvC{next(_events)}", "event": event}
    assert (await slack.post(json.dumps(body).encode(), JSON)).status == 200


async def react(slack: Slack, kind: str = "added", *, as_: str = ANA, **other: Any) -> None:
    item = {"type": "message", "channel": CHANNEL, "ts": TS}
    await tell(slack, {"type": f"reaction_{kind}", "user": as_, "reaction": "pushpin", "item": item, **other})


async def change(slack: Slack, message: dict[str, Any]) -> None:
    await tell(slack, {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "message": message})


async def delete(slack: Slack) -> None:
    await tell(slack, {"type": "message", "subtype": "message_deleted", "channel": CHANNEL, "deleted_ts": TS})


class FakeSlack:
    """Shows one message, and keeps who was told what."""

    def __init__(self, message: dict[str, Any] | None) -> None:
        self.shown = message
        self.told: list[str] = []

    async def message(self, _team: str, _channel: str, _ts: str) -> dict[str, Any] | None:
        return self.shown

    async def post_ephemeral(self, _team: str, _channel: str, user: str, body: dict[str, Any]) -> None:
        self.told.append(f"{user}: {body['text']}")
        raise Permanent("chat.postEphemeral", "user_not_in_channel")


async def deliver(slack: Slack, message: dict[str, Any] | None = SAID) -> FakeSlack:
    """Do what waits, as the worker would, in a Slack that shows `message`."""
    fake: Any = FakeSlack(message)
    handler = PinHandler(slack.store, fake)
    while True:
        with slack.store.begin(TEAM) as tx:
            row = next((one for one in tx.effects.due(tx.now) if one.effect.kind == "pin"), None)
            if row is None:
                return fake  # type: ignore[no-any-return] # it stands for Slack's client
            task = handler.prepare(tx, row)
            tx.effects.lease(row, "lease", tx.now, begun=None)
        result = await handler.send(task)
        with slack.store.begin(TEAM) as tx:
            handler.record(tx, task, result)
            tx.effects.finish(row.id, "lease", "done", tx.now)


async def incident(slack: Slack) -> None:
    await slack.slash("create Shop is slow")
    slack.place_card("1.5")


def last(slack: Slack) -> dict[str, Any]:
    return dict(slack.entries()[-1].data)


async def test_a_pushpin_captures_once_and_the_last_one_taken_away_withdraws(slack: Slack) -> None:
    await incident(slack)
    for person in (ANA, BEN, ANA):
        await react(slack, as_=person)
    await deliver(slack)
    assert slack.kinds() == ["created", "captured"]
    assert (last(slack)["author"], last(slack)["text"]) == (BEN, "Checkout times out")
    await react(slack, "removed")
    await react(slack, "removed")
    await deliver(slack)
    assert slack.kinds() == ["created", "captured"]
    await react(slack, "removed", as_=BEN)
    await deliver(slack)
    assert last(slack)["withdrawn"] is True
    assert slack.entries()[-1].actor.id == BEN


@pytest.mark.parametrize(
    "message",
    (None, {**SAID, "thread_ts": "7.7"}, {**SAID, "thread_ts": None}, OURS),
    ids=("gone", "other", "no", "ours"),
)
async def test_elsewhere_a_pushpin_means_nothing(slack: Slack, message: dict[str, Any] | None) -> None:
    await incident(slack)
    await react(slack)
    assert (await deliver(slack, message)).told == []
    assert slack.kinds() == ["created"]


@pytest.mark.parametrize("other", ({"reaction": "eyes"}, {"item": {"type": "file"}}, {"item": None}))
async def test_other_reactions_are_none_of_ours(slack: Slack, other: dict[str, Any]) -> None:
    await react(slack, **other)
    with slack.store.read(TEAM) as tx:
        assert [one for one in tx.effects.due(slack.clock.now()) if one.effect.kind == "pin"] == []


async def test_edits_and_the_deletion_are_told_and_what_was_said_before_stays(slack: Slack) -> None:
    await incident(slack)
    await react(slack)
    await deliver(slack)
    for text in ("Checkout times out", "Checkout is fine", "Checkout is fine"):
        await change(slack, {**SAID, "text": text})
    assert slack.kinds() == ["created", "captured", "captured"]
    assert (last(slack)["text"], last(slack)["edited"]) == ("Checkout is fine", True)
    await delete(slack)
    await delete(slack)
    await change(slack, {**SAID, "text": "after the end"})
    assert slack.kinds() == ["created", "captured", "captured", "captured"]
    assert last(slack)["deleted"] is True
    assert slack.entries()[1].data["text"] == "Checkout times out"


async def test_what_slack_leaves_of_a_deleted_root_is_a_deletion(slack: Slack) -> None:
    await incident(slack)
    await react(slack)
    await deliver(slack)
    await change(slack, {"subtype": "tombstone", "ts": TS, "user": "USLACKBOT", "text": "This message was deleted."})
    assert last(slack)["deleted"] is True


async def test_who_may_not_capture_is_told_in_the_thread(slack: Slack, database_url: str) -> None:
    await incident(slack)
    await react(slack)
    config = read_config("permissions: {roles: {guest: {commands: [], actions: []}}, default: guest}")
    strict = Store(database_url, clock=slack.clock, policy=Policy(permissions=permissions_of(config)))
    (told,) = (await deliver(replace(slack, store=strict))).told
    strict.close()
    assert told.startswith(ANA)
    assert "guest" in told
    assert slack.kinds() == ["created"]
