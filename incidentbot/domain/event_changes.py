"""What became different about a monitoring event, as far as people are told of it below its notification."""

from typing import Any, Final

from incidentbot.domain.monitoring import MonitoringEvent

# What is told by name alone, as its text stands in the notification.
_NAMED: Final = {
    "description": "description",
    "ai_summary": "AI analysis",
    "recommended_action": "recommended action",
    "cis": "affected CIs",
    "service": "service",
    "environment": "environment",
    "category": "category",
    "tags": "tags",
}


def changes_of(before: MonitoringEvent, after: MonitoringEvent) -> dict[str, Any]:
    """Plain JSON: status (the new one), severity and title ([before, after]), fields (names), note; {} = nothing.

    How often it occurred is no change by itself.
    """
    told: dict[str, Any] = {}
    if after.status is not before.status:
        told["status"] = after.status.value
        if after.notes:
            told["note"] = after.notes[:1000]
    if after.severity is not before.severity:
        told["severity"] = [before.severity.value, after.severity.value]
    if after.title != before.title:
        told["title"] = [before.title, after.title]
    named = [name for field, name in _NAMED.items() if getattr(before, field) != getattr(after, field)]
    return {**told, "fields": named} if named else told
