"""A backup is taken while the service runs, by the database's own means, and gives back every row and every rule."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from incidentbot.store.database import Database
from incidentbot.store.migrate import current, head
from incidentbot.store.tables import audit_log, incidents, timeline_entries
from tests.databases import PROGRAMS, sqlite_url
from tests.integration.store.rows import CLOCK, everything, fill

# Both as docs/deploying.md names them.
DUMP = ("pg_dump", "--format=custom")
RESTORE = ("pg_restore", "--no-owner", "--exit-on-error")


def run(program: str, *options: str) -> None:
    # A PostgreSQL that this machine has besides must not lend its libraries or settings.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LD_LIBRARY_PATH"))}
    subprocess.run([str(PROGRAMS / program), *options], check=True, env=environ, timeout=60)


@contextmanager
def in_use(url: str) -> Iterator[None]:
    """Somebody is in the middle of writing."""
    with closing(Database(url, CLOCK)) as database, database.engine.connect() as writing:
        writing.execute(sa.update(incidents).values(title="Never committed"))
        yield
        writing.rollback()


def saved_and_restored(url: str, empty: str, folder: Path) -> None:
    """By the means of the database that `url` is of."""
    with in_use(url):
        if url.startswith("sqlite"):
            files = [url.removeprefix("sqlite:///"), empty.removeprefix("sqlite:///")]
            with closing(sqlite3.connect(files[0])) as here, closing(sqlite3.connect(files[1])) as there:
                here.backup(there)
            return
        run(*DUMP, f"--file={folder / 'incidentbot.dump'}", url)
    run(*RESTORE, f"--dbname={empty}", str(folder / "incidentbot.dump"))


@pytest.fixture
def restored(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A database with rows in every table, and what its backup gave back."""
    fill(database_url)
    is_file = database_url.startswith("sqlite")
    empty = sqlite_url(tmp_path / "backup.db") if is_file else request.getfixturevalue("empty_postgresql_url")
    saved_and_restored(database_url, empty, tmp_path)
    return database_url, empty


def test_a_backup_gives_back_every_row_and_the_schema(restored: tuple[str, str]) -> None:
    source, copy = restored
    assert everything(copy) == everything(source)
    assert current(copy) == head()


@pytest.mark.parametrize("table", (timeline_entries, audit_log), ids=("timeline", "audit"))
def test_what_may_never_change_may_not_after_a_restore_either(restored: tuple[str, str], table: sa.Table) -> None:
    with closing(Database(restored[1], CLOCK)) as database:
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), database.write() as connection:
            connection.execute(sa.delete(table))
        with database.read() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() > 0
