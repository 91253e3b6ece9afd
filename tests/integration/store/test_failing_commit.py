"""A commit that the database refuses leaves nothing behind: no row, and above all no open transaction."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from incidentbot.store.database import Database, OutcomeUnknown

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ORPHAN = (
    "INSERT INTO timeline_entries (team_id, incident, seq, kind, actor, data, happened_at, recorded_at) "
    "VALUES ('T1', 404, 1, 'note', '{}', '{}', '2026-03-01', '2026-03-01')"
)


class Clock:
    def now(self) -> datetime:
        return NOW


def write_an_orphan(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # so that COMMIT is what fails
        connection.exec_driver_sql(ORPHAN)


def test_the_next_transaction_is_not_locked_out(sqlite_url: str) -> None:
    database = Database(sqlite_url, Clock())
    with pytest.raises(sa.exc.IntegrityError):
        write_an_orphan(database)
    with database.write() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM timeline_entries").scalar_one() == 0
    database.close()


def test_whatever_else_ends_a_commit_ends_its_transaction(database_url: str) -> None:
    database = Database(database_url, Clock())

    def cut(_connection: sa.Connection) -> None:
        sa.event.remove(database.engine, "commit", cut)
        raise OutcomeUnknown("cut")

    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE tried (number INTEGER)")
    sa.event.listen(database.engine, "commit", cut)
    with pytest.raises(OutcomeUnknown), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO tried VALUES (1)")
    with database.write() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM tried").scalar_one() == 0
    database.close()
