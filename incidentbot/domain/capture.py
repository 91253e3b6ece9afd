"""Messages that people take into a timeline: what is kept of one, and what becomes of it there."""

from dataclasses import dataclass
from datetime import UTC, datetime

from incidentbot.domain.incident import NOTE_LIMIT, Change, Incident, tell
from incidentbot.domain.people import Actor
from incidentbot.domain.text import cut
from incidentbot.domain.timeline import EntryKind, NewEntry


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
