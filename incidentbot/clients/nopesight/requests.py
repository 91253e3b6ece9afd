"""What we ask of NopeSight and send to it, as NopeSight spells it: camelCase for events, snake_case for CIs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from incidentbot.domain.cmdb import CiChange
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.nopesight_event import EventActor
from incidentbot.domain.own_events import OUR_SOURCE
from incidentbot.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events to list; several values of one field mean any of them. `severities` are NopeSight's own words.

    `sort` is a field's name, with a minus for the newest (or greatest) first. `limit` is at most 100.
    """

    statuses: tuple[EventStatus, ...] = ()
    severities: tuple[str, ...] = ()
    source: str = ""
    ci_id: str = ""
    correlation_id: str = ""
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None
    updated_since: datetime | None = None
    page: int = 1
    limit: int = 20
    sort: str = "-timestamp"

    def params(self) -> dict[str, str]:
        """The query's parameters; what is not asked for is left out."""
        asked = {
            "status": ",".join(self.statuses),
            "severity": ",".join(self.severities),
            "source": self.source,
            "ciId": self.ci_id,
            "correlationId": self.correlation_id,
            "search": self.search,
            "from": iso(self.since),
            "to": iso(self.until),
            "updatedSince": iso(self.updated_since),
            "page": str(self.page),
            "limit": str(self.limit),
            "sort": self.sort,
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class CiQuery:
    """Which CIs to list: `search` looks at name and description."""

    search: str = ""
    type: str = ""
    status: str = ""
    page: int = 1
    limit: int = 10

    def params(self) -> dict[str, str]:
        """The query's parameters; what is not asked for is left out."""
        asked = {
            "search": self.search,
            "type": self.type,
            "status": self.status,
            "page": str(self.page),
            "limit": str(self.limit),
            "sort": "name",
            "order": "asc",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An incident that began in Slack, as an event for NopeSight; `source_id` is the incident's id outside."""

    source_id: str
    title: str
    severity: Severity
    happened_at: datetime
    description: str = ""
    ci_id: str = ""
    service: str = ""
    tags: tuple[str, ...] = ()

    def body(self) -> dict[str, object]:
        """As NopeSight takes it in."""
        return _without_empty(
            {
                "source": OUR_SOURCE,
                "sourceId": self.source_id,
                "severity": SEVERITY_OUT[self.severity],
                "title": self.title,
                "description": self.description,
                "timestamp": iso(self.happened_at),
                "ciId": self.ci_id,
                "service": self.service,
                "tags": list(self.tags),
            }
        )


@dataclass(frozen=True, slots=True)
class PlaybookRun:
    """A playbook to be run for an event, on some of its CIs; `dry_run` changes nothing there."""

    playbook_id: str
    event_id: str
    actor: EventActor
    ci_ids: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False

    def body(self) -> dict[str, object]:
        """As NopeSight takes it in."""
        return {
            "eventId": self.event_id,
            "ciIds": list(self.ci_ids),
            "parameters": dict(self.parameters),
            "dryRun": self.dry_run,
            "actor": actor_body(self.actor),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words and where it was asked; ids are Slack's."""

    query: str
    user: str = ""
    email: str = ""
    channel: str = ""
    thread_ts: str = ""

    def body(self) -> dict[str, object]:
        """As NopeSight takes it in."""
        context = {"user": self.user, "email": self.email, "channel": self.channel, "threadTs": self.thread_ts}
        return {"query": self.query, "context": _without_empty(context)}


SEVERITY_OUT: Mapping[Severity, str] = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "major",
    Severity.MEDIUM: "minor",
    Severity.LOW: "info",
}


def actor_body(actor: EventActor) -> dict[str, object]:
    """The person who did something; the source tells us our own change when it comes back."""
    return _without_empty(
        {
            "email": actor.email,
            "name": actor.name,
            "source": actor.source or "slack",
            "externalId": actor.external_id,
        }
    )


def status_body(status: EventStatus, actor: EventActor, comment: str, notes: str) -> dict[str, object]:
    """A change of an event's status."""
    body = {"status": status.value, "comment": comment, "resolutionNotes": notes, "actor": actor_body(actor)}
    return _without_empty(body)


def ci_body(raw: Mapping[str, object], change: CiChange, actor_email: str) -> dict[str, object]:
    """The whole editable part of the CI `raw` with the change made: right whether a PUT merges or replaces."""
    merged = {
        "name": change.name if change.name is not None else raw.get("name"),
        "type": raw.get("type"),
        "status": change.status if change.status is not None else raw.get("status"),
        "description": raw.get("description"),
        "attributes": _merged(raw.get("attributes"), change.attributes),
        "custom_fields": _merged(raw.get("custom_fields", raw.get("customFields")), change.custom_fields),
        "updated_by": actor_email,
    }
    return {name: value for name, value in merged.items() if value is not None}


def iso(moment: datetime | None) -> str:
    """ISO 8601 in UTC with a Z; "" for no time."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else ""


def _merged(present: object, change: Mapping[str, object]) -> dict[str, object]:
    return {**(present if isinstance(present, Mapping) else {}), **change}


def _without_empty(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if value not in ("", [], None)}
