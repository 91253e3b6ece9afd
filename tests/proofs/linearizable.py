"""Whether what several people did to one incident at once could have happened in some order, one after the other.

The search of Wing and Gong with a memory: of the operations that may come next (asked before any other pending one
was answered) each is tried; what is still to do, and the state it leaves, is remembered so that no branch is walked
twice. An operation without an answer may have happened at any time after it was asked, or never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

# The lifecycle as its contract says, written down once more on purpose: a test must not believe the code it tests.
MOVES = {
    ("open", "acknowledge"): "acknowledged",
    ("open", "resolve"): "resolved",
    ("acknowledged", "resolve"): "resolved",
    ("acknowledged", "unacknowledge"): "open",
    ("resolved", "reopen"): "open",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A transition that somebody asked for. `seen` is the state that the answer told of, None without an answer."""

    verb: str
    asked: float
    answered: float = inf
    done: bool | None = None
    seen: str | None = None


def linearizable(operations: Sequence[Operation], start: str = "open") -> bool:
    """Whether an order exists that explains every answer; operations must be of one incident."""
    todo = frozenset(range(len(operations)))
    walked: set[tuple[frozenset[int], str]] = set()
    stack = [(todo, start)]
    while stack:
        left, state = stack.pop()
        if all(operations[one].done is None for one in left):
            return True
        if (left, state) in walked:
            continue
        walked.add((left, state))
        first_answer = min(operations[one].answered for one in left)
        for one in left:
            if operations[one].asked <= first_answer:
                after = _after(operations[one], state)
                stack.extend((left - {one}, state_after) for state_after in after)
    return False


def _after(operation: Operation, state: str) -> tuple[str, ...]:
    """The state that the operation leaves, if its answer fits this one."""
    target = MOVES.get((state, operation.verb))
    if operation.done is None:
        return (target,) if target else (state,)
    if operation.done:
        return (target,) if target and operation.seen in (None, target) else ()
    return (state,) if target is None and operation.seen in (None, state) else ()
