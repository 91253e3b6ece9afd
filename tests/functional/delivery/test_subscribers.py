"""Programs that follow incidents hear of every change, in order, signed, until they took it; nobody waits for them."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from incidentbot.bootstrap import permissions_of, receivers_of, subscriptions_of
from incidentbot.clients.subscribers import SubscriberClient
from incidentbot.delivery.claim import ABROAD_AT_ONCE, Timings
from incidentbot.delivery.handlers.announcement import AnnouncementHandler
from incidentbot.delivery.worker import Worker
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries.subscribers import behind, lags
from incidentbot.settings_file import ConfigFile, read_config
from incidentbot.store import Store
from incidentbot.usecases import Cause, acknowledge, add_note, create, resolve
from incidentbot.usecases.announce_again import announce_again
from incidentbot.usecases.replay import replay
from incidentbot.web.shapes import announced
from tests.clocks import HandClock

TEAM = Workspace("T0ACME", "Acme", "https://acme.slack.com/")
OTHER = Workspace("T0GLOBEX", "Globex", "https://globex.slack.com/")
ACTOR = Actor(Source.CLI, name="cli")
SECRETS = ("a-new-secret-of-the-status-page-0123456789", "an-old-secret-of-the-status-page-0123456789")
CONFIG = f"""
subscribers:
  - {{name: page, url: "https://page.example/hook", secret: "{",".join(SECRETS)}"}}
  - name: few
    url: "http://few:8080/"
    secret: "{SECRETS[0]}"
    changes: [resolved]
    team: T0ACME
"""


class Programs:
    """Every program on the other side: what each heard, and what it answers next."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Mapping[str, str], dict[str, Any]]] = []
        self.tried: Counter[str] = Counter()
        self.attempts: list[tuple[str, str, int]] = []
        self.answers: Callable[[str, dict[str, Any]], Awaitable[int]] = self._takes

    async def _takes(self, _host: str, _told: dict[str, Any]) -> int:
        return 204

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        self.tried[request.url.host] += 1
        self.attempts.append((request.url.host, request.headers["webhook-id"], told["data"]["entry"]["seq"]))
        status = await self.answers(request.url.host, told)
        if status == 204:
            assert signed(request.headers, request.content)
            self.heard.append((request.url.host, request.headers, told))
        return httpx.Response(status, headers={"Location": "https://elsewhere.example/"} if status == 302 else {})

    def of(self, host: str, ref: str) -> list[tuple[int, str]]:
        """The number and type of what one heard of an incident."""
        return [
            (told["data"]["entry"]["seq"], told["type"])
            for name, _, told in self.heard
            if name == host and told["data"]["incident"]["ref"] == ref
        ]


def signed(headers: Mapping[str, str], body: bytes) -> bool:
    """As a program checks it that knows one of the two secrets alone."""
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(SECRETS[0].encode(), message, hashlib.sha256).digest()).decode()
    return f"v1,{digest}" in headers["webhook-signature"].split()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 3, 1, tzinfo=UTC))


@pytest.fixture
def file() -> ConfigFile:
    return read_config(CONFIG)


@pytest.fixture
def store(database_url: str, clock: HandClock, file: ConfigFile) -> Iterator[Store]:
    policy = Policy(posting=False, permissions=permissions_of(file), subscriptions=subscriptions_of(file))
    made = Store(database_url, clock=clock, policy=policy)
    for workspace in (TEAM, OTHER):
        with made.begin(workspace.team_id) as tx:
            tx.installations.save(workspace, tx.now)
    yield made
    made.close()


@pytest.fixture
def programs() -> Programs:
    return Programs()


@asynccontextmanager
async def working(store: Store, clock: HandClock, file: ConfigFile, programs: Programs) -> AsyncIterator[None]:
    client = SubscriberClient(receivers_of(file), clock.now, httpx.MockTransport(programs))
    handler = AnnouncementHandler(client, announced, clock.now)
    timings = Timings(look=timedelta(seconds=0.02))
    worker = Worker(store, {"announcement": handler}, {}, timings)
    running = asyncio.ensure_future(worker.run())
    try:
        yield
    finally:
        await worker.stop(0.0)
        await running
        await client.close()


async def until(true: Callable[[], bool], ticking: HandClock | None = None) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)
            if ticking:
                ticking.at += timedelta(seconds=1)


def cause(key: str, team: str = TEAM.team_id) -> Cause:
    return Cause(team, key, ACTOR, "cli")


def lived(store: Store, team: str = TEAM.team_id, *, ref: str = "INC-1") -> None:
    create(store, cause(f"{ref} 1", team), Draft("Checkout is slow", Severity.HIGH))
    acknowledge(store, cause(f"{ref} 2", team), ref)
    add_note(store, cause(f"{ref} 3", team), ref, "ünï <!channel> 🧯")
    resolve(store, cause(f"{ref} 4", team), ref)


WHOLE = [(1, "incident.created"), (2, "incident.acknowledged"), (3, "incident.note"), (4, "incident.resolved")]


async def test_every_change_is_told_once_in_order_with_the_incident(
    store: Store, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    lived(store)
    async with working(store, clock, file, programs):
        await until(lambda: not behind(store))
    assert programs.of("page.example", "INC-1") == WHOLE
    told = programs.heard[-1][2]
    assert told["data"]["incident"]["state"] == "resolved"
    assert told["data"]["team"] == TEAM.team_id
    assert len({headers["webhook-id"] for _, headers, _ in programs.heard}) == len(programs.heard)


async def test_each_hears_of_what_it_asked_for_alone(
    store: Store, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    lived(store)
    lived(store, OTHER.team_id)
    async with working(store, clock, file, programs):
        await until(lambda: not behind(store))
    assert [(name, told["type"], told["data"]["team"]) for name, _, told in programs.heard if name == "few"] == [
        ("few", "incident.resolved", TEAM.team_id)
    ]
    assert sorted(programs.of("page.example", "INC-1")) == sorted(WHOLE * 2)


async def test_what_was_not_taken_is_told_again_under_the_same_id_and_what_follows_waits(
    store: Store, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    async def thrice(host: str, told: dict[str, Any]) -> int:
        refused = host == "page.example" and told["data"]["entry"]["seq"] == 2 and programs.tried["again"] < 3
        if not refused:
            return 204
        programs.tried["again"] += 1
        return (500, 302, 404)[programs.tried["again"] - 1]

    programs.answers = thrice
    lived(store)
    async with working(store, clock, file, programs):
        await until(lambda: not behind(store), ticking=clock)
    assert programs.of("page.example", "INC-1") == WHOLE
    assert programs.tried["again"] == 3
    ids = [one for host, one, seq in programs.attempts if host == "page.example" and seq == 2]
    assert len(ids) == 4
    assert len(set(ids)) == 1


async def test_one_that_does_not_answer_keeps_nobody_waiting(
    store: Store, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    stuck, ended = asyncio.Event(), 16

    async def slow(host: str, _told: dict[str, Any]) -> int:
        if host == "page.example":
            await stuck.wait()
        return 204

    programs.answers = slow
    for number in range(1, ended + 1):
        lived(store, ref=f"INC-{number}")
    async with working(store, clock, file, programs):
        await until(lambda: len([name for name, *_ in programs.heard if name == "few"]) == ended)
        assert programs.tried["page.example"] == ABROAD_AT_ONCE
        stuck.set()
        await until(lambda: not behind(store))
    assert all(programs.of("page.example", f"INC-{number}") == WHOLE for number in range(1, ended + 1))


async def test_after_a_day_it_is_given_up_and_can_be_replayed(
    store: Store, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    async def never(_host: str, _told: dict[str, Any]) -> int:
        return 503

    create(store, cause("1"), Draft("Checkout is slow", Severity.HIGH))
    programs.answers = never
    async with working(store, clock, file, programs):
        await until(lambda: bool(behind(store)["page"].problem))
        clock.at += timedelta(hours=23)
        assert lags(store)["page"] == timedelta(hours=23).total_seconds()
        assert behind(store)["page"].given_up == 0
        clock.at += timedelta(hours=1)
        await until(lambda: behind(store)["page"].given_up == 1, ticking=clock)
        assert "503" in behind(store)["page"].problem
        programs.answers = Programs().answers
        replay(store, TEAM.team_id, ACTOR)
        await until(lambda: not behind(store))
    assert programs.of("page.example", "INC-1") == WHOLE[:1]


async def test_one_that_wants_to_hear_no_more_is_told_no_more_of_it(
    store: Store, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    async def gone(_host: str, _told: dict[str, Any]) -> int:
        return 410

    programs.answers = gone
    create(store, cause("1"), Draft("Checkout is slow", Severity.HIGH))
    async with working(store, clock, file, programs):
        await until(lambda: "page" in behind(store) and behind(store)["page"].given_up == 1)
    assert programs.tried["page.example"] == 1


async def test_it_is_told_again_what_became_of_an_incident(
    store: Store, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    lived(store)
    page, few = subscriptions_of(file)
    async with working(store, clock, file, programs):
        await until(lambda: not behind(store))
        programs.heard.clear()
        assert announce_again(store, TEAM.team_id, ACTOR, page, "INC-1", since=3) == 2
        assert announce_again(store, TEAM.team_id, ACTOR, few, "INC-1") == 1
        await until(lambda: not behind(store))
    assert programs.of("page.example", "INC-1") == WHOLE[2:]
    assert programs.of("few", "INC-1") == WHOLE[3:]


async def test_a_program_that_came_later_can_be_told_the_past(
    store: Store, database_url: str, clock: HandClock, file: ConfigFile, programs: Programs
) -> None:
    alone = Policy(posting=False, permissions=permissions_of(file))
    with closing(Store(database_url, clock=clock, policy=alone)) as before:
        lived(before)
    assert not behind(store)
    assert announce_again(store, TEAM.team_id, ACTOR, subscriptions_of(file)[0], "INC-1") == len(WHOLE)
    async with working(store, clock, file, programs):
        await until(lambda: not behind(store))
    assert programs.of("page.example", "INC-1") == WHOLE


async def test_one_that_the_settings_name_no_more_is_forgotten(
    store: Store, clock: HandClock, programs: Programs
) -> None:
    lived(store)
    async with working(store, clock, ConfigFile(), programs):
        await until(lambda: not behind(store))
    assert programs.heard == []
