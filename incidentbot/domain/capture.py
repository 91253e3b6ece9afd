"""Messages that people take into a timeline: what is kept of one, and what becomes of it there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from incidentbot.domain.incident import NOTE_LIMIT, Change, Incident, tell
from incidentbot.domain.people import Actor
from incidentbot.domain.text import cut
from incidentbot.domain.timeline import Entry, EntryKind, NewEntry


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """A message as it stood in Slack: `author` is a user id, or "" where a bot called `author_name` wrote it."""

    channel: str
    ts: str
    text: str
    author: str = ""
    author_name: str = ""
    url: str = ""

    def said_at(self, now: datetime) -> datetime:
        """When it was written, by its ts; `now` where that tells no time, or one to come."""
        try:
            return min(datetime.fromtimestamp(float(self.ts), UTC), now)
        except (ValueError, OverflowError, OSError):
            return now


def capture(incident: Incident, message: SaidMessage, *, actor: Actor, now: datetime) -> Change:
    """The incident with `message` in its timeline, at the message's own time."""
    data = {
        "text": cut(message.text, NOTE_LIMIT),
        "author": message.author,
        "author_name": message.author_name,
        "url": message.url,
    }
    return tell(incident, NewEntry(EntryKind.CAPTURED, actor, message.said_at(now), data))


def withdrawn(incident: Incident, last: Entry, actor: Actor, now: datetime) -> Change:
    """Nobody wants the message of `last` there any more."""
    return _became(incident, last, {"withdrawn": True}, actor, now)


def edited(incident: Incident, last: Entry, message: SaidMessage, actor: Actor, now: datetime) -> Change | None:
    """The message of `last` says something else now; None where it says the same."""
    text = cut(message.text, NOTE_LIMIT)
    if text == last.data.get("text"):
        return None
    return _became(incident, last, {"text": text, "edited": True}, actor, now)


def deleted(incident: Incident, last: Entry, actor: Actor, now: datetime) -> Change:
    """The message of `last` is gone from Slack."""
    return _became(incident, last, {"deleted": True}, actor, now)


def _became(incident: Incident, last: Entry, data: Mapping[str, Any], actor: Actor, now: datetime) -> Change:
    """An entry of its own: what was captured stays as it was."""
    named = {name: last.data.get(name, "") for name in ("author", "author_name", "url")}
    return tell(incident, NewEntry(EntryKind.CAPTURED, actor, now, {**named, "text": "", **data}))
