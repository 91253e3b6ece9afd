"""What was committed is on the disk, and a PostgreSQL that is set to forget is refused: at the start, and later."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock
from incidentbot.store import Store
from incidentbot.store.database import DURABLE, NotDurable
from tests.databases import PostgreSQL, connected
from tests.integration.cli.conftest import Terminal

SECRET = "5f1b0c9e7a3d4826b1e0f9c8d7a6b5c4"


@pytest.fixture(scope="module")
def forgetful() -> Iterator[PostgreSQL]:
    """A server of its own, whose settings may be changed."""
    server = PostgreSQL(uuid4().hex)
    yield server
    server.close()


def see(server_url: str, setting: str, value: str) -> None:
    """Wait until new connections see the value: the server reads its file when it gets round to it."""
    for _ in range(3_000):
        with connected(server_url) as connection:
            if connection.execute(sa.text(f"SHOW {setting}")).scalar_one() == value:
                return
            connection.execute(sa.text("SELECT pg_sleep(0.01)"))
    raise AssertionError(f"{setting} did not become {value}")


@pytest.mark.parametrize("setting", DURABLE)
def test_a_postgresql_that_forgets_is_refused_by_the_name_of_the_setting(forgetful: PostgreSQL, setting: str) -> None:
    commands = (("serve",), ("worker",), ("migrate",), ("incidents", "create", "Down"), ("audit", "verify"))
    with forgetful.migrated() as url:
        forgetful.tell(setting, "off")
        see(url, setting, "off")
        told = [Terminal({}).run(*one, SLACK_SIGNING_SECRET=SECRET, DATABASE_URL=url) for one in commands]
        assert [(one.code, f"{setting} = off" in one.err, "Traceback" in one.err) for one in told] == [
            (1, True, False)
        ] * len(commands)
        forgetful.tell(setting, "on")
        see(url, setting, "on")
        assert Terminal({}).run("migrate", DATABASE_URL=url).code == 0


@pytest.mark.parametrize("of", ("ROLE postgres IN DATABASE", "DATABASE"))
def test_what_the_role_or_the_database_says_counts_too(postgresql_url: str, of: str) -> None:
    with connected(postgresql_url) as connection:
        name = connection.engine.url.database
        connection.execute(sa.text(f'ALTER {of} "{name}" SET synchronous_commit = off'))
        connection.commit()
    with closing(Store(postgresql_url, clock=SystemClock())) as store, pytest.raises(NotDurable) as refused:
        store.database.now(store.database.engine.connect())
    assert refused.value.setting == "synchronous_commit"


def test_a_server_that_is_told_to_forget_later_is_refused_by_the_next_connection(forgetful: PostgreSQL) -> None:
    with forgetful.migrated() as url, closing(Store(url, clock=SystemClock())) as store:
        with store.database.read() as connection:
            forgetful.tell("synchronous_commit", "off")
            see(url, "synchronous_commit", "off")
            # This session began before, and keeps to that.
            assert connection.execute(sa.text("SHOW synchronous_commit")).scalar_one() == "on"
            with pytest.raises(NotDurable), store.database.write():
                pass
        forgetful.tell("synchronous_commit", "on")
        see(url, "synchronous_commit", "on")


def test_sqlite_waits_for_its_disk(sqlite_url: str) -> None:
    with closing(Store(sqlite_url, clock=SystemClock())) as store, store.database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
