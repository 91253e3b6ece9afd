"""An incident as a document: which file it is, and what is in it. In one language the same incident is always
the same document.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.people import Actor
from incidentbot.domain.roles import holders
from incidentbot.domain.story import Document, Story
from incidentbot.domain.timeline import Entry
from incidentbot.languages import ENGLISH, speaking, spoken
from incidentbot.render.entry import line
from incidentbot.render.markdown import export, named
from incidentbot.render.retrospective import retrospective

# Grows where a field is added; another number of the first part is another shape (docs/export.schema.json).
SCHEMA: Final = "incidentbot.export/1.2"
_ENDS: Final[Mapping[Document, str]] = {
    Document.MARKDOWN: "export.md",
    Document.JSON: "export.json",
    Document.RETROSPECTIVE: "retrospective.md",
}


def written(story: Story, document: Document) -> str:
    """The document in the language of the moment; JSON is for programs, and in English whatever people speak."""
    write: Mapping[Document, Callable[[Story], str]] = {
        Document.MARKDOWN: export,
        Document.JSON: lambda told: json.dumps(as_json(told), ensure_ascii=False, indent=2) + "\n",
        Document.RETROSPECTIVE: retrospective,
    }
    with speaking(ENGLISH if document is Document.JSON else spoken()):
        return write[document](story)


def filename(reference: str, document: Document, mark: str = "") -> str:
    """A name for the file; `mark` tells it from others of the same incident."""
    return "-".join(part for part in (reference, mark, _ENDS[document]) if part)


def as_json(story: Story) -> dict[str, Any]:
    """Everything about the incident as docs/export.schema.json has it: times in ISO 8601 and UTC."""
    incident = story.incident
    return {
        "schema": SCHEMA,
        "ref": incident.reference,
        "drill": incident.drill,
        "state": incident.state.value,
        "severity": incident.severity.value,
        "title": incident.title,
        "description": incident.description,
        "resolution": incident.resolution,
        "created_at": _time(incident.created_at),
        "created_by": _actor(incident.created_by),
        "started_at": _time(incident.began_at),
        "acknowledged_at": _maybe(incident.acknowledged_at),
        "resolved_at": _maybe(incident.resolved_at),
        "next_update_at": _maybe(incident.next_update_at),
        "own_channel": incident.own_channel,
        "roles": {role.value: person for role, person in holders(incident).items()},
        "affected": [{"id": ci.id, "name": ci.name, "type": ci.type} for ci in incident.cis],
        "not_found": list(incident.unknown_cis),
        "responders": [{"id": one.id, "why": one.why} for one in story.responders],
        "events": list(story.events),
        "actions": [_action(item) for item in story.actions],
        "permalink": story.url,
        "names": dict(sorted(story.names.items())),
        "timeline": [_entry(story, entry) for entry in story.entries],
    }


def _action(item: ActionItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "text": item.text,
        "assignee": item.assignee,
        "due_at": _maybe(item.due_at),
        "created_by": _actor(item.created_by),
        "created_at": _time(item.created_at),
        "done_at": _maybe(item.done_at),
    }


def _entry(story: Story, entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "kind": entry.kind.value,
        "actor": _actor(entry.actor),
        "happened_at": _time(story.at(entry)),
        "recorded_as": _time(entry.happened_at),
        "text": named(line(entry), story.names),
        "data": dict(entry.data),
    }


def _actor(actor: Actor) -> dict[str, str]:
    return {"source": actor.source.value, "id": actor.id, "name": actor.name}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _maybe(moment: datetime | None) -> str | None:
    return _time(moment) if moment else None
