"""Whose channel may be archived: the one that was made for an incident, and none that there was before."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from incidentbot.bootstrap import policy_of
from incidentbot.domain.incident import Draft
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.refusals import ChannelRefused
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import ChannelArchived
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.usecases import Cause, create, resolve
from incidentbot.usecases.own_channel import archive_channel, channel_opened, move_to_channel

TEAM = "T1"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return NOON


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    settings = load({"DATABASE_URL": sqlite_url, "SLACK_SIGNING_SECRET": "s" * 32})
    made = Store(sqlite_url, clock=Clock(), policy=policy_of(settings))
    with made.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Acme", "https://acme.slack.com/"), tx.now)
    yield made
    made.close()


def cause(key: str) -> Cause:
    return Cause(TEAM, key, Actor(Source.SLACK, "UANA", "ana"), "button")


def archiving_of(store: Store, wanted: str, channel: str) -> tuple[object, int]:
    """What comes of archiving the channel of a resolved incident, and how often that is planned."""
    assert isinstance(create(store, cause("1"), Draft("Nobody can pay", Severity.HIGH)), Done)
    assert isinstance(move_to_channel(store, cause("2"), "INC-1", wanted), Done)
    with store.begin(TEAM) as tx:
        channel_opened(tx, 1, channel)
    assert isinstance(resolve(store, cause("3"), "INC-1", "Rolled back"), Done)
    outcome = archive_channel(store, cause("4"), "INC-1")
    with store.begin(TEAM) as tx:
        planned = tx.effects.next_seq(f"{ChannelArchived.kind}:1") - 1
    return outcome, planned


def test_a_channel_that_was_made_for_the_incident_is_archived(store: Store) -> None:
    outcome, planned = archiving_of(store, "", "C0OWN00001")
    assert isinstance(outcome, Done)
    assert planned == 1


def test_a_channel_that_there_was_before_is_never_archived(store: Store) -> None:
    outcome, planned = archiving_of(store, "C0GENERAL0", "C0GENERAL0")
    assert outcome == ChannelRefused("INC-1", "not_made", "C0GENERAL0")
    assert planned == 0
