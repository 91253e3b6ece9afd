"""Slow queries have taken every thread and connection: senders are refused in time, people in Slack are answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.lifecycle import State
from incidentbot.domain.policy import Policy
from incidentbot.domain.workspace import Workspace
from incidentbot.settings_file import ConfigFile
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from incidentbot.store.database import POSTGRESQL_KEPT, POSTGRESQL_POOL
from incidentbot.store.precedence import Asker, asked_by
from incidentbot.web.parts import WebParts
from tests.databases import connected
from tests.functional.web.conftest import client_of
from tests.integration.slack_inbound.conftest import SECRET, TEAM, Clock, FakeAnswerer, Slack

# What a slow query waits for: whoever has this lock lets it end.
LOCK = 4711
API_TOKEN = "a-token-for-the-api-that-is-long-enough"


@pytest.fixture
def store(postgresql_url: str, clock: Clock) -> Iterator[Store]:
    policy = Policy(permissions=permissions_of(ConfigFile()))
    made = Store(postgresql_url, clock=clock, policy=policy, patience=0.2)
    with made.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Acme", "https://acme.slack.com/"), clock.now())
    yield made
    made.close()


@pytest.fixture
def slack(store: Store, clock: Clock, answerer: FakeAnswerer) -> Slack:
    entry = build_slack(SlackParts(store, answerer, NopeSightInquirer(None), clock.now), signing_secrets=(SECRET,))
    return Slack(entry, store, clock, answerer)


def slow(store: Store) -> None:
    with store.database.write() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(LOCK)))


@asynccontextmanager
async def all_busy(store: Store, url: str) -> AsyncIterator[None]:
    """Every thread that is for everybody waits for a slow query, for the length of the block."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock AND NOT granted")
    with connected(url) as other:
        other.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
        queries = [asyncio.create_task(store.run(slow)) for _ in range(POSTGRESQL_POOL)]
        try:
            async with asyncio.timeout(60):
                while other.execute(waiting, {"lock": LOCK}).scalar_one() < len(queries):  # noqa: ASYNC110 - the database tells of it in no other way
                    await asyncio.sleep(0.02)
            yield
        finally:
            other.execute(sa.text("SELECT pg_advisory_unlock_all()"))
            await asyncio.gather(*queries)


async def test_a_request_is_refused_in_time_and_may_be_sent_again(
    slack: Slack, store: Store, clock: Clock, postgresql_url: str
) -> None:
    await slack.slash("create DB down")
    async with client_of(WebParts(store, clock.now, api_token=API_TOKEN), API_TOKEN) as api:
        async with all_busy(store, postgresql_url):
            refused = [await api.post("/v1/incidents", json={"title": "x"}), await api.get("/v1/incidents")]
            for answer in refused:
                assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unavailable")
                assert int(answer.headers["retry-after"]) > 0
        assert (await api.post("/v1/incidents", json={"title": "x"})).status_code == 201


async def test_who_clicks_is_answered_all_the_same(slack: Slack, store: Store, postgresql_url: str) -> None:
    await slack.slash("create DB down")
    async with all_busy(store, postgresql_url):
        await slack.click("acknowledge_incident")
        assert slack.incident().state is State.ACKNOWLEDGED


async def test_a_click_that_finds_no_place_either_is_not_acknowledged_and_is_not_done_later(
    slack: Slack, store: Store, postgresql_url: str
) -> None:
    await slack.slash("create DB down")
    async with all_busy(store, postgresql_url):
        with asked_by(Asker.PERSON):
            people = [asyncio.create_task(store.run(slow)) for _ in range(POSTGRESQL_KEPT)]
        await asyncio.sleep(0)  # they come first
        click = urlencode({"payload": json.dumps(slack.click_payload("acknowledge_incident"))}).encode()
        assert (await slack.post(click)).status == 503
    await asyncio.gather(*people)
    assert slack.kinds() == ["created"]
