"""Bringing a database to the newest schema, and asking whether it is there."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import incidentbot
from incidentbot.store.database import make_engine

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


def current(url: str) -> str | None:
    """The database's revision, or None where it has no schema yet."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Bring the database to head. Several at once wait for each other; one does the work."""
    engine = make_engine(url)
    config = _config()
    try:
        with engine.connect().execution_options(writes=True) as connection:
            connection.rollback()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
