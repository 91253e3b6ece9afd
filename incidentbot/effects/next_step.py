"""What to do next with an effect, from what is written of its attempts: a pure decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from incidentbot.effects.kinds import Repeat

BACKOFF_LIMIT: Final = 15.0
REFUSED_LIMIT: Final = 300.0
POISON_LIMIT: Final = 5


@dataclass(frozen=True, slots=True)
class Send:
    """Make the call."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """An earlier attempt may have arrived: look for it, and make the call only if it did not."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too early to say; look again at `until`."""

    until: datetime


Step = Send | LookUp | Wait


def next_step(repeat: Repeat, attempt_started_at: datetime | None, now: datetime, settle: timedelta) -> Step:
    """The next step of an effect that nobody is working on.

    `attempt_started_at` is set while an attempt was begun whose outcome is unknown. What could be seen twice is
    looked up once `settle` has passed: by then Slack shows what it accepted, and no call of ours is on its way.
    """
    if attempt_started_at is None or repeat is Repeat.AGAIN:
        return Send()
    settled = attempt_started_at + settle
    return LookUp() if now >= settled else Wait(settled)


def backoff(attempts: int) -> float:
    """Seconds to wait after `attempts` failed attempts: 0.5, 1, 2 … and at most BACKOFF_LIMIT."""
    return float(min(BACKOFF_LIMIT, 0.5 * 2 ** min(max(attempts - 1, 0), 10)))


def patience(attempts: int) -> float:
    """Seconds to wait after `attempts` refusals of what a person may put right: as backoff, but up to five minutes."""
    return float(min(REFUSED_LIMIT, 0.5 * 2 ** min(max(attempts - 1, 0), 10)))
