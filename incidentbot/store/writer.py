"""SQLite's one writer thread: what queued while the disk was being waited for lasts by one sync for all.

A durable commit waits for the disk, 0.2 ms on a good one and 4 ms on a busy one, and transactions of SQLite wait for
each other. So here each commits without waiting, and nobody hears of it before a sync has made all of them last. A
process that dies in between loses nothing, since the kernel has it; a machine that dies loses what nobody was told of.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, Final, ParamSpec, TypeVar

from incidentbot.store.database import Database, OutcomeUnknown

P = ParamSpec("P")
T = TypeVar("T")

# So many may wait for one sync: the first of them waits for the work of all.
LARGEST_GROUP: Final = 32


class GroupWriter(Executor):
    """Runs work, one piece after the other, and answers when what it committed will survive a power cut."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread: Final = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._order: Final = threading.Lock()
        self._queued = 0
        # Only the thread touches it: who waits to be told, and what came of their work.
        self._group: Final[list[tuple[Future[Any], Future[Any]]]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue `fn`; the future fails with OutcomeUnknown where the disk could not be synced."""
        told: Future[T] = Future()
        with self._order:
            self._queued += 1
            done = self._thread.submit(self._work, told, lambda: fn(*args, **kwargs))
            self._thread.submit(self._ended, told, done)
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - Executor's own
        """Finish what is queued, then end."""
        self._thread.shutdown(wait)

    def _work(self, told: Future[Any], run: Callable[[], T]) -> T | None:
        if not told.set_running_or_notify_cancel():
            return None
        with self._database.lasting_later():
            return run()

    def _ended(self, told: Future[Any], done: Future[Any]) -> None:
        """One piece is done; where no other is queued, or enough of them were, all hear of theirs."""
        if not told.cancelled():
            self._group.append((told, done))
        with self._order:
            self._queued -= 1
            last = not self._queued
        if last or len(self._group) >= LARGEST_GROUP:
            self._tell()

    def _tell(self) -> None:
        group = self._group.copy()
        self._group.clear()
        try:
            self._database.make_last()
        except OSError as error:
            for told, _ in group:
                told.set_exception(OutcomeUnknown(f"the disk could not be synced: {error.strerror}"))
            return
        for told, done in group:
            failure = done.exception()
            if failure is None:
                told.set_result(done.result())
            else:
                told.set_exception(failure)
