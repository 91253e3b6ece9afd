"""Events: how they begin, change and are told."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from incidentbot.sandbox.nopesight.dialects import STATUSES, own_severity
from incidentbot.sandbox.nopesight.records import Comment, Event, User
from incidentbot.sandbox.nopesight.refusals import conflict, invalid, not_found

# What may become of an event; resolved is final.
TRANSITIONS = {
    "open": {"acknowledged", "resolved", "suppressed"},
    "acknowledged": {"resolved", "suppressed"},
    "suppressed": {"open", "resolved"},
    "resolved": set[str](),
}

Tell = Callable[[str, Event, tuple[str, ...], User], None]
SYSTEM = User("NopeSight", source="system")


class Events:
    """Events by id, newest last. Each change calls `tell(type, event, names of changed fields, who)`."""

    def __init__(self, now: Callable[[], float], tell: Tell) -> None:
        self._now = now
        self._tell = tell
        self._events: dict[str, Event] = {}
        self._number = 1041
        self._comments = 0

    def all(self) -> list[Event]:
        """Every event, oldest first."""
        return list(self._events.values())

    def get(self, event_id: str) -> Event:
        """The event with this id, or with this number (EVT-1042); refused if there is none."""
        if event_id in self._events:
            return self._events[event_id]
        for event in self._events.values():
            if event.event_id == event_id:
                return event
        raise not_found(f"Event {event_id}")

    def create(self, title: str, severity: str, **facts: Any) -> Event:
        """A new event, told as event.created."""
        word = own_severity(severity)
        if not word:
            raise invalid("severity", f"{severity} is not a severity")
        self._number += 1
        moment = self._now()
        event_id = uuid.uuid5(uuid.NAMESPACE_OID, f"event {self._number} {moment}").hex[:24]
        event = Event(event_id, f"EVT-{self._number}", title, word, moment, **facts)
        event.last_occurrence = event.updated_at = moment
        event.source_id = event.source_id or str(80_000 + self._number)
        self._events[event.id] = event
        self._tell("event.created", event, (), SYSTEM)
        return event

    def ingest(self, body: dict[str, Any], facts: dict[str, Any]) -> Event:
        """A new event from outside, or one more occurrence of a known one (same source and source id)."""
        for name in ("source", "title", "severity"):
            if not isinstance(body.get(name), str) or not body[name].strip():
                raise invalid(name, "is required")
        known = self._same(body["source"], str(body.get("sourceId") or ""))
        if known is None:
            return self.create(body["title"], body["severity"], source=body["source"], **facts)
        known.occurrences += 1
        known.last_occurrence = self._now()
        self._touch(known, ("occurrenceCount", "lastOccurrence"), SYSTEM)
        return known

    def set_status(self, event_id: str, status: str, by: User, *, notes: str = "", comment: str = "") -> Event:
        """The event in this status; told unless it had it already. Refused where the way there is closed."""
        event = self.get(event_id)
        if status not in STATUSES:
            raise invalid("status", f"must be one of {', '.join(STATUSES)}")
        if comment:
            self._add_comment(event, comment, by)
        if status == event.status:
            return event
        if status not in TRANSITIONS[event.status]:
            raise conflict(f"cannot go from {event.status} to {status}", current=event.status)
        if status == "acknowledged":
            event.acknowledged_by, event.acknowledged_at = by, self._now()
        elif status == "resolved":
            event.resolved_by, event.resolved_at, event.resolution_notes = by, self._now(), notes
        event.status = status  # last: whoever waits for it, in another thread, then asks who it was
        self._touch(event, ("status",), by)
        return event

    def update(self, event_id: str, by: User = SYSTEM, **facts: Any) -> Event:
        """The event with other facts, told as event.updated."""
        event = self.get(event_id)
        for name, value in facts.items():
            setattr(event, name, value)
        self._touch(event, tuple(facts), by)
        return event

    def comment(self, event_id: str, text: str, by: User) -> Comment:
        """A comment on an event."""
        event = self.get(event_id)
        if not text.strip():
            raise invalid("text", "must not be empty")
        return self._add_comment(event, text, by)

    def delete(self, event_id: str) -> None:
        """Forget an event without telling anybody; calls about it are refused from now on."""
        del self._events[self.get(event_id).id]

    def find(
        self, wanted: dict[str, str], since: float | None, until: float | None, after: float | None
    ) -> list[Event]:
        """Events that match: words with commas between them mean any of them; times are of beginning and of change."""
        return [
            event
            for event in self._events.values()
            if _matches(event, wanted)
            and (since is None or event.created_at >= since)
            and (until is None or event.created_at <= until)
            and (after is None or event.updated_at > after)
        ]

    def _same(self, source: str, source_id: str) -> Event | None:
        alive = (event for event in self._events.values() if event.status != "resolved")
        return next((one for one in alive if source_id and (one.source, one.source_id) == (source, source_id)), None)

    def _add_comment(self, event: Event, text: str, by: User) -> Comment:
        self._comments += 1
        made = Comment(f"cmt_{self._comments}", text, by, self._now())
        event.comments.append(made)
        return made

    def _touch(self, event: Event, changes: Iterable[str], by: User) -> None:
        event.updated_at = max(self._now(), event.updated_at + 0.001)
        kind = "event.resolved" if event.status == "resolved" and "status" in changes else "event.updated"
        self._tell(kind, event, tuple(changes), by)


def _matches(event: Event, wanted: dict[str, str]) -> bool:
    severities = {own_severity(word) for word in _words(wanted.get("severity", ""))}
    return (
        _any(wanted.get("status", ""), event.status)
        and (not severities or event.severity in severities)
        and _any(wanted.get("source", ""), event.source)
        and _any(wanted.get("correlationId", ""), event.correlation_id)
        and (not wanted.get("ciId") or bool(set(_words(wanted["ciId"])) & set(event.ci_ids)))
        and wanted.get("search", "").casefold() in f"{event.title} {event.description} {event.event_id}".casefold()
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _any(wanted: str, value: str) -> bool:
    return not wanted or value in _words(wanted)
