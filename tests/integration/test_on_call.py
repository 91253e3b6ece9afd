"""Who is on call by each kind of source, at the moment when it is asked, and what an escalation makes of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from incidentbot.bootstrap import policy_of
from incidentbot.clients.errors import Permanent, Retryable
from incidentbot.delivery.on_call import ASK_EVERY, ask_in_turn
from incidentbot.domain.cmdb import Owner
from incidentbot.domain.incident import Draft
from incidentbot.domain.on_call import Duty
from incidentbot.domain.people import Actor, Person, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries.on_call import on_call, on_call_by
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import create
from incidentbot.usecases.fire import fire_due
from tests.clocks import HandClock

TEAM = "T1"
FILE = """
incidents:
  escalate_after: {critical: 20m}
  remind_unacknowledged_after: {}
  escalate_to: [["@Primary", "@dba"], "@web", "@head"]
on_call:
  primary:
    schedule:
      people: ["@ana", UBEN]
      start: 2026-03-02 09:00
      length: 7d
      time_zone: Europe/Berlin
      overrides: [{person: "@nobody", since: 2026-03-20 09:00, until: 2026-03-21 09:00}]
  dba: {user_group: "@dba-group"}
  web: {nopesight_team: {ci: PROD-WEB-01, team: web}}
"""


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 3, 3, 12, tzinfo=UTC))


@pytest.fixture
def store(database_url: str, tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    file = tmp_path / "incidentbot.yaml"
    file.write_text(FILE, encoding="utf-8")
    environ = {"DATABASE_URL": database_url, "SLACK_SIGNING_SECRET": "s" * 32, "INCIDENTBOT_CONFIG": str(file)}
    store = Store(database_url, clock=clock, policy=policy_of(load(environ)))
    with store.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Acme", "https://acme.slack.com/"), tx.now)
        for name, found in (("@ana", "UANA"), ("@nobody", ""), ("@dba-group", "S0DBA"), ("@head", "UHEAD")):
            tx.mentions.learn(name, found, tx.now)
        tx.groups.replace("S0DBA", ["UCYD", "UDEE"])
    yield store
    store.close()


class World:
    """NopeSight's owners and Slack's people."""

    def __init__(self) -> None:
        self.owners: Sequence[Owner] = (
            Owner("Eli", "eli@acme.example", "owner", team="Web"),
            Owner("Fay", "Fay@acme.example", "on_call", team="Web"),
            Owner("Gil", "gil@acme.example", "on_call", team="Data"),
        )
        self.away = False

    async def find_cis(self, name: str) -> Sequence[Any]:
        if self.away:
            raise Retryable("NopeSight is away")
        return [SimpleNamespace(id="ci_1", name=name)]

    async def owners_of(self, _ci: str) -> Sequence[Owner]:
        return self.owners

    async def person_by_email(self, _team: str, email: str) -> Person | None:
        name = email.partition("@")[0]
        return Person(f"U{name.upper()}", name, email) if name != "gone" else None

    async def person(self, _team: str, user: str) -> Person:
        if user == "UBEN":
            raise Permanent("users.info: user_not_found", "user_not_found")
        return Person(user, user.lower())


async def asked(store: Store, world: Any) -> None:
    await ask_in_turn(store, world, world)


def names(store: Store, name: str) -> Duty:
    duty = on_call_by(store, TEAM, name)
    assert duty is not None
    return duty


def test_a_schedule_says_who_it_is_until_when_and_who_is_next(store: Store, clock: HandClock) -> None:
    now = names(store, "@PRIMARY")
    assert (now.people, now.after) == (("UANA",), "UBEN")
    assert now.until == datetime(2026, 3, 9, 8, tzinfo=UTC)
    clock.at = datetime(2026, 3, 30, 7, tzinfo=UTC)  # 9:00 in Berlin: summer time began the day before
    assert names(store, "primary").people == ("UANA",)
    assert on_call_by(store, TEAM, "secondary") is None
    assert on_call_by(store, TEAM, "head") is None  # a person, whom everybody may name anyway


def test_a_user_group_is_called_as_one(store: Store) -> None:
    assert names(store, "dba").called == ("S0DBA",)
    assert names(store, "dba").people == ("UCYD", "UDEE")


async def test_a_team_of_nopesight_is_those_on_call_in_it_and_else_all_of_it(store: Store, clock: HandClock) -> None:
    world = World()
    assert names(store, "web").people == ()
    await asked(store, world)
    assert names(store, "web").people == ("UFAY",)
    world.owners = world.owners[:1]
    await asked(store, world)
    assert names(store, "web").people == ("UFAY",)  # asked a moment ago
    clock.at += ASK_EVERY
    await asked(store, world)
    assert names(store, "web").people == ("UELI",)
    world.away = True
    clock.at += ASK_EVERY
    await asked(store, world)
    assert names(store, "web").people == ("UELI",)  # what it last said holds


async def test_whom_nobody_knows_is_warned_of(store: Store) -> None:
    world = World()
    world.owners = (Owner("Gone", "gone@acme.example", team="Web"),)
    with structlog.testing.capture_logs() as logged:
        await asked(store, world)
    warned = {(one["event"], one["on_call"]) for one in logged if one["log_level"] == "warning"}
    assert warned == {("on_call.unknown", "primary"), ("on_call.nobody", "web")}


def test_a_step_tells_everybody_of_it_and_whoever_is_on_call_when_it_fires(store: Store, clock: HandClock) -> None:
    clock.at = datetime(2026, 3, 20, 7, 50, tzinfo=UTC)
    create(store, Cause(TEAM, "key", Actor(Source.SLACK, "UZOE"), "slash_command"), Draft("Fire", Severity.CRITICAL))
    clock.at += timedelta(minutes=20)  # the override by somebody unknown has begun
    while fire_due(store):
        pass
    with store.read(TEAM) as tx:
        told = [one.data for one in tx.timeline.page(1, limit=10) if one.kind == "escalated"]
        invited = {one.id for one in tx.responders.of(1)}
    assert told[0]["people"] == ["@primary", "S0DBA"]
    assert "unreached" not in told[0]
    assert invited == {"UCYD", "UDEE"}
    assert [len(told), told[0]["of"]] == [1, 3]
    clock.at += timedelta(minutes=20)
    while fire_due(store):
        pass
    with store.read(TEAM) as tx:
        told = [one.data for one in tx.timeline.page(1, limit=10) if one.kind == "escalated"]
    assert [one["people"] for one in told[1:]] == [["@web"], ["UHEAD"]]  # nobody of web: the next step at once


def test_everybody_on_call_is_listed_whom_the_settings_name_so(store: Store) -> None:
    assert [one.name for one in on_call(store, TEAM)] == ["@primary", "@dba", "@web", "@head"]
