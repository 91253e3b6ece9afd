"""What goes wrong on request: per method, per channel, a number of times or with a chance, always repeatable."""

import fnmatch
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum


class FaultKind(Enum):
    """What a fault does to a call.

    Before the call is taken: RATE_LIMITED, STATUS, HTML, EMPTY, REDIRECT, RESET, ERROR. After it was carried out:
    LOST_REPLY (the connection closes), STALLED (no reply for `seconds`, then it closes), NO_TS (`ok` and nothing else).
    DELAY waits first; LATE hides what is posted from history and replies for `seconds`.
    """

    RATE_LIMITED = "rate_limited"
    STATUS = "status"
    HTML = "html"
    EMPTY = "empty"
    REDIRECT = "redirect"
    RESET = "reset"
    ERROR = "error"
    LOST_REPLY = "lost_reply"
    STALLED = "stalled"
    NO_TS = "no_ts"
    DELAY = "delay"
    LATE = "late"


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    `method` is a name or a pattern (`chat.*`, `*`); `channel` an id, empty for every one; `times` how often, None for
    ever; `skip` how many matching calls pass first; `chance` how likely each time. The rest depends on the kind:
    `retry_after` is sent as it stands (empty: no header), `hold` keeps refusing until that time is over.
    """

    kind: FaultKind
    method: str = "*"
    channel: str = ""
    times: int | None = None
    skip: int = 0
    chance: float = 1.0
    retry_after: str = "30"
    hold: bool = False
    status: int = 503
    code: str = "internal_error"
    seconds: float = 0.0
    number: int = field(default=0, compare=False)


class Faults:
    """The faults that are switched on. `seed` makes chances repeatable; `on_change` hears of every switch."""

    def __init__(self, *, seed: int = 0, on_change: Callable[[], None] = lambda: None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - chance for a test, not a secret
        self._active: list[Fault] = []
        self._numbers = 0
        self._on_change = on_change
        self.deaf_socket = False
        self.silent_deliveries = False

    def add(self, fault: Fault) -> int:
        """Switch a fault on; the number that `remove` takes is returned."""
        self._numbers += 1
        self._active.append(replace(fault, number=self._numbers))
        self._on_change()
        return self._numbers

    def remove(self, number: int) -> None:
        """Switch one fault off; nothing happens if it is off already."""
        self._active = [fault for fault in self._active if fault.number != number]
        self._on_change()

    def clear(self) -> None:
        """All is well again."""
        self._active.clear()
        self.deaf_socket = False
        self.silent_deliveries = False
        self._on_change()

    def reseed(self, seed: int) -> None:
        """Let chances repeat from here on as they do for this seed."""
        self._random.seed(seed)

    def active(self) -> tuple[Fault, ...]:
        """What is switched on now."""
        return tuple(self._active)

    def deafen(self, *, deaf: bool = True) -> None:
        """Socket Mode connections stay open and carry nothing any more; what is sent is not heard."""
        self.deaf_socket = deaf
        self._on_change()

    def silence(self, *, silent: bool = True) -> None:
        """Nothing that happens in the workspace is delivered to the app, as if Slack had lost it."""
        self.silent_deliveries = silent
        self._on_change()

    def pick(self, method: str, channel: str) -> list[Fault]:
        """The faults that strike this call; each is used up by one."""
        struck = [fault for fault in self._active if self._strikes(fault, method, channel)]
        if any(fault.times == 0 for fault in struck):
            self._active = [fault for fault in self._active if fault.times != 0]
            self._on_change()
        return struck

    def _strikes(self, fault: Fault, method: str, channel: str) -> bool:
        if not fnmatch.fnmatchcase(method, fault.method) or fault.channel not in ("", channel):
            return False
        if fault.skip > 0:
            fault.skip -= 1
            return False
        if fault.chance < 1.0 and self._random.random() >= fault.chance:
            return False
        if fault.times is not None:
            fault.times -= 1
        return True

    # --- the weather in words -------------------------------------------------------------------------------------

    def rate_limit(
        self,
        method: str = "*",
        *,
        retry_after: str = "30",
        times: int | None = 1,
        channel: str = "",
        hold: bool = False,
    ) -> int:
        """Answer 429."""
        kind = FaultKind.RATE_LIMITED
        return self.add(Fault(kind, method, channel, times, retry_after=retry_after, hold=hold))

    def down(self, status: int = 503, *, method: str = "*") -> int:
        """The whole of Slack (or one method) answers an error page until the fault is removed."""
        return self.add(Fault(FaultKind.STATUS, method, status=status))

    def fail(self, method: str, code: str, *, times: int | None = 1, channel: str = "", chance: float = 1.0) -> int:
        """Answer `ok: false` with this error code."""
        return self.add(Fault(FaultKind.ERROR, method, channel, times, chance=chance, code=code))

    def lose_replies(
        self, method: str = "chat.postMessage", *, times: int | None = 1, chance: float = 1.0, skip: int = 0
    ) -> int:
        """Carry the call out, then close the connection without an answer."""
        return self.add(Fault(FaultKind.LOST_REPLY, method, times=times, chance=chance, skip=skip))

    def reset(self, method: str = "*", *, times: int | None = 1, chance: float = 1.0) -> int:
        """Close the connection before anything is taken."""
        return self.add(Fault(FaultKind.RESET, method, times=times, chance=chance))

    def delay(self, seconds: float, method: str = "*", *, times: int | None = None) -> int:
        """Answer later."""
        return self.add(Fault(FaultKind.DELAY, method, times=times, seconds=seconds))

    def late(self, seconds: float, *, times: int | None = None) -> int:
        """Posts are there at once but readable only `seconds` later."""
        return self.add(Fault(FaultKind.LATE, "chat.postMessage", times=times, seconds=seconds))
