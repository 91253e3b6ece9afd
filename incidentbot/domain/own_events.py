"""Events that NopeSight made of incidents of ours: they bear which one, so that it is not made once more of them."""

from typing import Final

from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.reference import parse_reference, reference

# What NopeSight shows as the source of such events.
OUR_SOURCE: Final = "slack"


def mark_of(team_id: str, number: int) -> str:
    """The incident's id outside: references count from 1 in each workspace."""
    return f"{team_id}/{reference(number)}"


def made_of(event: MonitoringEvent) -> tuple[str, int] | None:
    """Workspace and number of the incident that the event was made of, if its source says so."""
    team_id, _, typed = event.made_of.partition("/")
    number = parse_reference(typed)
    return (team_id, number) if team_id and number else None


def is_of(event: MonitoringEvent, team_id: str) -> bool:
    """Whether an incident of this workspace is what the event was made of."""
    found = made_of(event)
    return found is not None and found[0] == team_id
