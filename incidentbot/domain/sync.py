"""What NopeSight and we may not agree on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """An event of NopeSight's that belongs to an incident, and matters still."""

    team_id: str
    incident: int
    event_id: str
