"""The threads in which the store works, and what becomes of a request while all of them are busy.

Each has a connection while it works, so that who has a thread need not wait for a connection as well. Slow queries may
take all of them. A request then waits for `patience` and is refused, so that its sender knows; and a few threads are
kept for people in Slack, whose clicks have three seconds and must not stand behind anything else.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Final, TypeVar

from incidentbot.store.database import DatabaseUnavailable
from incidentbot.store.precedence import Asker, asker

T = TypeVar("T")


class Threads:
    """`common` works for everybody and has `most` threads; `kept` for people alone, where all of those are busy."""

    def __init__(self, common: Executor, most: int, patience: float, kept: Executor | None = None) -> None:
        self._common: Final = common
        self._kept: Final = kept
        self._most: Final = most
        self._patience: Final = patience
        self._order: Final = threading.Lock()
        self._busy = 0

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` answers; DatabaseUnavailable, and it was not begun, where who asked would wait too long."""
        future = self._submit(work, asker())
        if asker() is Asker.NOBODY:
            return await asyncio.wrap_future(future)
        refused = False

        def refuse() -> None:
            nonlocal refused
            refused = future.cancel()  # what has begun is not to be stopped, and says so

        timer = asyncio.get_running_loop().call_later(self._patience, refuse)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if not refused:
                raise
            raise DatabaseUnavailable(f"all that work with the database were busy for {self._patience:g} s") from None
        finally:
            timer.cancel()

    def _submit(self, work: Callable[[], T], somebody: Asker) -> Future[T]:
        if self._kept is not None and somebody is Asker.PERSON and self._busy >= self._most:
            return self._kept.submit(work)
        with self._order:
            self._busy += 1
        future = self._common.submit(work)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, _future: Future[Any]) -> None:
        with self._order:
            self._busy -= 1

    def shutdown(self) -> None:
        """Finish what was begun, then end."""
        self._common.shutdown()
        if self._kept is not None:
            self._kept.shutdown()
