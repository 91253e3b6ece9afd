"""An event loop whose time is its own: it never waits, it moves its clock to the next thing that is due."""

import asyncio
import os
import random
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class NothingLeft(RuntimeError):
    """Everybody waits for something that nobody will do: the simulated world hangs."""


class _Selector(selectors.SelectSelector):
    """Instead of waiting for sockets, of which there are none, lets time pass."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise NothingLeft("nothing is due and nothing can happen")
        self.now += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs hours in a moment, and the same way each time."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def _write_to_self(self) -> None:
        """Nothing sleeps that would have to be woken."""

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._virtual.now

    def close(self) -> None:
        """End whatever still waits, as the end of a process does, and close."""
        if not self.is_closed() and (left := asyncio.all_tasks(self)):
            for task in left:
                task.cancel()
            self.run_until_complete(asyncio.wait(left))
        super().close()


@contextmanager
def same_chance(seed: int) -> Iterator[None]:
    """Ids and secrets come from `seed` too, so that even they are the same in each run."""
    chance = random.Random(f"ids {seed}")
    drawn_by_secrets = vars(random)
    kept = os.urandom, drawn_by_secrets["_urandom"]
    os.urandom = drawn_by_secrets["_urandom"] = chance.randbytes
    try:
        yield
    finally:
        os.urandom, drawn_by_secrets["_urandom"] = kept
