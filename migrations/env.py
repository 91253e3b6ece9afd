"""How migrations run, on SQLite and on PostgreSQL.

The product hands over an open connection (``config.attributes["connection"]``) that is in no transaction; a developer
names a database on the command line (``alembic -x url=… upgrade head``). All steps up to the target are one
transaction: either the database reaches it, or it stays as it was. A step that fills what it made from rows that are
there commits as it goes, so that nobody waits for it; broken off, the database is at the revision before that step. Of
several processes that migrate at once one works, the others wait for it and then find nothing left to do.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError

from incidentbot.store.database import engine_url, make_engine
from incidentbot.store.tables import metadata

# Any number will do that nothing else in the database locks; these are the bytes of "incident".
ADVISORY_LOCK = int.from_bytes(b"incident", "big")
# Waiting long for a table's lock would make every later query wait behind us: give up instead, and be run again.
LOCK_TIMEOUT = "10s"
# What takes longer has to be done in several statements, with a commit after each.
STATEMENT_TIMEOUT = "10min"
# How often somebody who waits for another's migration looks whether it is over, in seconds.
LOOK_AGAIN = 0.2
# Kept by triggers alone, and of different kinds on the two databases: no model has them.
KEPT_BY_TRIGGERS = "incident_words"


def _named_url() -> str:
    named = context.get_x_argument(as_dictionary=True).get("url")
    if named is None:
        raise CommandError("name the database: alembic -x url=sqlite:///scratch.db …")
    return named


def _in_the_databases_words(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write a type of ours into a new migration as what the database keeps, since it may import nothing of ours."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _is_another_default(context_: MigrationContext, _column: object, _of_model: object, *defaults: Any) -> bool | None:
    """Compare as alembic does (None), but on SQLite without the brackets that SQLAlchemy puts around a default."""
    if context_.dialect.name != "sqlite":
        return None
    kept, _, wanted = (default.strip("()'") if isinstance(default, str) else default for default in defaults)
    return bool(kept != wanted)


def _is_of_a_model(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(KEPT_BY_TRIGGERS)


def _options() -> dict[str, Any]:
    return {
        "include_name": _is_of_a_model,
        "target_metadata": metadata,
        "render_item": _in_the_databases_words,
        "compare_type": True,
        "compare_server_default": _is_another_default,
        "transaction_per_migration": False,
        # Both databases take schema changes back; for SQLite alembic has to be told so.
        "transactional_ddl": True,
    }


def _print_sql(url: sa.URL) -> None:
    context.configure(url=url, literal_binds=True, render_as_batch=url.get_backend_name() == "sqlite", **_options())
    with context.begin_transaction():
        context.run_migrations()


def _migrate_sqlite(connection: sa.Connection) -> None:
    driver: Any = connection.connection.driver_connection
    # A batch operation makes a table anew and drops the old one, which with foreign keys on would delete what refers
    # to it. The switch does nothing inside a transaction, hence before, and past SQLAlchemy, which would begin one.
    enforced = driver.execute("PRAGMA foreign_keys").fetchone() == (1,)
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        context.configure(connection=connection, render_as_batch=True, **_options())
        with context.begin_transaction():
            if not driver.in_transaction:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            context.run_migrations()
            _refuse_dangling_references(connection)
    finally:
        driver.execute(f"PRAGMA foreign_keys = {'ON' if enforced else 'OFF'}")


def _refuse_dangling_references(connection: sa.Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if dangling:
        raise CommandError(f"{len(dangling)} rows would refer to nothing, first {dangling[0]}; all is taken back")


def _migrate_postgresql(connection: sa.Connection) -> None:
    # Under a stricter isolation we would, having waited for another's migration, still see the schema before it.
    connection = connection.execution_options(isolation_level="READ COMMITTED")
    # First the turn, however long another takes; only then the patience for everything else is short.
    with _turn(connection):
        connection.execute(sa.select(sa.func.set_config("lock_timeout", LOCK_TIMEOUT, False)))
        connection.execute(sa.select(sa.func.set_config("statement_timeout", STATEMENT_TIMEOUT, False)))
        connection.commit()
        context.configure(connection=connection, **_options())
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _turn(connection: sa.Connection) -> Iterator[None]:
    """The lock of whoever migrates, over all its commits. Whoever waits for it is in no transaction meanwhile: an index
    that is made beside work would wait for the end of that one in turn.
    """
    while not connection.execute(sa.select(sa.func.pg_try_advisory_lock(ADVISORY_LOCK))).scalar_one():
        connection.commit()
        time.sleep(LOOK_AGAIN)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(sa.select(sa.func.pg_advisory_unlock(ADVISORY_LOCK)))
        connection.commit()


def _migrate(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        _migrate_sqlite(connection)
    else:
        _migrate_postgresql(connection)


def _run() -> None:
    handed_over = context.config.attributes.get("connection")
    if handed_over is not None:
        _migrate(handed_over)
    elif context.is_offline_mode():
        _print_sql(engine_url(_named_url()))
    else:
        engine = make_engine(_named_url())
        with engine.connect() as connection:
            _migrate(connection)
        engine.dispose()


_run()
