"""A dedupe key belongs to one unresolved incident at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from incidentbot.bootstrap import policy_of
from incidentbot.domain.incident import Draft
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import create
from incidentbot.usecases.reopen import reopen
from incidentbot.usecases.resolve import resolve

TEAM = "T1"


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    policy = policy_of(load({"DATABASE_URL": database_url, "SLACK_SIGNING_SECRET": "s" * 32}))
    made = Store(database_url, clock=Clock(), policy=policy)
    with made.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Acme", "https://acme.slack.com/"), tx.now)
    yield made
    made.close()


def cause(key: str) -> Cause:
    return Cause(TEAM, key, Actor(Source.SLACK, "U1", "ana"), "slash_command")


def test_a_reopened_incident_leaves_its_key_to_the_one_that_has_it_meanwhile(store: Store) -> None:
    create(store, cause("one"), Draft("First", Severity.HIGH, dedupe_key="disk"))
    resolve(store, cause("over"), "INC-1")
    create(store, cause("two"), Draft("Second", Severity.HIGH, dedupe_key="disk"))
    again = reopen(store, cause("again"), "INC-1")
    assert isinstance(again, Done)
    assert again.incident.state == "open"
    same = create(store, cause("three"), Draft("Third", Severity.HIGH, dedupe_key="disk"))
    assert isinstance(same, Done)
    assert same.incident.reference == "INC-2"


def test_one_that_is_reopened_while_its_key_is_free_keeps_it(store: Store) -> None:
    create(store, cause("one"), Draft("First", Severity.HIGH, dedupe_key="disk"))
    resolve(store, cause("over"), "INC-1")
    reopen(store, cause("again"), "INC-1")
    same = create(store, cause("two"), Draft("Second", Severity.HIGH, dedupe_key="disk"))
    assert isinstance(same, Done)
    assert same.incident.reference == "INC-1"
