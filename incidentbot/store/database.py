"""One database, SQLite or PostgreSQL, and its transactions.

SQLite: WAL, fsync at every commit (or one for several, before anybody is told of them: writer.py), writers take the
lock at the start (`BEGIN IMMEDIATE`) instead of failing at the end. PostgreSQL: read committed, with row locks where a
decision depends on a row.
"""

import errno
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from incidentbot.store.statement import Statement

T = TypeVar("T")

BUSY_TIMEOUT_MS: Final = 5000
POSTGRESQL_POOL: Final = 8
# Connections besides those, for people in Slack while all others are in use.
POSTGRESQL_KEPT: Final = 2
CONNECT_SECONDS: Final = 5
PAUSE: Final = 0.01
# What makes PostgreSQL's commits last, and how it is switched on again.
DURABLE: Final = {
    "fsync": "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();",
    "full_page_writes": "ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf();",
    "synchronous_commit": "ALTER ROLE … SET synchronous_commit = on; for the role that DATABASE_URL names.",
}
# PostgreSQL: serialization failure, deadlock. The whole unit of work may simply be run again.
_RUN_AGAIN: Final = frozenset({"40001", "40P01"})


class Clock(Protocol):
    """What tells the time; aware UTC."""

    def now(self) -> datetime:
        """The present moment."""


class DatabaseUnavailable(Exception):
    """The database does not answer, is full or is locked by somebody else for too long; nothing was stored."""


class RunAgain(DatabaseUnavailable):
    """Nothing was stored and the same unit of work may be run again: a deadlock, a lost connection before COMMIT."""


class OutcomeUnknown(DatabaseUnavailable):
    """The connection broke while the transaction was being committed: it may or may not have been."""


class NotDurable(DatabaseUnavailable):
    """PostgreSQL is set to lose what it confirmed; `setting` is what has to be on."""

    def __init__(self, setting: str) -> None:
        self.setting: Final = setting
        super().__init__(
            f"PostgreSQL has {setting} = off, so that a power cut loses what was confirmed. As its administrator run:"
            f" {DURABLE[setting]}"
        )


class DataRefused(Exception):
    """The database is well, but does not take a value: too long, out of range, against a constraint."""


class Wait(Enum):
    """Which commits of a thread wait for the disk."""

    ALWAYS = "each of them"
    TOGETHER = "several at once, before anybody is told"
    NEVER = "the next one that does"


_NOW: Final = Statement(sa.select(sa.func.clock_timestamp()))
# macOS has no fdatasync.
_sync: Final = getattr(os, "fdatasync", os.fsync)


def engine_url(url: str) -> sa.URL:
    """The SQLAlchemy URL of a DATABASE_URL; postgresql:// and postgres:// mean psycopg."""
    parsed = sa.make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _on_sqlite_connect(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_wal(connection: Any, tries: int = 20) -> None:
    """Turn WAL on. Of several processes at a fresh file one succeeds; this pragma alone heeds no busy_timeout."""
    for attempt in range(tries):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if attempt == tries - 1:
                raise
            connection.execute("BEGIN IMMEDIATE")  # this one waits for whoever holds the file
            connection.execute("COMMIT")
        else:
            return


def make_engine(url: str) -> sa.Engine:
    """An engine with this module's settings; connects only when used."""
    parsed = engine_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            parsed, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}, pool_size=5
        )
        sa.event.listen(engine, "connect", _on_sqlite_connect)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    # A server that swallows what is sent to it must not keep whoever waits for longer than people do.
    bounded = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
    engine = sa.create_engine(
        parsed, pool_size=POSTGRESQL_POOL, max_overflow=POSTGRESQL_KEPT, pool_timeout=2, connect_args=bounded
    )
    sa.event.listen(engine, "connect", _on_postgresql_connect)
    return engine


def _on_postgresql_connect(connection: Any, _record: ConnectionPoolEntry) -> None:
    """Refuse a server that forgets, at every connection, since it may be told to while we run.

    A session keeps the synchronous_commit that it began with: what the server is told later is not for it.
    """
    connection.autocommit = True  # outside of a transaction, whose end could undo it
    names = ", ".join(f"current_setting('{name}')" for name in DURABLE)
    found = connection.execute(
        f"SELECT {names}, set_config('synchronous_commit', current_setting('synchronous_commit'), false)"
    ).fetchone()
    connection.autocommit = False
    forgets = next((name for name, value in zip(DURABLE, found, strict=False) if value == "off"), None)
    if forgets is not None:
        connection.close()  # nobody else has it yet
        raise NotDurable(forgets)


def _changes(connection: sa.Connection) -> int:
    """How many rows this connection of SQLite has ever changed."""
    changes: int = connection.connection.driver_connection.total_changes  # type: ignore[union-attr] # it is sqlite3's
    return changes


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class Database:
    """Transactions on one database. `clock` overrides the time (SQLite needs one; PostgreSQL has its own)."""

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self.engine: Final = make_engine(url)
        self.is_sqlite: Final = self.engine.dialect.name == "sqlite"
        if self.is_sqlite and clock is None:
            raise ValueError("SQLite keeps no time of its own: give a clock")
        self._clock: Final = clock
        self._reading: Final = self.engine.execution_options(writes=False)
        self._thread: Final = threading.local()
        # Whether `make_last` has anything to do; only the writer's thread asks.
        self._owed = False
        # A sync failed since the log was last known to be on the disk.
        self._doubtful = False
        # By which other processes are told who changed something.
        self.name: Final = uuid4().hex

    def now(self, connection: sa.Connection) -> datetime:
        """The time that all replicas agree on: the database's own, unless a clock was given."""
        if self._clock is not None:
            return self._clock.now()
        now: datetime = _NOW.run(connection, {}).scalar()
        return now

    def described(self, connection: sa.Connection) -> dict[str, str]:
        """Its version and what makes its commits last, by name; nothing secret."""
        if self.is_sqlite:
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            return {"SQLite": sqlite3.sqlite_version, "journal": str(journal)}
        settings = {**dict.fromkeys(DURABLE, ""), "server_encoding": ""}
        names = ("server_version", *settings)
        shown = [str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in names]
        version, *values = shown
        return {"PostgreSQL": version, **dict(zip(settings, values, strict=True))}

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction, committed at the end of the block and rolled back on any exception."""
        with self.translated(), self.engine.connect() as connection:
            with self.translated():
                if self.is_sqlite:
                    self._choose_sync(connection)
                transaction = connection.begin()
                if not self.is_sqlite and self._waits_for_disk is Wait.NEVER:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            together = self.is_sqlite and self._waits_for_disk is Wait.TOGETHER
            before = _changes(connection) if together else 0
            try:
                yield connection
            except BaseException:
                self._roll_back(transaction)
                raise
            self._commit(connection, transaction)
            if together and _changes(connection) != before:
                self._owed = True

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads and, on SQLite, waits for no writer."""
        with self.translated(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def lasting_later(self) -> Iterator[None]:
        """What this thread commits in the block does not wait for the disk: `make_last` does, before anybody is told.

        In WAL mode this endangers nothing but the newest commits: the log is synced before each checkpoint.
        """
        with self._waiting(Wait.TOGETHER):
            yield

    @contextmanager
    def lasting_with_the_next(self) -> Iterator[None]:
        """What this thread commits in the block is only as safe as the next commit that waits for the disk.

        For what would simply be found out again, were a power cut to undo it. Commits last in their order, on both
        databases, so that nothing which relies on it can last without it.
        """
        with self._waiting(Wait.NEVER):
            yield

    @contextmanager
    def _waiting(self, wait: Wait) -> Iterator[None]:
        before, self._thread.wait = self._waits_for_disk, wait
        try:
            yield
        finally:
            self._thread.wait = before

    @property
    def _waits_for_disk(self) -> Wait:
        return getattr(self._thread, "wait", Wait.ALWAYS)

    def make_last(self) -> None:
        """Everything that was to last later survives a power cut from now on; OSError where the disk fails."""
        if not self._owed:
            return
        if self._doubtful:
            self._write_anew()
        try:
            log = os.open(f"{self.engine.url.database}-wal", os.O_RDWR)
        except FileNotFoundError:
            self._owed = False
            return  # checkpointed, synced and removed when its last connection was closed
        try:
            _sync(log)
        except OSError:
            self._doubtful = True
            raise
        finally:
            os.close(log)
        self._owed = False

    def _write_anew(self) -> None:
        """Write what is in the log to the database itself, sync that and empty the log; OSError where it cannot be.

        What a sync failed to write the kernel counts as written all the same: another sync of the log would succeed,
        and say nothing of what was lost. SQLite still reads it, and by writing it elsewhere finds out.
        """
        connection = self.engine.raw_connection()
        try:
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            raise OSError(errno.EIO, str(error)) from error
        finally:
            connection.close()
        if busy:
            raise OSError(errno.EBUSY, "the log is being read and cannot be emptied")
        self._doubtful = False

    def _choose_sync(self, connection: sa.Connection) -> None:
        wanted = "FULL" if self._waits_for_disk is Wait.ALWAYS else "NORMAL"
        if connection.info.get("synchronous", "FULL") != wanted:
            connection.connection.cursor().execute(f"PRAGMA synchronous = {wanted}")
            connection.info["synchronous"] = wanted

    @staticmethod
    def retrying(work: Callable[[], T], tries: int = 5) -> T:
        """Run `work`, a whole unit, again where the database asks for it; the last failure passes."""
        for attempt in range(1, tries):
            try:
                return work()
            except RunAgain:
                # Whoever ran into each other does not do so again at the same moment.
                time.sleep(random.uniform(0, PAUSE * attempt))  # noqa: S311 - no secret
        return work()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @staticmethod
    def _roll_back(transaction: sa.RootTransaction) -> None:
        try:
            transaction.rollback()
        except DBAPIError:
            # The connection is gone, and the transaction with it; what broke it is already being raised.
            return

    @staticmethod
    def _commit(connection: sa.Connection, transaction: sa.RootTransaction) -> None:
        try:
            transaction.commit()
        except DBAPIError as error:
            # What was not committed is still open on the connection: back in the pool it would lock everybody out.
            connection.invalidate()
            if error.connection_invalidated:
                raise OutcomeUnknown("the connection broke during COMMIT") from error
            # Of a disk that fails nothing is believed: what it shows when asked again may not outlive a power cut.
            raise
        except BaseException:
            connection.invalidate()
            raise

    @staticmethod
    @contextmanager
    def translated() -> Iterator[None]:
        """Turn "the database is away, full or locked" into errors of ours; anything else passes."""
        try:
            yield
        except sa.exc.TimeoutError as error:
            raise DatabaseUnavailable("all database connections are in use") from error
        except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError) as error:
            if getattr(error.orig, "sqlstate", None) in _RUN_AGAIN or error.connection_invalidated:
                raise RunAgain(str(error.orig)) from error
            raise DatabaseUnavailable(str(error.orig)) from error
