"""Named places at which tests kill the process, to prove that nothing is lost or said twice.

Nothing in production arms them: there is no setting, variable or flag for it, only `arm`, which the crash tests call in
a process of their own. Under `python -O` a crash point is an empty function.
"""

from collections.abc import Callable
from typing import Final

POINTS: Final = (
    "inbox_keyed",  # the cause's key is written, nothing else yet
    "state_written",  # the incident row moved, timeline and effects not yet
    "timeline_written",
    "effects_written",
    "before_commit",
    "after_commit",  # stored, the sender not yet answered
    "effect_claimed",  # lease and attempt are committed, the call not yet made
    "call_answered",  # Slack or NopeSight accepted, nothing of it stored yet
    "result_written",  # inside the transaction that stores the result
    "result_committed",
    "timer_fired",  # a timer did what it is for, nothing of it committed
    "timer_committed",  # it is committed, the worker not yet told
)

_armed: Callable[[str], None] | None = None


def arm(hook: Callable[[str], None] | None) -> None:
    """Call `hook(name)` at every crash point from now on; None disarms."""
    global _armed  # noqa: PLW0603 - one process-wide switch, for tests that end the process
    _armed = hook


if __debug__:

    def crashpoint(name: str) -> None:
        """Mark a place that a crash test may stop at; `name` is one of POINTS."""
        if _armed is not None:
            _armed(name)

else:

    def crashpoint(name: str) -> None:
        """Nothing: crash points are compiled away."""
