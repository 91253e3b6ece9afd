"""Taking everything of one database into another, SQLite or PostgreSQL: in small commits, on from where a try ended.

Nothing is ever overwritten. What an earlier try brought over is compared instead of written, and when all is there, all
of it is read again from both: a copy is whole only if each row is there as it was, and no other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from incidentbot.store.database import Clock, Database, DataRefused
from incidentbot.store.migrate import current, head, migrate
from incidentbot.store.replicas import Replicas
from incidentbot.store.tables import metadata, replicas

BATCH: Final = 500
# The processes of a database are nothing that it knows.
COPIED: Final = tuple(table for table in metadata.sorted_tables if table is not replicas)

# A table's name, how many rows it has, and how many of them were brought over now.
Tell = Callable[[str, int, int], None]


class CopyRefused(Exception):
    """The databases are not fit for it, or not equal after all; the sentence says what to do."""


def copy(source_url: str, target_url: str, clock: Clock, tell: Tell) -> None:
    """Bring `target_url` to the newest schema and to all that is in `source_url`, which nobody may write to meanwhile.

    Raises CopyRefused, DataRefused where the target takes no value that the source has, and DatabaseUnavailable; what
    was brought over stays, and the next try goes on behind it.
    """
    _at_head(source_url)
    migrate(target_url)
    with (
        closing(Database(source_url, clock)) as source,
        closing(Database(target_url, clock)) as target,
        source.translated(),
        _at_rest(source) as read,
    ):
        _nobody_works_on(source, read)
        with target.read() as there:
            _nobody_works_on(target, there)
        for table in COPIED:
            tell(table.name, *_bring(read, target, table))
        for table in COPIED:
            _verify(read, target, table)


def _at_head(url: str) -> None:
    there = sa.make_url(url)
    missing = there.get_backend_name() == "sqlite" and not Path(there.database or "").is_file()
    revision = None if missing else current(url)
    if revision is None:
        raise CopyRefused("There is nothing in the database that --from names. Is it the right one?")
    if revision != head():
        raise CopyRefused(
            f"The database that --from names has schema {revision}, and this version needs {head()}."
            " Run `incidentbot migrate` on it first."
        )


@contextmanager
def _at_rest(source: Database) -> Iterator[sa.Connection]:
    """The source as it is now; whoever wants to write to it has to wait."""
    with source.engine.connect() as connection:
        if not source.is_sqlite:
            connection.execution_options(isolation_level="REPEATABLE READ")
            names = ", ".join(table.name for table in COPIED)
            connection.execute(sa.text(f"LOCK TABLE {names} IN SHARE MODE"))
        yield connection


def _nobody_works_on(database: Database, connection: sa.Connection) -> None:
    alive = Replicas(connection).alive(database.now(connection))
    if alive:
        raise CopyRefused(
            f"A process on {alive[0].host} works on the {'SQLite' if database.is_sqlite else 'PostgreSQL'} database."
            " Stop it; one that was killed counts as gone after 30 seconds."
        )


def _rows(read: sa.Connection, table: sa.Table) -> Iterator[Sequence[sa.RowMapping]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    return read.execute(query, execution_options={"yield_per": BATCH}).mappings().partitions()


def _bring(read: sa.Connection, target: Database, table: sa.Table) -> tuple[int, int]:
    """How many rows the source has in `table`, and how many of them were new to the target."""
    seen = new = 0
    for rows in _rows(read, table):
        with target.write() as write:
            missing = _missing(write, table, rows)
            if missing:
                _insert(write, table, missing)
        seen += len(rows)
        new += len(missing)
    return seen, new


def _insert(write: sa.Connection, table: sa.Table, rows: Sequence[sa.RowMapping]) -> None:
    try:
        write.execute(sa.insert(table), [dict(row) for row in rows])
    except (sa.exc.DataError, sa.exc.IntegrityError) as error:
        raise DataRefused(f"{table.name}: {error.orig}") from error


def _missing(there: sa.Connection, table: sa.Table, rows: Sequence[sa.RowMapping]) -> Sequence[sa.RowMapping]:
    """Those of `rows` that the target has not; CopyRefused where it has one otherwise."""
    keys = list(table.primary_key.columns)
    wanted = [tuple(row[key.name] for key in keys) for row in rows]
    query = sa.select(table).where(sa.tuple_(*keys).in_(wanted))
    found = {tuple(row[key.name] for key in keys): row for row in there.execute(query).mappings()}
    for row, key in zip(rows, wanted, strict=True):
        if key in found and dict(found[key]) != dict(row):
            raise CopyRefused(
                f"{table.name} {', '.join(map(str, key))} is not the same in both databases: somebody wrote to the one"
                " that --to names. Begin again with an empty one."
            )
    return [row for row, key in zip(rows, wanted, strict=True) if key not in found]


def _verify(read: sa.Connection, target: Database, table: sa.Table) -> None:
    """Each row is there as it was, and no other."""
    seen = 0
    with target.read() as there:
        for rows in _rows(read, table):
            if _missing(there, table, rows):
                raise CopyRefused(f"A row of {table.name} did not arrive. Run it again.")
            seen += len(rows)
        count = there.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    if count != seen:
        raise CopyRefused(
            f"{table.name} has {count:,} rows in the database that --to names and {seen:,} in the other: it was not"
            " empty. Begin again with an empty one."
        )
