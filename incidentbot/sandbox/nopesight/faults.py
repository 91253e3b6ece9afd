"""What goes wrong on request: calls refused, lost, slow or unknown, each a number of times or until it is cleared."""

import fnmatch
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum


class FaultKind(Enum):
    """What a fault does to a call.

    Before the call is taken: STATUS, HTML, RESET (the connection closes). After it was carried out: LOST_REPLY (the
    connection closes). DELAY waits first. REVOKED refuses the token.
    """

    STATUS = "status"
    HTML = "html"
    RESET = "reset"
    LOST_REPLY = "lost_reply"
    DELAY = "delay"
    REVOKED = "revoked"


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong with calls whose operation matches (`set_event_status`, `ci_*`, `*`).

    `times` is how often, None until removed. `retry_after` is sent as it stands, also when it makes no sense.
    """

    kind: FaultKind
    operation: str = "*"
    times: int | None = None
    status: int = 503
    code: str = "INTERNAL_ERROR"
    retry_after: str = ""
    reset_at: str = ""
    seconds: float = 0.0
    number: int = 0


class Faults:
    """The faults that are switched on; `on_change` hears of every switch. May be used from any thread."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._active: list[Fault] = []
        self._numbers = 0
        self._on_change = on_change
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> int:
        """Switch a fault on; the number that `remove` takes is returned."""
        with self._lock:
            self._numbers += 1
            self._active.append(replace(fault, number=self._numbers))
            number = self._numbers
        self._on_change()
        return number

    def remove(self, number: int) -> None:
        """Switch one fault off; nothing happens if it is off already."""
        with self._lock:
            self._active = [fault for fault in self._active if fault.number != number]
        self._on_change()

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._active.clear()
        self._on_change()

    def active(self) -> tuple[Fault, ...]:
        """What is switched on now."""
        with self._lock:
            return tuple(self._active)

    def pick(self, operation: str) -> list[Fault]:
        """The faults that strike this call; each is used up by one."""
        with self._lock:
            struck = [fault for fault in self._active if fnmatch.fnmatchcase(operation, fault.operation)]
            for fault in struck:
                if fault.times is not None:
                    fault.times -= 1
            self._active = [fault for fault in self._active if fault.times is None or fault.times > 0]
        return struck

    def down(self, operation: str = "*") -> int:
        """Connections close before anything is taken, until the fault is removed."""
        return self.add(Fault(FaultKind.RESET, operation))

    def slow(self, seconds: float, operation: str = "*", *, times: int | None = None) -> int:
        """Answers come later."""
        return self.add(Fault(FaultKind.DELAY, operation, times, seconds=seconds))

    def status(self, status: int, operation: str = "*", *, code: str = "INTERNAL_ERROR", times: int | None = 1) -> int:
        """Calls are answered with this HTTP status and are not carried out."""
        return self.add(Fault(FaultKind.STATUS, operation, times, status=status, code=code))

    def script(self, operation: str, *statuses: int) -> None:
        """The next calls of one operation are answered with these statuses, one each; then it works again."""
        for status in statuses:
            self.status(status, operation)

    def rate_limit(
        self, operation: str = "*", *, retry_after: str = "30", reset_at: str = "", times: int | None = 1
    ) -> int:
        """Calls are answered 429 with these headers."""
        return self.add(Fault(FaultKind.STATUS, operation, times, 429, "RATE_LIMITED", retry_after, reset_at))

    def absent(self, *operations: str) -> None:
        """This NopeSight does not have these paths: 404 until the faults are cleared."""
        for operation in operations:
            self.status(404, operation, code="NOT_FOUND", times=None)

    def html(self, operation: str = "*", *, times: int | None = 1) -> int:
        """A proxy answers 200 with a page of its own."""
        return self.add(Fault(FaultKind.HTML, operation, times))

    def lose_replies(self, operation: str = "*", *, times: int | None = 1) -> int:
        """Calls are carried out and never answered."""
        return self.add(Fault(FaultKind.LOST_REPLY, operation, times))

    def revoke_token(self) -> int:
        """The token is refused until the fault is removed."""
        return self.add(Fault(FaultKind.REVOKED))
