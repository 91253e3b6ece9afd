"""NopeSight's events and deliveries as ours: both dialects of its documentation, tolerant of what we can do without."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.own_events import OUR_SOURCE
from incidentbot.domain.severity import Severity
from incidentbot.domain.strict_json import read_json
from incidentbot.domain.text import clean_line

SOURCE: Final = "nopesight"

# A monitoring "warning" should reach people, so it is medium; what nobody knows is medium too.
SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "critical": Severity.CRITICAL,
        "major": Severity.HIGH,
        "high": Severity.HIGH,
        "minor": Severity.MEDIUM,
        "warning": Severity.MEDIUM,
        "medium": Severity.MEDIUM,
        "info": Severity.LOW,
        "low": Severity.LOW,
    }
)
UNKNOWN_SEVERITY: Final = Severity.MEDIUM

STATUSES: Final[Mapping[str, EventStatus]] = MappingProxyType(
    {
        "open": EventStatus.OPEN,
        "new": EventStatus.OPEN,
        "active": EventStatus.OPEN,
        "acknowledged": EventStatus.ACKNOWLEDGED,
        "resolved": EventStatus.RESOLVED,
        "closed": EventStatus.RESOLVED,
        "suppressed": EventStatus.SUPPRESSED,
    }
)


@dataclass(frozen=True, slots=True)
class EventActor:
    """Who changed an event, as NopeSight tells it. `source` is "slack" for what went there from Slack."""

    name: str = ""
    email: str = ""
    source: str = ""
    external_id: str = ""


NOBODY: Final = EventActor()


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event that NopeSight was asked for, and the `body` of the delivery that would have told it."""

    event: MonitoringEvent
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery. `event` is None for types that carry none, which are counted and ignored.

    `id` is the body's own; the delivery header (the same on a retry) is the caller's to read. `changes` names the
    fields that changed, as NopeSight spells them.
    """

    id: str
    type: str
    happened_at: datetime | None
    department: str
    event: MonitoringEvent | None
    changes: tuple[str, ...] = ()
    actor: EventActor = NOBODY


def read_delivery(body: bytes, severities: Mapping[str, Severity] = SEVERITIES) -> Delivery:
    """The delivery in `body` (already verified, of bounded size); BadJson or BadShape says what cannot be read."""
    raw = fields.mapping_in(read_json(body), "body")
    kind = fields.line(raw, "type", limit=fields.ID_LENGTH)
    if not kind:
        raise BadShape("type", "the kind of delivery")
    data = fields.nested(raw, "data")
    delivery = Delivery(
        id=fields.line(raw, "id", limit=fields.ID_LENGTH),
        type=kind,
        happened_at=fields.moment(raw, "timestamp"),
        department=fields.line(raw, "department", limit=fields.ID_LENGTH),
        event=None,
        changes=fields.lines(fields.items(data, "changes")),
        actor=read_actor(fields.find(data, "actor")),
    )
    return _with_event(delivery, data, severities) if kind.startswith("event.") else delivery


def read_event(
    raw: Mapping[str, object],
    source: str = SOURCE,
    severities: Mapping[str, Severity] = SEVERITIES,
    happened_at: datetime | None = None,
) -> MonitoringEvent:
    """An event in either dialect; BadShape names the field that is missing.

    Only an identifier and a time cannot be done without; `happened_at` stands in for the time. Texts come out clean
    and bounded (title: one line of at most 1,000 characters; description: at most 20,000).
    """
    event_id = fields.required_id(raw, "id", "_id", "eventId", path="event.id")
    occurred_at = fields.moment(raw, "timestamp", "firstOccurrence", "createdAt") or happened_at
    if occurred_at is None:
        raise BadShape("event.timestamp", "a time in ISO 8601 or epoch seconds")
    status = STATUSES.get(fields.word(raw, "status"), EventStatus.OPEN)
    severity_raw = fields.word(raw, "severity")
    actor = _actor_of(raw, status)
    assigned = read_actor(fields.find(raw, "assignedTo"))
    analysis = fields.nested(raw, "aiAnalysis")
    return MonitoringEvent(
        source=source,
        event_id=event_id,
        title=_title(raw, event_id),
        severity=severities.get(severity_raw, UNKNOWN_SEVERITY),
        status=status,
        occurred_at=occurred_at,
        updated_at=_latest(raw, happened_at or occurred_at),
        display_id=_short(raw, "eventId") or event_id,
        description=fields.text(raw, "description"),
        category=fields.word(raw, "category"),
        origin=_short(raw, "source"),
        service=_short(raw, "service", "application"),
        environment=_short(raw, "environment"),
        hostname=_short(raw, "hostname"),
        department=_short(raw, "department"),
        correlation_id=_short(raw, "correlationId"),
        signature=_short(raw, "correlationSignature", "signature"),
        cis=_cis(raw),
        tags=fields.lines(fields.items(raw, "tags", limit=100)),
        actor_name=actor.name,
        actor_email=actor.email,
        actor_source=actor.source,
        notes=fields.text(raw, "resolutionNotes", "comment"),
        ai_summary=fields.text(analysis, "summary"),
        recommended_action=fields.text(analysis, "recommendedAction"),
        occurrences=max(1, fields.integer(raw, "occurrenceCount", default=1)),
        severity_raw=severity_raw,
        assigned_name=assigned.name,
        assigned_email=assigned.email.lower(),
        made_of=_short(raw, "sourceId") if fields.word(raw, "source") == OUR_SOURCE else "",
    )


def read_actor(value: object) -> EventActor:
    """A person inside an event: an object, or a bare name or e-mail address; NOBODY if there is neither."""
    if isinstance(value, Mapping):
        return EventActor(
            name=_short(value, "name", "username"),
            email=_short(value, "email"),
            source=fields.word(value, "source"),
            external_id=_short(value, "externalId"),
        )
    bare = clean_line(fields.as_text(value), fields.ID_LENGTH)
    return EventActor(email=bare) if "@" in bare else EventActor(name=bare)


def _with_event(delivery: Delivery, data: Mapping[str, object], severities: Mapping[str, Severity]) -> Delivery:
    raw = fields.mapping_in(fields.find(data, "event"), "data.event")
    event = read_event(raw, SOURCE, severities, delivery.happened_at)
    # `event.resolved` means resolved, whatever the status inside says (or does not).
    if delivery.type == "event.resolved":
        event = replace(event, status=EventStatus.RESOLVED)
    if delivery.type == "event.deleted" and event.active:
        # Nothing tells whether it is fixed, only that nobody there looks after it any more.
        gone_at = max(event.updated_at, delivery.happened_at or event.updated_at)
        event = replace(event, status=EventStatus.SUPPRESSED, updated_at=gone_at, notes="Deleted in NopeSight.")
    if delivery.actor != NOBODY:
        told = delivery.actor
        event = replace(event, actor_name=told.name, actor_email=told.email, actor_source=told.source)
    return replace(delivery, event=replace(event, department=event.department or delivery.department))


def _title(raw: Mapping[str, object], event_id: str) -> str:
    return fields.line(raw, "title") or fields.line(raw, "description") or f"Event {event_id}"


def _latest(raw: Mapping[str, object], otherwise: datetime) -> datetime:
    """When the event last changed: an explicit time, or else the newest of the times that it carries."""
    told = fields.moment(raw, "updatedAt")
    if told is not None:
        return told
    times = (fields.moment(raw, name) for name in ("resolvedAt", "acknowledgedAt", "lastOccurrence"))
    return max((time for time in times if time is not None), default=otherwise)


def _actor_of(raw: Mapping[str, object], status: EventStatus) -> EventActor:
    """Who brought the event into the status that it has, as far as the event itself says."""
    names = {EventStatus.ACKNOWLEDGED: "acknowledgedBy", EventStatus.RESOLVED: "resolvedBy"}
    return read_actor(fields.find(raw, names[status])) if status in names else NOBODY


def _cis(raw: Mapping[str, object]) -> tuple[CiRef, ...]:
    """Affected CIs, each once, the one that the event itself names first; a bare id or name counts as both."""
    listed = (fields.find(raw, "ciId", "ci"), *fields.items(raw, "affectedCis"))
    found: dict[str, CiRef] = {}
    for ci in filter(None, map(_ci, listed)):
        found.setdefault(ci.id, ci)
    return tuple(found.values())


def _ci(value: object) -> CiRef | None:
    if isinstance(value, Mapping):
        name = _short(value, "name")
        ci_id = _short(value, "id", "_id") or name
        return CiRef(ci_id, name or ci_id, fields.word(value, "type")) if ci_id else None
    bare = clean_line(fields.as_text(value), fields.ID_LENGTH)
    return CiRef(bare, bare) if bare else None


def _short(raw: Mapping[str, object], *names: str) -> str:
    return fields.line(raw, *names, limit=fields.ID_LENGTH)
