"""Bringing a database to the newest schema, and asking whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

import incidentbot
from incidentbot.store.database import DatabaseUnavailable, make_engine

PACKAGE: Final = Path(incidentbot.__file__).parent


def migrations_folder() -> Path:
    """Where the migrations are: beside the package in a checkout, inside it when installed."""
    installed = PACKAGE / "_migrations"
    return installed if installed.is_dir() else PACKAGE.parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    return config


def head() -> str:
    """The newest revision that this version of the program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("this installation has no migrations")
    return revision


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    """A connection for the length of the block; DatabaseUnavailable where the database does not answer or is locked."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        raise DatabaseUnavailable(str(error.orig)) from error
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The database's revision, or None where it has no schema yet; DatabaseUnavailable where it does not answer."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(url: str) -> None:
    """Bring the database to head. Several at once wait for each other; one does the work."""
    config = _config()
    with _connected(url) as connection:
        connection.rollback()
        config.attributes["connection"] = connection.execution_options(writes=True)
        try:
            command.upgrade(config, "head")
        except CommandError:
            # Of two that took turns within a long migration, on SQLite, the second finds that it is noted already.
            connection.rollback()
            if MigrationContext.configure(connection).get_current_revision() != head():
                raise
