"""Sparing a Slack that does not answer: after some failures in a row it is left alone, and then asked by a few.

Each process keeps its own count; nothing is lost by forgetting it. What waits meanwhile stays unbegun, so that only
the few that asked have to be looked up afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from incidentbot.effects.next_step import backoff

# So many failures in a row, with no success between, are more than one message's own trouble.
OPENS_AFTER: Final = 5
# So many ask whether Slack is back: one of them may have trouble of its own.
PROBES: Final = 5


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    trips: int = 0
    rests_until: float = 0.0


class Circuits:
    """One circuit a team. Moments are of a clock that only goes forward."""

    def __init__(self) -> None:
        self._circuits: dict[str, _Circuit] = {}

    def quotas(self, now: float, in_flight: Mapping[str, int]) -> dict[str, int]:
        """How many calls may be begun at `now` for those teams whose Slack does not answer."""
        return {
            team: 0 if now < circuit.rests_until else max(0, PROBES - in_flight.get(team, 0))
            for team, circuit in self._circuits.items()
            if circuit.failures >= OPENS_AFTER
        }

    def answered(self, team: str) -> None:
        """Slack answered, whatever it said."""
        self._circuits.pop(team, None)

    def silent(self, team: str, now: float) -> None:
        """Slack did not answer, or with an error of its own."""
        circuit = self._circuits.setdefault(team, _Circuit())
        circuit.failures += 1
        if circuit.failures >= OPENS_AFTER and now >= circuit.rests_until:
            circuit.trips += 1
            circuit.rests_until = now + backoff(circuit.trips)
