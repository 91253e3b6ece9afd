"""Sparing a Slack that does not answer: after some failures in a row it is left alone, and then asked by one at a time.

Each process keeps its own count; nothing is lost by forgetting it. What waits meanwhile stays unbegun, so that only
the few that asked have to be looked up afterwards. Whoever asks is of another sort than those that asked in vain before
it: where one method alone is broken, something else soon finds that Slack answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from incidentbot.store.effects import Sort

# So many failures in a row, with no success between, are more than one message's own trouble.
OPENS_AFTER: Final = 5
# The next one asks after this share of the time that Slack has been silent, so that it is late by no more than that.
SHARE: Final = 0.1
SHORTEST: Final = 0.5
# What waited begins within 10 s, however long Slack was away.
LONGEST: Final = 8.0


@dataclass(slots=True)
class _Circuit:
    since: float
    failures: int = 0
    rests_until: float = 0.0
    in_vain: set[Sort] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        return self.failures >= OPENS_AFTER


class Circuits:
    """One circuit a team. Moments are of a clock that only goes forward."""

    def __init__(self) -> None:
        self._circuits: dict[str, _Circuit] = {}

    def quotas(self, now: float, in_flight: Mapping[str, int]) -> dict[str, int]:
        """How many calls may be begun at `now` for those teams whose Slack does not answer."""
        return {
            team: 0 if now < circuit.rests_until or in_flight.get(team, 0) else 1
            for team, circuit in self._circuits.items()
            if circuit.is_open
        }

    def rest(self, now: float) -> float | None:
        """In how many seconds the next one may ask, where somebody's Slack is left alone."""
        rests = [circuit.rests_until - now for circuit in self._circuits.values() if circuit.is_open]
        return min((rest for rest in rests if rest > 0), default=None)

    def in_vain(self) -> frozenset[Sort]:
        """The sorts that asked where nobody answered: others go before them."""
        return frozenset().union(*(circuit.in_vain for circuit in self._circuits.values()))

    def nobody_else(self) -> None:
        """Every sort of what waits has asked by now: they begin again."""
        for circuit in self._circuits.values():
            circuit.in_vain.clear()

    def answered(self, team: str) -> bool:
        """Slack answered, whatever it said; whether it had been left alone."""
        circuit = self._circuits.pop(team, None)
        return circuit is not None and circuit.is_open

    def silent(self, team: str, now: float, begun: float, sort: Sort) -> None:
        """A call of this sort, `begun` then, was not answered by `now`, or with an error of Slack's own."""
        circuit = self._circuits.setdefault(team, _Circuit(begun))
        circuit.failures += 1
        if circuit.is_open:
            circuit.in_vain.add(sort)
            # Counted from its beginning: after one that hung for long the next one may ask at once.
            circuit.rests_until = begun + min(LONGEST, max(SHORTEST, SHARE * (now - circuit.since)))
