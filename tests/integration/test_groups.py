"""Who leaves a user group loses its role within minutes, by the clock, and an outage of Slack takes it from nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.clients.errors import ClientError, Permanent, Retryable
from incidentbot.delivery.groups import ASK_EVERY, LOOK_EVERY, ask_in_turn
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.policy import Policy
from incidentbot.domain.workspace import Workspace
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.usecases import Cause
from incidentbot.usecases.permit import missing_right

TEAM: Final = "T0ACME"
GROUP: Final = "S0ONCALL1"
BEN: Final = Actor(Source.SLACK, "U0BEN")


class Clock:
    time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class Slack:
    """Says who is in the group, or why it does not."""

    def __init__(self) -> None:
        self.members: list[str] = []
        self.error: ClientError | None = None
        self.asked = 0

    async def group_members(self, _team: str, _group: str) -> list[str]:
        self.asked += 1
        if self.error:
            raise self.error
        return self.members


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    permissions = permissions_of(read_config(f"permissions: {{user_mappings: {{{GROUP}: operator}}}}"))
    store = Store(database_url, clock=Clock(), policy=Policy(permissions=permissions))
    with store.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM), tx.now)
    yield store
    store.close()


def may(store: Store) -> bool:
    with store.read(TEAM) as tx:
        return missing_right(tx, Cause(TEAM, "key", BEN, "button"), Right.ACKNOWLEDGE) is None


async def works_for(store: Store, slack: Any, time: timedelta) -> None:
    """The service looks again and again while so much time passes."""
    clock: Any = store.database._clock  # noqa: SLF001 - the test's own
    end = clock.time + time
    while clock.time < end:
        clock.time += timedelta(seconds=LOOK_EVERY)
        await ask_in_turn(store, slack)


async def test_who_leaves_the_group_loses_the_role_within_two_minutes(store: Store) -> None:
    slack = Slack()
    slack.members = [BEN.id]
    await works_for(store, slack, timedelta(seconds=LOOK_EVERY))
    assert may(store)
    slack.members = []
    await works_for(store, slack, timedelta(minutes=2))
    assert not may(store)


async def test_slack_is_asked_once_a_minute_whatever_the_number_of_processes(store: Store) -> None:
    slack = Slack()
    for _ in range(3):
        await works_for(store, slack, ASK_EVERY)
        await ask_in_turn(store, slack)  # type: ignore[arg-type] # it stands for Slack's client
    assert slack.asked == 3


async def test_while_slack_does_not_answer_nobody_loses_anything(store: Store) -> None:
    slack = Slack()
    slack.members = [BEN.id]
    await works_for(store, slack, timedelta(minutes=1))
    slack.error = Retryable("Slack is away")
    await works_for(store, slack, timedelta(hours=1))
    assert may(store)
    slack.error = Permanent("no such group", "no_such_subteam")
    await works_for(store, slack, timedelta(minutes=2))
    assert not may(store)
