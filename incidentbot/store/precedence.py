"""Who goes first: what a person waits for, before what only has to be done soon.

Both share one interpreter, and on SQLite one writer. So whoever delivers steps aside while people are being answered:
shortly, since what it delivers is waited for too, only by people who have their answer already.

And who waits at all: a request that no thread was free for in time is refused, since its sender can ask again; what
the service does by itself waits as long as it takes.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Final


class Asker(Enum):
    """For whom something is done."""

    NOBODY = "the service itself"
    SENDER = "whoever sent a request, and can send it again"
    PERSON = "somebody in Slack, who looks at the button that they clicked"


# Whoever clicked just now is likely not to be the only one.
JUST_NOW: Final = 0.01
_asker: Final[ContextVar[Asker]] = ContextVar("asker", default=Asker.NOBODY)


def asker() -> Asker:
    """For whom this is being done."""
    return _asker.get()


@contextmanager
def asked_by(somebody: Asker) -> Iterator[None]:
    """What is done in the block, and in tasks begun there, is done for them."""
    token = _asker.set(somebody)
    try:
        yield
    finally:
        _asker.reset(token)


class Precedence:
    """How many people are waiting in this process; for one event loop."""

    def __init__(self) -> None:
        self._waiting = 0
        self._answered_at = float("-inf")

    @contextmanager
    def somebody_waits(self) -> Iterator[None]:
        """A person waits for what is done in the block."""
        self._waiting += 1
        try:
            with asked_by(Asker.PERSON):
                yield
        finally:
            self._waiting -= 1
            self._answered_at = asyncio.get_running_loop().time()

    async def give_way(self, most: float) -> None:
        """Return as soon as nobody waits, nor did just now; after `most` seconds in any case."""
        loop = asyncio.get_running_loop()
        until = loop.time() + most
        while (now := loop.time()) < until and (self._waiting or now < self._answered_at + JUST_NOW):  # noqa: ASYNC110 - no event tells that a moment has passed
            await asyncio.sleep(min(until - now, JUST_NOW))
