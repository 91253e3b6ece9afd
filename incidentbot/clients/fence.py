"""The moment after which a call must not be begun any more: whoever asked for it may have lost the right to it.

An effect's lease ends while a paused process sleeps. The call has to be on its way well before that, so it is asked
right before each request, however many a handler makes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from incidentbot.clients.errors import NotYet

_too_late: Final[ContextVar[Callable[[], bool] | None]] = ContextVar("too_late", default=None)


class Fenced(NotYet):
    """The call was not made: too much time has passed since it was claimed."""


@contextmanager
def fenced(too_late: Callable[[], bool]) -> Iterator[None]:
    """Within this block, and the tasks begun in it, calls raise Fenced once `too_late` answers True."""
    token = _too_late.set(too_late)
    try:
        yield
    finally:
        _too_late.reset(token)


def check_fence() -> None:
    """Raise Fenced where it is too late for another call; nothing outside of `fenced`."""
    too_late = _too_late.get()
    if too_late is not None and too_late():
        raise Fenced("the claim is too old for another call")
