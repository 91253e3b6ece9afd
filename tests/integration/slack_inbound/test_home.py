"""The Home tab: opened, kept current for those who look, and acted in."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.handlers.home import HomeHandler
from incidentbot.delivery.task import Task
from incidentbot.domain.home import HomeFacts
from incidentbot.domain.people import Invitee
from incidentbot.domain.policy import Policy
from incidentbot.effects.kinds import HomePublished
from incidentbot.render import ids
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.home import EVERY, LOOKS_FOR, publish_homes
from tests.integration.slack_inbound.conftest import ANA, BEN, JSON, TEAM, Slack

_events: Iterator[int] = itertools.count(1)


async def open_home(slack: Slack, *, as_: str = ANA, tab: str = "home") -> None:
    event = {"type": "app_home_opened", "user": as_, "channel": "D0HOME", "tab": tab, "event_ts": "1.0"}
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"EvH{next(_events)}", "event": event}
    assert (await slack.post(json.dumps(body).encode(), JSON)).status == 200


async def click_in_home(slack: Slack, action_id: str, value: str = "INC-1", *, as_: str = ANA) -> None:
    button = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    container = {"type": "view", "view_id": "V0HOME"}
    view = {"id": "V0HOME", "type": "home", "callback_id": ids.HOME}
    payload = slack.interaction("block_actions", as_=as_, container=container, view=view, actions=[button])
    assert await slack.interact(payload) == {}


def waiting(slack: Slack, kind: str = "home") -> list[EffectRow]:
    """What waits unbegun, as a worker would find it a minute later."""
    with slack.store.read("") as tx:
        return [row for row in tx.effects.due(slack.clock.now() + timedelta(minutes=1)) if row.effect.kind == kind]


def prepared(slack: Slack) -> dict[str, Task]:
    """What would be published now, by person; it counts as published."""
    handler: Any = HomeHandler(None)  # type: ignore[arg-type] # nothing is sent
    tasks = {}
    for row in waiting(slack):
        assert isinstance(row.effect, HomePublished)
        with slack.store.begin(TEAM) as tx:
            task = handler.prepare(tx, row)
            tx.effects.lease(row, "lease", tx.now + timedelta(seconds=9), begun=None)
            tx.effects.finish(row.id, "lease", "done", tx.now)
            if task:
                handler.record(tx, task, None)
                tasks[row.effect.person] = task
    return tasks


def facts(slack: Slack, person: str = ANA) -> HomeFacts:
    with slack.store.read(TEAM) as tx:
        visit = tx.homes.get(person)
        return tx.homes.facts(person, visit.since if visit else None)


def numbers(found: Any) -> list[int]:
    return [one.number for one in found]


async def test_home_shows_what_is_mine_and_what_else_is_unresolved_worst_first(slack: Slack) -> None:
    for title in ("a --severity low", "b --severity critical", "c", "d", f"e --assign <@{ANA}|ana>", "f"):
        await slack.slash(f"create {title}", as_=BEN)
    await slack.slash("ack INC-3")
    await slack.slash("resolve INC-6", as_=BEN)
    with slack.store.begin(TEAM) as tx:
        tx.responders.add(4, Invitee(ANA, "asked"), tx.now)
    found = facts(slack)
    assert numbers(found.mine) == [5, 4, 3]
    assert numbers(found.others) == [2, 1]
    assert found.total == 5


async def test_what_is_new_since_the_last_visit_is_known(slack: Slack) -> None:
    await slack.slash("create old")
    await open_home(slack)
    assert facts(slack).since is None
    slack.clock.advance(3600)
    await slack.slash("create new")
    await slack.slash("resolve INC-1")
    slack.clock.advance(60)
    await open_home(slack)
    found = facts(slack)
    assert [one.number for one in found.others if found.changed(one)] == [2]
    assert numbers(found.resolved) == [1]
    slack.clock.advance(60)
    await open_home(slack)
    assert facts(slack).since == found.since


async def test_opening_publishes_and_the_messages_tab_does_not(slack: Slack) -> None:
    await open_home(slack, tab="messages")
    assert waiting(slack) == []
    await open_home(slack)
    await open_home(slack)
    assert set(prepared(slack)) == {ANA}
    await open_home(slack)
    assert set(prepared(slack)) == {ANA}


async def test_a_busy_minute_publishes_once_a_person_and_what_looks_the_same_not_at_all(slack: Slack) -> None:
    for person in (ANA, BEN):
        await open_home(slack, as_=person)
    prepared(slack)
    for number in range(20):
        await slack.slash(f"create busy {number}")
    assert waiting(slack) == []
    assert len(waiting(slack, "homes")) == 1
    slack.clock.advance(EVERY.total_seconds() + 1)
    for _ in range(2):
        with slack.store.begin(TEAM) as tx:
            publish_homes(tx, 0)
    assert set(prepared(slack)) == {ANA, BEN}
    await slack.slash("note INC-1 nothing that Home shows")
    with slack.store.begin(TEAM) as tx:
        publish_homes(tx, 0)
    assert prepared(slack) == {}


async def test_who_opened_home_long_ago_is_left_alone_and_nobody_costs_nothing(slack: Slack) -> None:
    await slack.slash("create before anybody looked")
    assert waiting(slack, "homes") == []
    await open_home(slack)
    prepared(slack)
    slack.clock.advance(LOOKS_FOR.total_seconds() + 1)
    await slack.slash("create later")
    with slack.store.begin(TEAM) as tx:
        publish_homes(tx, 0)
    assert waiting(slack) == []


async def test_a_click_in_home_shows_there_at_once_and_a_refusal_in_a_view(slack: Slack) -> None:
    await slack.slash("create Database is down")
    await open_home(slack)
    prepared(slack)
    await click_in_home(slack, f"{ids.ACKNOWLEDGE_INCIDENT}:1")
    assert slack.kinds() == ["created", "acknowledged"]
    assert "acknowledged" in str(prepared(slack)[ANA].facts["view"])
    await click_in_home(slack, f"{ids.ACKNOWLEDGE_INCIDENT}:1", as_=BEN)
    assert "already acknowledged" in str(slack.answerer.views[-1])
    await click_in_home(slack, f"{ids.RESOLVE_INCIDENT}:1")
    await slack.submit(slack.answerer.views[-1], {ids.RESOLUTION: "restarted"})
    assert slack.kinds()[-1] == "resolved"
    assert "Nothing is unresolved" in str(prepared(slack)[ANA].facts["view"])


async def test_an_incident_is_created_from_home_and_the_answer_takes_the_form_s_place(slack: Slack) -> None:
    await click_in_home(slack, ids.CREATE_INCIDENT_HOME, "new")
    told = await slack.submit(slack.answerer.views[-1], {ids.TITLE: "Shop is slow"})
    assert "INC-1" in str(told["view"])


async def test_who_may_not_look_is_told_so_in_home(slack: Slack, database_url: str) -> None:
    await slack.slash("create Secret")
    await open_home(slack)
    config = read_config("permissions: {roles: {guest: {commands: [], actions: []}}, default: guest}")
    strict = Store(database_url, clock=slack.clock, policy=Policy(permissions=permissions_of(config)))
    view = str(prepared(replace(slack, store=strict))[ANA].facts["view"])
    strict.close()
    assert "Secret" not in view
    assert "guest" in view


@pytest.mark.parametrize("person", ("U0STRANGER", "W0GRID"))
async def test_somebody_we_never_met_has_a_home_too(slack: Slack, store: Store, person: str) -> None:
    await open_home(slack, as_=person)
    with store.read(TEAM) as tx:
        assert tx.people.get(person) is None
    assert set(prepared(slack)) == {person}
