"""What is run past SQLAlchemy is what SQLAlchemy would have run: values, counts, errors, transactions."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock
from incidentbot.domain.people import Actor, Source
from incidentbot.store import Store
from incidentbot.store.database import RunAgain
from incidentbot.store.statement import Statement
from incidentbot.store.tables import channels, jobs, preferences

NOON = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
TEAM = {"team_id": "T0TEAM"}
COLUMNS = ("team_id", "name", "id", "learned_at")
INSERT = Statement(sa.insert(channels), COLUMNS)
READ = Statement(sa.select(channels).where(channels.c.team_id == sa.bindparam("team_id")).order_by(channels.c.name))
MOVE = Statement(sa.update(channels).where(channels.c.name == sa.bindparam("of_name")).values(id="C0MOVED"))
DROP = Statement(sa.delete(channels).where(channels.c.id == sa.bindparam("of_id")).returning(channels.c.name))


def channel(name: str, learned_at: datetime = NOON) -> dict[str, Any]:
    return {**TEAM, "name": name, "id": f"C0{name.upper()}", "learned_at": learned_at}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with closing(Store(database_url, clock=SystemClock())) as made:
        yield made


@pytest.fixture(params=("driver", "sqlalchemy"))
def by_either_way(request: pytest.FixtureRequest, store: Store) -> Store:
    """Where somebody listens to statements, SQLAlchemy runs them."""
    if request.param == "sqlalchemy":
        sa.event.listen(store.database.engine, "before_cursor_execute", lambda *_: None)
    return store


def test_rows_come_back_as_they_were_stored(by_either_way: Store) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    with by_either_way.database.write() as connection:
        INSERT.run_many(connection, [channel("a"), channel("b", elsewhere)])
    with by_either_way.database.read() as connection:
        rows = READ.run(connection, TEAM).rows
        assert [(row.name, row.id, row.learned_at) for row in rows] == [("a", "C0A", NOON), ("b", "C0B", NOON)]
        assert READ.run(connection, {"team_id": "T0OTHER"}).first() is None


def test_actors_and_json_are_converted_both_ways(by_either_way: Store) -> None:
    actor = Actor(Source.SLACK, "U0ANA", "Ana", "ana@acme.example")
    job: dict[str, Any] = dict.fromkeys((column.key for column in jobs.c if isinstance(column.type, sa.String)), "")
    job |= {**TEAM, "version": 1, "polls": 0, "incident": 1, "actor": actor, "asked": {"ü": [1, None]}}
    job |= {"result": None, "created_at": NOON, "started_at": None}
    with by_either_way.database.write() as connection:
        Statement(sa.insert(jobs), job).run(connection, job)
        row = Statement(sa.select(jobs)).run(connection, {}).first()
        nothing = connection.execute(sa.select(jobs.c.id).where(jobs.c.result.is_(None))).all()
    assert (row.actor, row.asked, row.result, row.started_at, len(nothing)) == (actor, {"ü": [1, None]}, None, None, 1)


def test_what_was_changed_is_counted_and_what_was_asked_for_returned(by_either_way: Store) -> None:
    with by_either_way.database.write() as connection:
        INSERT.run_many(connection, [channel("a"), channel("b"), channel("c")])
        assert MOVE.run(connection, {"of_name": "a"}).count == 1
        assert MOVE.run(connection, {"of_name": "nobody"}).count == 0
        assert DROP.run(connection, {"of_id": "C0MOVED"}).scalars() == ["a"]
        assert DROP.run(connection, {"of_id": "C0MOVED"}).scalar() is None


def test_a_failure_is_sqlalchemys_own_and_undoes_its_part_alone(by_either_way: Store) -> None:
    with by_either_way.database.write() as connection:
        INSERT.run(connection, channel("a"))
        for failing in ([channel("a")], [channel("b"), channel("a")]):
            with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
                INSERT.run_many(connection, failing)
        INSERT.run(connection, channel("c"))
    with by_either_way.database.read() as connection:
        assert [row.name for row in READ.run(connection, TEAM).rows] == ["a", "c"]


def test_a_transaction_that_fails_leaves_nothing(by_either_way: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), by_either_way.database.write() as connection:
        INSERT.run_many(connection, [channel("a"), channel("b"), channel("a")])
    with by_either_way.database.read() as connection:
        assert READ.run(connection, TEAM).rows == []


def test_a_reading_transaction_sees_one_moment(sqlite_url: str) -> None:
    with closing(Store(sqlite_url, clock=SystemClock())) as store, store.database.read() as reading:
        assert not READ.run(reading, TEAM).rows
        with store.database.write() as connection:
            INSERT.run(connection, channel("a"))
        assert not READ.run(reading, TEAM).rows


def test_a_lost_connection_makes_the_unit_run_again(postgresql_url: str) -> None:
    with closing(Store(postgresql_url, clock=SystemClock())) as store:
        with pytest.raises(RunAgain), store.database.write() as connection:
            _cut(store, connection)
        with store.database.write() as connection:
            INSERT.run(connection, channel("a"))
            assert len(READ.run(connection, TEAM).rows) == 1


def _cut(store: Store, connection: sa.Connection) -> None:
    """End the server's side of the connection, and use it."""
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with store.database.write() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 10000)")
    INSERT.run(connection, channel("a"))


def test_a_type_of_another_table_is_not_mixed_up(by_either_way: Store) -> None:
    row = {**TEAM, "person": "U0ANA", "muted": ["card"], "saved_at": NOON}
    with by_either_way.database.write() as connection:
        Statement(sa.insert(preferences), row).run(connection, row)
        found = Statement(sa.select(preferences.c.muted, preferences.c.quiet_since)).run(connection, {}).first()
    assert tuple(found) == (["card"], "")
