"""The overview while much goes on: it follows every change, shows the worst, and is given up once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.claim import Claim, Timings
from incidentbot.delivery.handlers.overview import OverviewHandler
from incidentbot.delivery.record import failed
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import OverviewCurrent
from incidentbot.queries.overview import unresolved_now
from incidentbot.settings_file import ConfigFile
from incidentbot.store import Store
from incidentbot.store.overviews import Overview
from incidentbot.usecases import Cause, create
from incidentbot.usecases.overview import overview_deleted
from tests.clocks import HandClock

TEAM = "T0ACME"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 3, 1, tzinfo=UTC))


@pytest.fixture
def store(database_url: str, clock: HandClock) -> Iterator[Store]:
    policy = Policy(permissions=permissions_of(ConfigFile()), overview_channel="#reports")
    made = Store(database_url, clock=clock, policy=policy)
    with made.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Acme", "https://acme.slack.com/"), tx.now)
    yield made
    made.close()


def created(store: Store, number: int, severity: Severity = Severity.LOW) -> None:
    create(store, Cause(TEAM, str(number), Actor(Source.CLI, name="cli"), "cli"), Draft(f"Number {number}", severity))


def shown(store: Store, now: datetime) -> bool:
    """Whether the overview is due; if so it is told."""
    with store.begin(TEAM) as tx:
        due = [row for row in tx.effects.due(now) if row.effect.kind == OverviewCurrent.kind]
        for row in due:
            tx.effects.lease(row, "lease", now + timedelta(seconds=20), begun=now)
            tx.effects.finish(row.id, "lease", "done", now)
    return bool(due)


def test_what_changes_without_a_pause_does_not_put_it_off(store: Store, clock: HandClock) -> None:
    edits = 0
    for number in range(1, 61):
        created(store, number)
        clock.at += timedelta(seconds=0.75)
        edits += shown(store, clock.at)
    assert edits == 4


def test_what_changes_after_it_was_posted_anew_is_shown_too(store: Store, clock: HandClock) -> None:
    created(store, 1)
    with store.begin(TEAM) as tx:
        tx.overviews.save(Overview("#reports", "C0REPORTS", "1.0"))
    overview_deleted(store, TEAM, "C0REPORTS", "1.0")
    assert shown(store, clock.at)
    clock.at += timedelta(seconds=1)
    created(store, 2)
    clock.at += timedelta(seconds=11)
    assert shown(store, clock.at)


def test_the_worst_is_shown_however_many_began_after_it(store: Store) -> None:
    created(store, 1, Severity.CRITICAL)
    for number in range(2, 204):
        created(store, number)
    with store.read(TEAM) as tx:
        listed, total = unresolved_now(tx)
    assert (listed[0].incident.number, total) == (1, 203)


def refused(store: Store, clock: HandClock) -> str:
    """What becomes of the overview that is due, where its channel is archived."""

    async def no_token(_team_id: str) -> str:
        raise AssertionError

    handler = OverviewHandler(SlackClient("https://slack.example/api/", no_token, clock.now))
    with store.begin(TEAM) as tx:
        (row,) = [one for one in tx.effects.due(tx.now) if one.effect.kind == OverviewCurrent.kind]
        tx.effects.lease(row, "lease", tx.now + timedelta(seconds=20), begun=tx.now)
        task = handler.prepare(tx, row)
    assert task is not None
    return failed(store, Claim(task, "lease", looks_up=False), handler, Permanent("archived", "is_archived"), Timings())


def test_where_it_cannot_be_one_is_given_up_however_often_something_changes(store: Store, clock: HandClock) -> None:
    ends = []
    for number in (1, 2, 3):
        created(store, number)
        clock.at += timedelta(seconds=12)
        ends.append(refused(store, clock))
    assert ends == ["parked", "replanned", "replanned"]
    with store.read(TEAM) as tx:
        assert [one.kind for one in tx.parked.page(["parked"])] == [OverviewCurrent.kind]
