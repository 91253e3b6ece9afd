"""The one id of everything that a request, a command, a delivery or a timer sets off; spans, where somebody records.

A piece of work that was `begun` has a mark: the id of its trace and the place in it, as W3C's traceparent has them. The
mark goes along into threads and tasks. What is left for later (an effect, a delivery) keeps it as text, and whoever
takes that up, in whatever process, goes on with it. Log lines bear the id, whether or not anybody records spans.

Without a recorder a part of a piece of work costs a look at one variable.
"""

import os
import re
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Literal, Protocol

Kind = Literal["internal", "server", "client", "consumer"]
Fact = str | int | bool

_TRACEPARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})\Z"
)
_SAMPLED: Final = 0x01


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a trace. `span` is the recorder's own, None where nothing is recorded."""

    trace_id: str
    span_id: str
    sampled: bool = False
    span: Any = field(default=None, repr=False, compare=False)

    @property
    def traceparent(self) -> str:
        """As W3C has it, version 00: 55 characters."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


class Recorder(Protocol):
    """Keeps spans. None of these raises, or waits for anything."""

    def start(self, name: str, kind: Kind, parent: Mark | None, seconds_ago: float) -> Mark:
        """A span that began so many seconds ago, below `parent`."""

    def note(self, mark: Mark, facts: dict[str, Fact]) -> None:
        """Facts about it."""

    def rename(self, mark: Mark, name: str) -> None:
        """What it is about is known only now."""

    def end(self, mark: Mark, failure: str) -> None:
        """It ends; `failure` is the name of the exception that ended it, or ""."""

    def close(self) -> None:
        """Hand over what is left; the end of the process does not wait for long."""


_mark: ContextVar[Mark | None] = ContextVar("mark", default=None)
_recorder: Recorder | None = None


def record_with(recorder: Recorder | None) -> None:
    """Let `recorder` keep the spans of this process from now on; None: nobody, and the one before is closed."""
    global _recorder
    # One a process, as the log is.
    before, _recorder = _recorder, recorder
    if before is not None:
        before.close()


def recording() -> bool:
    """Whether anybody keeps spans."""
    return _recorder is not None


def trace_id() -> str:
    """The id of what is being done, 32 hexadecimal digits; "" outside of any piece of work."""
    mark = _mark.get()
    return "" if mark is None else mark.trace_id


def traceparent() -> str | None:
    """What is kept with what goes on later; None outside of any piece of work."""
    mark = _mark.get()
    return None if mark is None else mark.traceparent


def parsed(text: str | None) -> Mark | None:
    """The mark that a traceparent tells of, None where it is none: what is malformed is as if it were not there."""
    found = _TRACEPARENT.match(text) if text else None
    if found is None or not found["trace"].strip("0") or not found["span"].strip("0"):
        return None
    return Mark(found["trace"], found["span"], sampled=bool(int(found["flags"], 16) & _SAMPLED))


class _Span:
    """Work within a `with`: its mark is the present one until the end."""

    __slots__ = ("_kind", "_name", "_parent", "_recorder", "_seconds_ago", "_token", "mark")

    def __init__(self, name: str, kind: Kind, parent: Mark | None, seconds_ago: float = 0.0) -> None:
        self._name = name
        self._kind = kind
        self._parent = parent
        self._seconds_ago = seconds_ago
        self._recorder = _recorder

    def __enter__(self) -> None:
        if self._recorder is not None:
            self.mark = self._recorder.start(self._name, self._kind, self._parent, self._seconds_ago)
        else:
            fresh = os.urandom(24).hex()
            trace = self._parent.trace_id if self._parent else fresh[:32]
            self.mark = Mark(trace, fresh[32:], sampled=bool(self._parent and self._parent.sampled))
        self._token: Token[Mark | None] = _mark.set(self.mark)

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        _mark.reset(self._token)
        if self._recorder is not None:
            self._recorder.end(self.mark, kind.__name__ if kind else "")


class _Resumed:
    """Within a `with`, the present mark is one that was kept."""

    __slots__ = ("_mark", "_token")

    def __init__(self, mark: Mark | None) -> None:
        self._mark = mark

    def __enter__(self) -> None:
        self._token = _mark.set(self._mark)

    def __exit__(self, *_: object) -> None:
        _mark.reset(self._token)


_NOTHING: Final = nullcontext()


def begun(name: str, kind: Kind, parent: str | None = None) -> AbstractContextManager[None]:
    """A piece of work of its own, or, where `parent` is a traceparent, what goes on from there."""
    return _Span(name, kind, parsed(parent))


def part(name: str, kind: Kind = "internal") -> AbstractContextManager[None]:
    """A part of what is being done; nothing where no piece of work was begun or nobody records."""
    mark = _mark.get()
    return _NOTHING if mark is None or _recorder is None else _Span(name, kind, mark)


def resumed(kept: str | None) -> AbstractContextManager[None]:
    """Go on with what was kept, without a span of its own; None: with nothing."""
    return _Resumed(parsed(kept))


def past(name: str, seconds: float) -> None:
    """A part that took the last so many seconds and is over now."""
    mark = _mark.get()
    if mark is not None and _recorder is not None:
        with _Span(name, "internal", mark, seconds):
            pass


def note(**facts: Fact) -> None:
    """Facts about the present span; each name is one of those that the recorder knows (`recorder.FACTS`)."""
    mark = _mark.get()
    if mark is not None and _recorder is not None:
        _recorder.note(mark, facts)


def rename(name: str) -> None:
    """What the present span is about is known only now."""
    mark = _mark.get()
    if mark is not None and _recorder is not None:
        _recorder.rename(mark, name)
