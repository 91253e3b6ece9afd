"""Bringing a database to the newest schema, and asking whether it is there.

Asking takes a file listing and a query. Only where there is something to migrate is alembic loaded, with every
migration: a start of the service would wait for that a tenth of a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

import incidentbot
from incidentbot.store.database import DatabaseUnavailable, make_engine

PACKAGE: Final = Path(incidentbot.__file__).parent
_VERSION: Final = sa.table("alembic_version", sa.column("version_num"))


def migrations_folder() -> Path:
    """Where the migrations are: beside the package in a checkout, inside it when installed."""
    installed = PACKAGE / "_migrations"
    return installed if installed.is_dir() else PACKAGE.parent / "migrations"


def head() -> str:
    """The newest revision that this version of the program knows: files are named by them, in their order."""
    revisions = _known()
    if not revisions:
        raise RuntimeError("this installation has no migrations")
    return max(revisions)


def _known() -> frozenset[str]:
    return frozenset(path.name.partition("_")[0] for path in (migrations_folder() / "versions").glob("[0-9]*_*.py"))


def is_ahead(revision: str | None) -> bool:
    """Whether a newer version of the program made the schema of this revision.

    The version right before it works on that schema: replicas of both run side by side, and whoever goes back finds it.
    """
    return revision is not None and revision not in _known()


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
        return _revision(connection.execution_options(writes=False))


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    revision: str | None = connection.execute(sa.select(_VERSION.c.version_num)).scalar_one_or_none()
    return revision


def migrate(url: str) -> None:
    """Bring the database to head, unless it is ahead. Several at once wait for each other; one does the work."""
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.util import CommandError  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with _connected(url) as connection:
        ahead = is_ahead(_revision(connection))
        connection.rollback()
        if ahead:
            return
        config.attributes["connection"] = connection.execution_options(writes=True)
        try:
            command.upgrade(config, "head")
        except CommandError:
            # Of two that took turns within a long migration, on SQLite, the second finds that it is noted already.
            connection.rollback()
            if _revision(connection) != head():
                raise
