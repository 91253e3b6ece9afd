"""Many at one database: nothing is done twice, what runs into each other is run again, and nobody waits for ever."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock
from incidentbot.delivery.claim import Timings, claim
from incidentbot.delivery.task import Task
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import MaintenanceOver, Repeat
from incidentbot.store import DatabaseUnavailable, Store, Transaction
from incidentbot.store.database import POSTGRESQL_KEPT, POSTGRESQL_POOL, RunAgain
from incidentbot.store.effects import EffectRow, Planned
from tests.databases import connected
from tests.integration.test_claiming import Everywhere

TEAM = "T0ACME"
EFFECTS = 120
WORKERS = 8


class Unlimited(Everywhere):
    """Every call may go."""

    def prepare(self, _tx: Transaction, row: EffectRow) -> Task:
        return Task(row, Repeat.AGAIN)


@pytest.fixture
def stores(database_url: str) -> Iterator[list[Store]]:
    """Of two replicas."""
    clock = SystemClock() if database_url.startswith("sqlite") else None
    made = [Store(database_url, clock=clock) for _ in range(2)]
    with made[0].begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Acme", "https://acme.slack.com/"), tx.now)
    yield made
    for store in made:
        store.close()


def test_no_effect_is_claimed_twice(stores: list[Store]) -> None:
    with stores[0].begin(TEAM) as tx:
        planned = [MaintenanceOver(0, number) for number in range(EFFECTS)]
        tx.effects.add([Planned(one, Severity.LOW, "", waits=False, due_at=tx.now) for one in planned], tx.now)
    handlers, barrier = {MaintenanceOver.kind: Unlimited()}, threading.Barrier(WORKERS)

    def work(number: int) -> list[str]:
        barrier.wait()
        found: list[str] = []
        while claims := claim(stores[number % 2], handlers, Timings(), most=5).claims:
            found += [one.task.row.id for one in claims]
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        claimed = Counter(one for found in pool.map(work, range(WORKERS)) for one in found)
    assert len(claimed) == EFFECTS
    assert set(claimed.values()) == {1}


def test_whoever_waits_for_sqlites_writer_gets_through_when_it_is_done(sqlite_url: str) -> None:
    store = Store(sqlite_url, clock=SystemClock())
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(_write, store)
            assert not writing.done()
            other.rollback()
            writing.result()
    store.close()


def test_a_writer_that_never_ends_is_told_as_a_database_that_is_away(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidentbot.store.database.BUSY_TIMEOUT_MS", 50)
    store = Store(sqlite_url, clock=SystemClock())
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable):
            _write(store)
        other.rollback()
    _write(store)
    store.close()


def test_two_that_run_into_each_other_both_get_through(postgresql_url: str) -> None:
    store, meet = Store(postgresql_url), threading.Barrier(2)
    tries: Counter[int] = Counter()

    def unit(first: int, second: int) -> None:
        with store.database.write() as connection:
            tries[first] += 1
            _lock(connection, first)
            if tries[first] == 1:
                meet.wait()
            _lock(connection, second)

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(store.database.retrying, partial(unit, *order)) for order in ((1, 2), (2, 1))]
        for one in both:
            one.result()
    assert sorted(tries.values()) == [1, 2]
    store.close()


def test_a_connection_that_is_cut_in_the_middle_is_begun_anew(postgresql_url: str) -> None:
    store, pids = Store(postgresql_url), list[int]()

    def unit() -> None:
        with store.database.write() as connection:
            pids.append(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
            if len(pids) == 1:
                with connected(postgresql_url) as other:
                    other.execute(sa.text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pids[0]})
            connection.execute(sa.text("SELECT 1"))

    store.database.retrying(unit)
    assert len(set(pids)) == 2
    store.close()


def test_what_always_runs_into_something_is_told_after_five_tries(sqlite_url: str) -> None:
    store, tries = Store(sqlite_url, clock=SystemClock()), list[int]()

    def unit() -> None:
        tries.append(1)
        raise RunAgain("a deadlock")

    with pytest.raises(DatabaseUnavailable):
        store.database.retrying(unit)
    assert len(tries) == 5
    store.close()


def test_where_all_connections_are_taken_nobody_waits_for_ever(postgresql_url: str) -> None:
    store = Store(postgresql_url)
    with ExitStack() as stack:
        for _ in range(POSTGRESQL_POOL + POSTGRESQL_KEPT):
            stack.enter_context(store.database.read()).execute(sa.text("SELECT 1"))
        with pytest.raises(DatabaseUnavailable, match="all database connections"):
            _write(store)
    _write(store)
    store.close()


def _write(store: Store) -> None:
    with store.begin(TEAM) as tx:
        tx.limits.block("something", tx.now)


def _lock(connection: sa.Connection, number: int) -> None:
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
