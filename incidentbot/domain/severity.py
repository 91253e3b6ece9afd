"""How bad an incident or an event is."""

from enum import StrEnum


class Severity(StrEnum):
    """Four levels, worst first; forms call it "Priority"."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for critical up to 3 for low, so that the worst sorts first."""
        return list(Severity).index(self)
