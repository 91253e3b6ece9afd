"""Programs that follow incidents: who wants to hear of which changes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subscription:
    """A program, by the operator's name for it. No `kinds` of timeline entries: all; no `team`: every workspace's."""

    name: str
    kinds: frozenset[str] = frozenset()
    team: str = ""

    def wants(self, kind: str, team: str) -> bool:
        """Whether it is to hear of such an entry in that workspace."""
        return (not self.kinds or kind in self.kinds) and self.team in {"", team}
