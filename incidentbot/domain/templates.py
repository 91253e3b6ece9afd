"""Templates of notifications: an operator's words with {fields} of an event, each put in once.

    {severity} on {ci_name}: {title}

`{{` and `}}` stand for braces. There is nothing else to them: no attributes, formats or calls, and what is put in is
never looked at again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from incidentbot.domain.monitoring import MonitoringEvent

LONGEST: Final = 1_000
FIELDS: Final = (
    "title",
    "severity",
    "status",
    "source",
    "event",
    "category",
    "ci_name",
    "ci_type",
    "service",
    "environment",
    "department",
    "hostname",
    "tags",
    "description",
    "ai_summary",
    "recommended_action",
    "occurrences",
    "time",
)
_PIECE: Final = re.compile(r"\{\{|\}\}|\{(?P<field>[^{}]*)\}|[{}]|[^{}]+", re.DOTALL)


class TemplateError(ValueError):
    """The text is no template; `column` counts characters from 1."""

    def __init__(self, what: str, column: int) -> None:
        super().__init__(f"character {column}: {what}")
        self.what: Final = what
        self.column: Final = column


@dataclass(frozen=True, slots=True)
class Field:
    """A place where a field of the event is put in."""

    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """The operator's words (str) and the fields between them."""

    pieces: tuple[str | Field, ...]


def parse_template(text: str) -> Template:
    """The template that `text` says; TemplateError for an unknown field, a lone brace, or too much of it."""
    if len(text) > LONGEST:
        raise TemplateError(f"longer than {LONGEST} characters", LONGEST + 1)
    return Template(tuple(_piece(found) for found in _PIECE.finditer(text)))


def _piece(found: re.Match[str]) -> str | Field:
    name = found["field"]
    if name is not None:
        if name not in FIELDS:
            raise TemplateError(f"there is no field {{{name[:40]}}}; known are {', '.join(FIELDS)}", found.start() + 1)
        return Field(name)
    if found[0] in {"{", "}"}:
        raise TemplateError(f"a lone {found[0]}; {found[0] * 2} stands for the brace itself", found.start() + 1)
    return found[0].replace("{{", "{").replace("}}", "}")


def values_of(event: MonitoringEvent) -> Mapping[str, str]:
    """What stands for each field of a template, as foreign text: to be escaped where it is shown."""
    return {
        "title": event.title,
        "severity": event.severity.value,
        "status": event.status.value,
        "source": event.origin or event.source,
        "event": event.display_id or event.event_id,
        "category": event.category,
        "ci_name": ", ".join(ci.name for ci in event.cis),
        "ci_type": ", ".join(dict.fromkeys(ci.type for ci in event.cis if ci.type)),
        "service": event.service,
        "environment": event.environment,
        "department": event.department,
        "hostname": event.hostname,
        "tags": ", ".join(event.tags),
        "description": event.description,
        "ai_summary": event.ai_summary,
        "recommended_action": event.recommended_action,
        "occurrences": str(event.occurrences),
        "time": f"{event.occurred_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
    }
