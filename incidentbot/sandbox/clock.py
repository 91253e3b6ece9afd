"""The sandbox's clock: real time plus an offset that a test or the page moves forward."""

import asyncio
import threading
import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch; may be read and moved from any thread.

    What waits on the clock (`sleep`) wakes when the moment has come, be it by waiting or by `advance`.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset = 0.0
        self._lock = threading.Lock()
        self._sleepers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def now(self) -> float:
        """The present moment of the sandbox."""
        return self._source() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward. A clock never goes back: negative seconds are a ValueError."""
        if seconds < 0:
            raise ValueError("the sandbox's clock only moves forward")
        with self._lock:
            self._offset += seconds
            sleepers, self._sleepers = self._sleepers, []
        for loop, event in sleepers:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    async def sleep(self, seconds: float) -> None:
        """Return once the clock shows `seconds` more than now."""
        until = self.now() + seconds
        while (rest := until - self.now()) > 0:
            event = asyncio.Event()
            entry = (asyncio.get_running_loop(), event)
            with self._lock:
                self._sleepers.append(entry)
            try:
                await asyncio.wait_for(event.wait(), timeout=rest)
            except TimeoutError:
                self._forget(entry)

    def _forget(self, entry: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
        with self._lock:
            if entry in self._sleepers:
                self._sleepers.remove(entry)
