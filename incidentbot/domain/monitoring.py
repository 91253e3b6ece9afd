"""Monitoring events, and which incident each of them belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from incidentbot.domain.severity import Severity


class EventStatus(StrEnum):
    """Where a monitoring event stands at its source."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class CiRef:
    """A configuration item as an event names it; `type` is lower case with underscores."""

    id: str
    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class MonitoringEvent:
    """A monitoring event, whatever dialect it came in. Times are aware UTC.

    `made_of` names the incident of ours that its source made it of (own_events), or is empty. `assigned_*` is whom its
    source gave it to.
    """

    source: str
    event_id: str
    title: str
    severity: Severity
    status: EventStatus
    occurred_at: datetime
    updated_at: datetime
    display_id: str = ""
    description: str = ""
    category: str = ""
    origin: str = ""
    service: str = ""
    environment: str = ""
    hostname: str = ""
    department: str = ""
    correlation_id: str = ""
    signature: str = ""
    cis: tuple[CiRef, ...] = ()
    tags: tuple[str, ...] = ()
    actor_name: str = ""
    actor_email: str = ""
    actor_source: str = ""
    notes: str = ""
    ai_summary: str = ""
    recommended_action: str = ""
    occurrences: int = 1
    severity_raw: str = ""
    made_of: str = ""
    assigned_name: str = ""
    assigned_email: str = ""

    @property
    def active(self) -> bool:
        """Whether somebody may have to do something about it."""
        return self.status in {EventStatus.OPEN, EventStatus.ACKNOWLEDGED}

    @property
    def over(self) -> bool:
        """Whether it is resolved or suppressed."""
        return not self.active


# Which of two accounts of the same moment is the later one.
_PROGRESS: Final = (EventStatus.OPEN, EventStatus.ACKNOWLEDGED, EventStatus.SUPPRESSED, EventStatus.RESOLVED)


def is_news(event: MonitoringEvent, known: MonitoringEvent) -> bool:
    """Whether `event` tells of the same moment as `known`, or of a later one, whichever came first."""
    told, before = (event.updated_at, _PROGRESS.index(event.status)), (known.updated_at, _PROGRESS.index(known.status))
    return told >= before


def group_key(event: MonitoringEvent, group_by: Sequence[str]) -> str:
    """What events of one incident have in common: the first of `group_by` that the event has, with its name.

    `group_by` names are correlation_id, signature and ci. An event with none of them stands alone.
    """
    values = {
        "correlation_id": event.correlation_id,
        "signature": event.signature,
        "ci": event.cis[0].id if event.cis else "",
    }
    for name in group_by:
        if values[name]:
            return f"{name}:{values[name]}"
    return f"event:{event.source}:{event.event_id}"
