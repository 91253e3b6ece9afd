"""What was committed is on the disk, whatever somebody set."""

import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock
from incidentbot.store import Store


def test_postgresql_waits_for_its_disk_although_it_was_told_not_to(postgresql_url: str) -> None:
    # The tests' server has it off, as an operator's might.
    store = Store(postgresql_url, clock=SystemClock())
    for block in (store.database.write, store.database.read, store.database.write):
        with block() as connection:
            assert connection.execute(sa.text("SHOW synchronous_commit")).scalar_one() == "on"
    store.close()


def test_sqlite_waits_for_its_disk(sqlite_url: str) -> None:
    store = Store(sqlite_url, clock=SystemClock())
    with store.database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    store.close()
