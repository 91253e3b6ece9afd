"""The store: transactions for use cases and queries, and the threads that async code runs them in."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import structlog

from incidentbot import tracing
from incidentbot.domain.policy import Policy
from incidentbot.store.database import POSTGRESQL_KEPT, POSTGRESQL_POOL, Clock, Database
from incidentbot.store.precedence import Precedence
from incidentbot.store.secret_box import SecretBox
from incidentbot.store.threads import Threads
from incidentbot.store.transaction import Transaction
from incidentbot.store.writer import GroupWriter

P = ParamSpec("P")
T = TypeVar("T")

READERS: Final = 4
# Slack gives up on a click after 3 s; who is told sooner that the database is busy can still click again.
PATIENCE: Final = 2.0
log = structlog.get_logger(__name__)


class Store:
    """Everything that use cases and queries need. Safe to use from any thread.

    Use cases and queries are plain functions whose first argument is the store. Async code runs a writing one by
    `run` and a reading one by `ask`: SQLite has one writer thread, PostgreSQL a small pool. `alone` says that one
    worker at a time may work on this database; `precedence` knows of people who wait for an answer.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        policy: Policy | None = None,
        secrets: SecretBox | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.secrets: Final = secrets or SecretBox()
        self.database: Final = Database(url, clock)
        self.policy: Final = policy or Policy()
        self.alone: Final = self.database.is_sqlite
        self.precedence: Final = Precedence()
        self._writers: Final = _writers(self.database, patience)
        self._readers: Final = _readers(patience) if self.database.is_sqlite else self._writers
        self._listeners: Final[list[Callable[[], None]]] = []
        self._tellers: Final[list[Callable[[str, str], None]]] = []

    @contextmanager
    def begin(self, team_id: str) -> Iterator[Transaction]:
        """A writing transaction, committed at the end of the block and rolled back on any exception."""
        with tracing.part("transaction"):
            with self.database.write() as connection:
                transaction = Transaction(self.database, connection, team_id, self.policy, self.secrets)
                yield transaction
                transaction.seal()
            _tell(transaction)
        for kind, source in transaction.told:
            for teller in self._tellers:
                teller(kind, source)

    @contextmanager
    def read(self, team_id: str) -> Iterator[Transaction]:
        """A transaction that only reads."""
        with self.database.read() as connection:
            yield Transaction(self.database, connection, team_id, self.policy, self.secrets)

    def on_effects(self, listener: Callable[[], None]) -> None:
        """Call `listener` (from any thread) whenever a transaction of this process left effects behind."""
        self._listeners.append(listener)

    def on_entries(self, teller: Callable[[str, str], None]) -> None:
        """Call `teller(kind, source)` (from any thread) for every timeline entry that this process committed."""
        self._tellers.append(teller)

    def effects_waiting(self) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener()

    async def run(self, function: Callable[Concatenate["Store", P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`function(store, …)`, which may write, in a writer thread."""
        return await self._in(self._writers, function, args, kwargs)

    async def jot(self, function: Callable[Concatenate["Store", P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `run`, but nobody waits for the disk: for what is found out again should a power cut undo it."""

        def unsynced(store: Store) -> T:
            with store.database.lasting_with_the_next():
                return function(store, *args, **kwargs)

        return await self.run(unsynced)

    async def ask(self, function: Callable[Concatenate["Store", P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`function(store, …)`, which only reads, in a reader thread."""
        return await self._in(self._readers, function, args, kwargs)

    async def _in(
        self, threads: Threads, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> T:
        # The language of whoever asks goes with it into the thread.
        context = copy_context()
        return await threads.run(lambda: context.run(function, self, *args, **kwargs))

    def close(self) -> None:
        """Wait for what runs, then let go of threads and connections."""
        self._writers.shutdown()
        self._readers.shutdown()
        self.database.close()


def _writers(database: Database, patience: float) -> Threads:
    if database.is_sqlite:
        return Threads(GroupWriter(database), 1, patience)
    common = ThreadPoolExecutor(POSTGRESQL_POOL, thread_name_prefix="store-write")
    return Threads(common, POSTGRESQL_POOL, patience, ThreadPoolExecutor(POSTGRESQL_KEPT, thread_name_prefix="people"))


def _readers(patience: float) -> Threads:
    return Threads(ThreadPoolExecutor(READERS, thread_name_prefix="store-read"), READERS, patience)


def _tell(transaction: Transaction) -> None:
    """What was committed goes to the log, each with the id of the work that it is a part of."""
    tracing.note(action=transaction.origin.action, surface=transaction.origin.surface)
    for team_id, note, trace_id in transaction.noted:
        facts = {"incident": note.incident} if note.incident else {}
        tracing.note(outcome=note.outcome, **facts)
        told = {"action": note.action, "outcome": note.outcome, "surface": note.surface, "team": team_id}
        log.info("change.committed", **told, **facts, **({"trace_id": trace_id} if trace_id else {}))
