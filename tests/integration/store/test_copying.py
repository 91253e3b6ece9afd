"""Moving to another database brings every row of every table there as it was, and may be broken off at any moment."""

from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from incidentbot.store import Store, copying
from incidentbot.store.copying import COPIED, CopyRefused, copy
from incidentbot.store.database import Database, DataRefused
from incidentbot.store.replicas import Replica
from incidentbot.store.tables import inbox, incidents, people
from tests.integration.store.rows import CLOCK, ROWS, everything, fill, value


def ignore(_table: str, _rows: int, _new: int) -> None:
    """Nobody watches."""


def execute(url: str, statement: sa.Executable) -> None:
    with closing(Database(url, CLOCK)) as database, database.write() as connection:
        connection.execute(statement)


@pytest.fixture(params=("to PostgreSQL", "to SQLite"))
def way(request: pytest.FixtureRequest, sqlite_url: str, empty_postgresql_url: str) -> tuple[str, str]:
    """The database to move from, with rows in every table, and the one to move to."""
    if request.param == "to SQLite":
        empty = request.getfixturevalue("empty_sqlite_url")
        source = request.getfixturevalue("postgresql_url")
        fill(source)
        return source, empty
    fill(sqlite_url)
    return sqlite_url, empty_postgresql_url


def test_every_row_of_every_table_arrives_as_it_was(way: tuple[str, str]) -> None:
    source, target = way
    told: list[tuple[str, int, int]] = []
    copy(source, target, CLOCK, lambda *one: told.append(one))
    assert everything(target) == everything(source)
    assert told == [(table.name, ROWS, ROWS) for table in COPIED]


@pytest.fixture
def to_postgresql(sqlite_url: str, empty_postgresql_url: str) -> tuple[str, str]:
    fill(sqlite_url)
    return sqlite_url, empty_postgresql_url


def broken_off(source: str, target: str, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """A try that dies with the commit number `after`."""
    commits = iter(range(after))
    insert = copying._insert  # noqa: SLF001 - where the power goes

    def dying(*args: Any) -> None:
        if next(commits, None) is None:
            raise KeyboardInterrupt
        insert(*args)

    with monkeypatch.context() as patch:
        patch.setattr(copying, "BATCH", 2)
        patch.setattr(copying, "_insert", dying)
        with pytest.raises(KeyboardInterrupt):
            copy(source, target, CLOCK, ignore)


def test_a_try_that_died_is_gone_on_with(to_postgresql: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = to_postgresql
    broken_off(source, target, monkeypatch, 10)
    broken_off(source, target, monkeypatch, 25)
    told: list[tuple[str, int, int]] = []
    copy(source, target, CLOCK, lambda *one: told.append(one))
    assert everything(target) == everything(source)
    assert told[0] == (COPIED[0].name, ROWS, 0)
    assert told[-1] == (COPIED[-1].name, ROWS, ROWS)


def test_doing_it_again_changes_nothing(to_postgresql: tuple[str, str]) -> None:
    for _ in range(2):
        copy(*to_postgresql, CLOCK, ignore)
    assert everything(to_postgresql[1]) == everything(to_postgresql[0])


def test_what_is_there_otherwise_is_never_overwritten(to_postgresql: tuple[str, str]) -> None:
    source, target = to_postgresql
    copy(source, target, CLOCK, ignore)
    execute(target, sa.update(incidents).where(incidents.c.number == 3).values(title="Theirs"))
    with pytest.raises(CopyRefused, match="incidents"):
        copy(source, target, CLOCK, ignore)
    assert [row["title"] for row in everything(target)["incidents"] if row["number"] == 3] == ["Theirs"]


def test_rows_that_the_source_has_not_are_found(to_postgresql: tuple[str, str]) -> None:
    source, target = to_postgresql
    copy(source, target, CLOCK, ignore)
    execute(source, sa.delete(people).where(people.c.id == value(people.c.id, 1)))
    with pytest.raises(CopyRefused, match="people"):
        copy(source, target, CLOCK, ignore)


def test_a_row_that_got_lost_is_found(to_postgresql: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the check: a copy that loses rows is not called whole."""
    insert = copying._insert  # noqa: SLF001 - what loses one
    monkeypatch.setattr(copying, "_insert", lambda write, table, rows: insert(write, table, rows[:-1]))
    with pytest.raises(CopyRefused, match="did not arrive"):
        copy(*to_postgresql, CLOCK, ignore)


def test_a_value_that_the_target_does_not_take_is_named(to_postgresql: tuple[str, str]) -> None:
    source, target = to_postgresql
    execute(source, sa.update(inbox).values(source="longer than a column may be in PostgreSQL"))
    with pytest.raises(DataRefused, match="inbox"):
        copy(source, target, CLOCK, ignore)


@pytest.fixture(params=(0, 1), ids=("of the source", "of the target"))
def at_work(request: pytest.FixtureRequest, sqlite_url: str, postgresql_url: str) -> tuple[str, str]:
    """Both databases, one of them with a process that lives."""
    urls = (sqlite_url, postgresql_url)
    with closing(Store(urls[request.param], clock=CLOCK)) as store, store.begin("") as tx:
        tx.replicas.seen(Replica("a", "host-a", "1.0", serves=True, works=True), tx.now)
    return urls


def test_nothing_is_moved_while_a_process_is_at_work(at_work: tuple[str, str]) -> None:
    with pytest.raises(CopyRefused, match="host-a"):
        copy(*at_work, CLOCK, ignore)


def test_an_empty_source_is_no_source(empty_sqlite_url: str, postgresql_url: str) -> None:
    with pytest.raises(CopyRefused, match="nothing"):
        copy(empty_sqlite_url, postgresql_url, CLOCK, ignore)
