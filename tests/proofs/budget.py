"""How much of a proof is run: so many rounds, or as many as fit into some seconds; what was run is always told."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf


class NotHeld(AssertionError):
    """An invariant does not hold; the message says which, and how to see it again."""


@dataclass
class Budget:
    """`count` rounds at most, of which none begins after `seconds`."""

    count: int
    seconds: float = inf
    began: float = field(default_factory=time.monotonic)

    def rounds(self) -> Iterator[int]:
        """The numbers of the rounds that may be run."""
        for number in range(self.count):
            if number and time.monotonic() - self.began > self.seconds:
                return
            yield number


def hold(problems: list[str], how: str) -> None:
    """Fail with everything that does not hold; `how` is the command that shows it again."""
    if problems:
        raise NotHeld("\n".join([*problems, f"again: {how}"]))
