"""Whom the settings mention is looked up in Slack, seldom; a name that nobody has calls nobody."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from incidentbot.clients.errors import ClientError, Permanent, Retryable
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.mentions import Mentioned
from incidentbot.domain.policy import Policy
from incidentbot.store import Store

NAMES = ("@OnCall", "@ana", "@nobody", "S0GROUP001")


class HandClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class FakeSlack:
    """Groups and people by handle; how often each list was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: ClientError | None = None

    async def groups(self, _team: str) -> Mapping[str, str]:
        self.asked.append("groups")
        if self.error:
            raise self.error
        return {"oncall": "S0ONCALL00"}

    async def members(self, _team: str) -> Mapping[str, str]:
        self.asked.append("members")
        return {"ana": "U0ANA00001", "oncall": "U0WRONG001"}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(database_url: str, clock: HandClock) -> Iterator[Store]:
    made = Store(database_url, clock=clock, policy=Policy(mentions=NAMES))
    yield made
    made.close()


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


def nobodies(store: Store, team: str) -> list[str]:
    """The names that were looked up in Slack and found with nobody."""
    with store.read(team) as tx:
        known = tx.mentions.known(NAMES)
    return [name for name, found in known.items() if not found]


def mentioned(store: Store, slack: FakeSlack) -> Mentioned:
    return Mentioned(store, cast(SlackClient, slack))


async def test_a_group_comes_before_a_person_and_an_id_is_itself(store: Store, slack: FakeSlack) -> None:
    found = await mentioned(store, slack).ids("T1", NAMES)
    assert found == {"@OnCall": ("S0ONCALL00",), "@ana": ("U0ANA00001",), "@nobody": (), "S0GROUP001": ("S0GROUP001",)}
    assert nobodies(store, "T1") == ["@nobody"]
    assert nobodies(store, "T2") == []
    assert await mentioned(store, slack).ids("T1", NAMES) == found
    assert slack.asked == ["groups", "members"]


async def test_people_are_listed_again_only_after_hours(store: Store, slack: FakeSlack, clock: HandClock) -> None:
    for _ in range(5):
        await mentioned(store, slack).look_up("T1", NAMES)
        clock.time += timedelta(minutes=10)
    assert slack.asked.count("members") == 1
    assert slack.asked.count("groups") == 5
    clock.time += timedelta(hours=6)
    await mentioned(store, slack).look_up("T1", NAMES)
    assert slack.asked.count("members") == 2


@pytest.mark.parametrize("error", (Retryable("busy"), Permanent("missing_scope", "missing_scope")))
async def test_while_slack_does_not_say_who_it_is_it_is_nobody_unless_asking_again_may_help(
    store: Store, slack: FakeSlack, error: ClientError
) -> None:
    slack.error = error
    assert await mentioned(store, slack).ids("T1", ["@oncall"]) == {"@oncall": ()}
    assert nobodies(store, "T1") == []
    insisting: Any = mentioned(store, slack).ids("T1", ["@oncall"], insist=True)
    if isinstance(error, Permanent):
        assert await insisting == {"@oncall": ()}
    else:
        with pytest.raises(Retryable):
            await insisting
