"""The live stream: everything that changes in the workspace, for the page, the harness and the deliveries."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

# The last change of all: the sandbox ends, and so does whoever listens.
CLOSING = "closing"
_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """One change. Fields that do not apply are empty.

    `kind` is one of message_posted, message_updated, message_deleted, reaction_added, reaction_removed, pin_added,
    pin_removed, ephemeral_posted, ephemeral_updated, ephemeral_deleted, view_opened, view_updated, view_closed,
    home_published, notice, channel_created, channel_changed, member_joined, member_left, delivery, call,
    faults_changed, function_done, person_changed, socket, closing; NopeSight adds its own, beginning with nopesight_.
    `number` counts up without gaps; `data` holds what the kind needs (a message's text, a delivery's outcome, …).
    """

    number: int
    kind: str
    at: float
    team: str = ""
    channel: str = ""
    user: str = ""
    ts: str = ""
    data: dict[str, Any] = field(default_factory=dict)


Listener = Callable[[Change], None]


class Feed:
    """Changes in order. `lock` guards the state that changes; `changed` is notified after each change.

    Listeners are called with the lock held, in the thread that made the change, and must be quick.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._number = 0
        self._recent: deque[Change] = deque(maxlen=_REMEMBERED)
        self._listeners: list[Listener] = []
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)

    def emit(self, kind: str, **facts: Any) -> Change:
        """Record a change and tell everybody."""
        with self.lock:
            self._number += 1
            change = Change(number=self._number, kind=kind, at=self._now(), **facts)
            self._recent.append(change)
            for listener in tuple(self._listeners):
                listener(change)
            self.changed.notify_all()
            return change

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every later change; the returned function ends it."""
        with self.lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self.lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    @property
    def number(self) -> int:
        """The newest change's number; take it, draw the state, then `subscribe(after=…)`: nothing is missed."""
        return self._number

    async def subscribe(self, *, after: int | None = None) -> AsyncIterator[Change]:
        """Every change after the number `after` (as far as remembered), else every change from now on."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Change] = asyncio.Queue()

        def hand_over(change: Change) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, change)

        with self.lock:
            missed = [change for change in self._recent if after is not None and change.number > after]
            stop = self.listen(hand_over)
        try:
            for change in missed:
                yield change
            while True:
                yield await queue.get()
        finally:
            stop()
