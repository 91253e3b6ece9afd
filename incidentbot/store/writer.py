"""SQLite's one writer thread: what queued while the disk was being waited for lasts by one sync for all.

A durable commit waits for the disk, 0.2 ms on a good one and 4 ms on a busy one, and transactions of SQLite wait for
each other. So here each commits without waiting, and nobody hears of it before a sync has made all of them last. A
process that dies in between loses nothing, since the kernel has it; a machine that dies loses what nobody was told of.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, Final, ParamSpec, TypeVar

from incidentbot.store.database import Database, OutcomeUnknown

P = ParamSpec("P")
T = TypeVar("T")

# So many may wait for one sync: the first of them waits for the work of all.
LARGEST_GROUP: Final = 32

_Work = tuple[Future[Any], Callable[[], Any]]
_Done = Callable[[], None]


class GroupWriter(Executor):
    """Runs work, one piece after the other, and answers when what it committed will survive a power cut."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: Final[SimpleQueue[_Work | None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-write", daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue `fn`; the future fails with OutcomeUnknown where the disk could not be synced."""
        future: Future[T] = Future()
        self._waiting.put((future, lambda: fn(*args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - Executor's own
        """Finish what is queued, then end."""
        self._waiting.put(None)
        if wait:
            self._thread.join()

    def _run(self) -> None:
        ended = False
        while not ended:
            group, ended = self._group()
            self._tell(group)

    def _group(self) -> tuple[list[tuple[Future[Any], _Done]], bool]:
        """Run what is queued, waiting for the first of it; and whether the end was among it."""
        group: list[tuple[Future[Any], _Done]] = []
        while len(group) < LARGEST_GROUP and not (group and self._waiting.empty()):
            work = self._waiting.get()
            if work is None:
                return group, True
            future, run = work
            if future.set_running_or_notify_cancel():
                group.append((future, self._outcome(future, run)))
        return group, False

    def _outcome(self, future: Future[Any], run: Callable[[], Any]) -> _Done:
        try:
            with self._database.lasting_later():
                result = run()
        except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
            failure = error
            return lambda: future.set_exception(failure)
        return lambda: future.set_result(result)

    def _tell(self, group: list[tuple[Future[Any], _Done]]) -> None:
        try:
            self._database.make_last()
        except OSError as error:
            for future, _ in group:
                future.set_exception(OutcomeUnknown(f"the disk could not be synced: {error.strerror}"))
            return
        for _, done in group:
            done()
