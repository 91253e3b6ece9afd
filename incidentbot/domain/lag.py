"""What of an incident the outside should know and does not know yet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Unsynced:
    """NopeSight does not know that the incident is `action`, waited for `since`.

    `action` is resolved, acknowledged, open (it has not heard of the incident at all) or open again.
    `given_up` says that it is not tried any more by itself; `problem` is why, or what went wrong last.
    """

    action: str
    since: datetime
    problem: str
    given_up: bool


@dataclass(frozen=True, slots=True)
class Lag:
    """What is late or was given up. `missing` are entries that cannot be posted, as (seq, reason).

    `late` entries are still on their way, the oldest `late_since`; `card_late` is by how much the card itself is.
    """

    unsynced: tuple[Unsynced, ...] = ()
    missing: tuple[tuple[int, str], ...] = field(default=())
    late: int = 0
    late_since: datetime | None = None
    card_late: timedelta | None = None

    @property
    def mark(self) -> str:
        """What a card says of it, in short: two lags of one mark read alike but for times and numbers. At most 64."""
        given_up = sorted({one.action for one in self.unsynced if one.given_up})
        waiting = sorted({one.action for one in self.unsynced if not one.given_up})
        parts = [
            *(f"w{action[:3]}" for action in waiting),
            *(f"g{action[:3]}" for action in given_up),
            *(f"m{seq}" for seq, _ in self.missing[-5:]),
            *(["late"] if self.late else []),
        ]
        return ",".join(parts)[:64]
