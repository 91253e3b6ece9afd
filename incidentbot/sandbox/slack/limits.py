"""Slack's rate limits: by method tier and workspace in any 60 seconds, by channel for posting."""

from collections import deque
from dataclasses import dataclass, field
from math import ceil

_WINDOW = 60.0


@dataclass(slots=True)
class LimitRules:
    """`scale` multiplies every allowance; `burst` is how many posts a channel takes at once, at `per_second` after.

    Slack publishes one post a second and channel with short bursts, and "several hundred" posts a minute and
    workspace. `tolerance` forgives the jitter of a network.
    """

    enabled: bool = True
    scale: float = 1.0
    per_second: float = 1.0
    burst: int = 3
    tolerance: float = 0.15
    posts_per_minute: int = 600


@dataclass(slots=True)
class Limiter:
    """Counts calls. Every method returns None to let a call pass, else the seconds to wait (whole, at least 1)."""

    rules: LimitRules = field(default_factory=LimitRules)
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _next_post: dict[tuple[str, str], float] = field(default_factory=dict)
    _held: dict[tuple[str, str], float] = field(default_factory=dict)

    def admit(self, team: str, method: str, per_minute: int, now: float) -> int | None:
        """Count a call to a method of a tier."""
        if not self.rules.enabled or per_minute <= 0:
            return None
        return self._window((team, method), max(1, int(per_minute * self.rules.scale)), now)

    def admit_post(self, team: str, channel: str, now: float) -> int | None:
        """Count a message to a channel, by whatever way it is posted."""
        if not self.rules.enabled:
            return None
        interval = 1.0 / (self.rules.per_second * self.rules.scale)
        key = (team, channel)
        due = max(self._next_post.get(key, now), now)
        ahead = due - now
        if ahead > (self.rules.burst - 1) * interval + self.rules.tolerance:
            return max(1, ceil(ahead - (self.rules.burst - 1) * interval))
        wait = self._window((team, "posts"), max(1, int(self.rules.posts_per_minute * self.rules.scale)), now)
        if wait is None:
            self._next_post[key] = due + interval
        return wait

    def hold(self, team: str, method: str, until: float) -> None:
        """Refuse the method in this workspace until then, as Slack does after a 429."""
        self._held[(team, method)] = until

    def held(self, team: str, method: str, now: float) -> int | None:
        """Seconds for which an earlier 429 still stands."""
        rest = self._held.get((team, method), now) - now
        return max(1, ceil(rest)) if rest > 0 else None

    def forget(self) -> None:
        """Start counting anew."""
        self._calls.clear()
        self._next_post.clear()
        self._held.clear()

    def _window(self, key: tuple[str, str], allowed: int, now: float) -> int | None:
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - _WINDOW:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, ceil(calls[0] + _WINDOW - now))
        calls.append(now)
        return None
