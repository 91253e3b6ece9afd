"""Looks at channels: what one of them showed answers for every message there that was unclear by then.

Slack lets itself be looked at some 42 times a minute. Where posting alone failed for a while, more messages of one
channel than that may be unclear, and all of them stand, or do not stand, in the one history that a single look reads.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from incidentbot.clients.slack import Posted
from incidentbot.delivery.task import Place, is_person
from incidentbot.store.effects import EffectRow

# So many channels are remembered; what is forgotten is looked at again.
MOST: Final = 64
# The workspace, and the channel by its id or name.
Spot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood in a channel at `at`, by the database's clock, of `since` and later: the ts by the effect's id."""

    channel: str
    at: datetime
    since: datetime
    standing: Mapping[str, tuple[str, ...]]

    def of(self, effect_id: str) -> tuple[Posted, ...]:
        """Every message of the effect, the oldest first."""
        return tuple(Posted(self.channel, ts) for ts in self.standing.get(effect_id, ()))


@dataclass(slots=True)
class Look:
    """One look at `spot`, claimed at `at`: answered by what was `seen` before, or else by what Slack shows."""

    spot: Spot
    at: datetime
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of channels when effects are claimed: what was seen, and where somebody looks right now."""

    seen: Mapping[Spot, Seen] = field(default_factory=dict)
    under_way: Collection[Spot] = frozenset()

    def answer(self, spot: Spot, row: EffectRow, settled: datetime) -> Seen | None:
        """What says whether the message of `row` stands there, if it must have been to be seen since `settled`."""
        seen = self.seen.get(spot)
        return seen if seen and seen.since <= row.created_at and seen.at >= settled else None


@dataclass(slots=True)
class Looks:
    """What this process knows; for its event loop."""

    _seen: dict[Spot, Seen] = field(default_factory=dict)
    _under_way: set[Spot] = field(default_factory=set)

    def known(self) -> Known:
        """As it is now."""
        return Known(dict(self._seen), frozenset(self._under_way))

    def begin(self, look: Look) -> None:
        """Somebody is about to look; who would look at the same place waits for what they see."""
        if look.seen is None:
            self._under_way.add(look.spot)

    def end(self, look: Look) -> None:
        """They have looked, and seen something or not."""
        self._under_way.discard(look.spot)
        if look.seen is not None:
            self._seen.pop(look.spot, None)
            self._seen[look.spot] = look.seen
        while len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]


def spot_of(team_id: str, place: Place) -> Spot | None:
    """Where others are looked for by the same look: a channel; a thread, or what one person has, is nobody else's."""
    if not place.target or place.thread_ts or is_person(place.target):
        return None
    return team_id, place.target


_look: Final[ContextVar[Look | None]] = ContextVar("look", default=None)


@contextmanager
def looking(look: Look | None) -> Iterator[None]:
    """Within this block a look at a channel is this one."""
    token = _look.set(look)
    try:
        yield
    finally:
        _look.reset(token)


def known_already() -> Seen | None:
    """What answers the present look without a call."""
    look = _look.get()
    return look.seen if look else None


def shown(channel: str, since: datetime, standing: Mapping[str, tuple[str, ...]]) -> None:
    """The present look showed this."""
    look = _look.get()
    if look is not None:
        look.seen = Seen(channel, look.at, since, standing)
