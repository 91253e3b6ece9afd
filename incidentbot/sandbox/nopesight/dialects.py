"""The two ways in which NopeSight's documentation writes the same things."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from incidentbot.sandbox.nopesight.records import Ci, Comment, Event, User


class Dialect(Enum):
    """How this NopeSight writes.

    INSTANCE: `{success, data}`, `_id`, camelCase, ISO times, five severities (an installation of one's own).
    CLOUD: bare objects and `{data, pagination}`, `id`, snake_case, epoch seconds, four severities (the public service).
    """

    INSTANCE = "instance"
    CLOUD = "cloud"


SEVERITIES = ("critical", "major", "minor", "warning", "info")
STATUSES = ("open", "acknowledged", "resolved", "suppressed")
_CLOUD_SEVERITY = {"critical": "critical", "major": "high", "minor": "medium", "warning": "medium", "info": "low"}
_OWN_SEVERITY = {"high": "major", "medium": "minor", "low": "info"}


def own_severity(told: str) -> str:
    """One of the five words, from any of the words of either dialect; "" if it is none."""
    word = _OWN_SEVERITY.get(told, told)
    return word if word in SEVERITIES else ""


def iso(moment: float | None) -> str | None:
    """ISO 8601 with milliseconds and a Z, as a JavaScript server writes it."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_event(event: Event, cis: list[Ci], dialect: Dialect) -> dict[str, Any]:
    """An event as this dialect writes it."""
    return _instance_event(event, cis) if dialect is Dialect.INSTANCE else _cloud_event(event, cis)


def _instance_event(event: Event, cis: list[Ci]) -> dict[str, Any]:
    first = cis[0] if cis else None
    return {
        "_id": event.id,
        "eventId": event.event_id,
        "source": event.source,
        "sourceId": event.source_id,
        "severity": event.severity,
        "status": event.status,
        "category": event.category,
        "title": event.title,
        "description": event.description,
        "timestamp": iso(event.created_at),
        "hostname": event.hostname,
        "service": event.service,
        "environment": event.environment,
        "correlationId": event.correlation_id or None,
        "correlationSignature": event.signature or None,
        "ciId": {"_id": first.id, "name": first.name, "type": first.type} if first else None,
        "affected_cis": [{"id": ci.id, "name": ci.name, "type": ci.type} for ci in cis],
        "occurrenceCount": event.occurrences,
        "firstOccurrence": iso(event.created_at),
        "lastOccurrence": iso(event.last_occurrence),
        "assignedTo": _user(event.assigned_to),
        "acknowledgedBy": _user(event.acknowledged_by),
        "acknowledgedAt": iso(event.acknowledged_at),
        "resolvedBy": _user(event.resolved_by),
        "resolvedAt": iso(event.resolved_at),
        "resolutionNotes": event.resolution_notes or None,
        "aiAnalysis": _analysis(event),
        "tags": list(event.tags),
        "createdAt": iso(event.created_at),
        "updatedAt": iso(event.updated_at),
    }


def _cloud_event(event: Event, cis: list[Ci]) -> dict[str, Any]:
    told = {
        "id": event.id,
        "title": event.title,
        "description": event.description or None,
        "severity": _CLOUD_SEVERITY[event.severity],
        "source": event.source,
        "status": event.status,
        "category": event.category,
        "service": event.service,
        "environment": event.environment,
        "hostname": event.hostname,
        "timestamp": int(event.created_at),
        "affected_cis": [{"id": ci.id, "name": ci.name, "type": ci.type.title()} for ci in cis],
        "correlation_id": event.correlation_id or None,
        "correlation_signature": event.signature or None,
        "occurrence_count": event.occurrences,
        "acknowledged_by": event.acknowledged_by.email if event.acknowledged_by else None,
        "resolved_by": event.resolved_by.email if event.resolved_by else None,
        "resolution_notes": event.resolution_notes or None,
        "assigned_to": event.assigned_to.email if event.assigned_to else None,
        "ai_analysis": _analysis(event),
        "tags": list(event.tags),
        "updated_at": event.updated_at,
    }
    return {name: value for name, value in told.items() if value is not None}


def write_ci(ci: Ci, dialect: Dialect, relationships: list[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
    """A CI: whole, or as a member of a list (with a count and an address in place of its relationships)."""
    told: dict[str, Any] = {
        "id": ci.id,
        "name": ci.name,
        "type": ci.type,
        "status": ci.status,
        "description": ci.description,
        "attributes": dict(ci.attributes),
        "custom_fields": dict(ci.custom_fields),
        "created_at": iso(ci.created_at),
        "updated_at": iso(ci.updated_at),
        "created_by": "discovery@acme.example",
        "updated_by": ci.updated_by,
    }
    shown = {"count": len(relationships), "href": f"/cmdb/ci/{ci.id}/relationships"}
    told["relationships"] = relationships if whole else shown
    if dialect is Dialect.INSTANCE:
        told["_id"] = told.pop("id")
        told["type"] = ci.type.title().replace("_", " ")
        told = {_camel(name): value for name, value in told.items()}
    return told


def write_relationship(number: str, kind: str, target: tuple[str, str], dialect: Dialect) -> dict[str, Any]:
    """A relationship of a CI to another one, told from the first's side."""
    told = {"id": number, "type": kind, "target_ci": target[0], "target_name": target[1]}
    if dialect is Dialect.INSTANCE:
        named = {"_id": number, "type": kind.replace("_", " ").title()}
        return named | {"target": {"_id": target[0], "name": target[1]}, "targetType": "CI"}
    return told


def write_comment(comment: Comment) -> dict[str, Any]:
    """A comment; it is written alike in both dialects."""
    created = iso(comment.created_at)
    return {"id": comment.id, "text": comment.text, "author": _user(comment.author), "createdAt": created}


def write_list(items: list[Any], page: int, limit: int, total: int, dialect: Dialect) -> dict[str, Any]:
    """A page of a list in its envelope."""
    pages = -(-total // limit) if total else 0
    told = {"data": items, "pagination": {"page": page, "limit": limit, "total": total, "pages": pages}}
    return {"success": True, **told} if dialect is Dialect.INSTANCE else told


def write_one(thing: Any, dialect: Dialect) -> Any:
    """One object in its envelope."""
    return {"success": True, "data": thing} if dialect is Dialect.INSTANCE else thing


def _analysis(event: Event) -> dict[str, Any] | None:
    if not event.ai_summary:
        return None
    told: dict[str, Any] = {"summary": event.ai_summary, "anomalyScore": event.anomaly_score}
    if event.recommended_action:
        told["recommended_action"] = event.recommended_action
    return told


def _user(one: User | None) -> dict[str, Any] | None:
    return {"_id": one.id, "name": one.name, "email": one.email} if one else None


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest) if head else name
