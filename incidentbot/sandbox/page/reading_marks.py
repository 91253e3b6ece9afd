"""How far each person has read each conversation. Slack keeps this for its clients; apps never see it."""

import bisect
from dataclasses import dataclass, field

from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.ids import ts_key
from incidentbot.sandbox.slack.model import Conversation, Kind, Message

_COUNTED = 100
_NEVER = "0.000000"


@dataclass(frozen=True, slots=True)
class Unread:
    """What waits in a conversation: how many messages, and how many of them call the person (all, in a direct one)."""

    messages: int = 0
    calls: int = 0


@dataclass(slots=True)
class ReadingMarks:
    """The newest `ts` that each person has seen, by person and conversation."""

    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, viewer: Viewer, conversation: Conversation) -> str:
        """The newest `ts` that the person has seen there."""
        return self._read.get((viewer.person.id, conversation.id), _NEVER)

    def read(self, viewer: Viewer, conversation: Conversation) -> bool:
        """The person has now seen everything there; whether anything was new."""
        newest = conversation.timeline[-1] if conversation.timeline else _NEVER
        before = self.of(viewer, conversation)
        self._read[viewer.person.id, conversation.id] = max(newest, before, key=ts_key)
        return newest != before

    def unread(self, viewer: Viewer, conversation: Conversation) -> Unread:
        """What the person has not seen there yet, counted up to a hundred. One's own messages are always seen."""
        if viewer.person.id not in conversation.members:
            return Unread()
        waiting = [one for one in self._after_mark(viewer, conversation) if one.author.user != viewer.person.id]
        if conversation.kind in (Kind.IM, Kind.MPIM):
            return Unread(len(waiting), len(waiting))
        return Unread(len(waiting), sum(1 for one in waiting if viewer.is_called(one)))

    def _after_mark(self, viewer: Viewer, conversation: Conversation) -> list[Message]:
        mark = ts_key(self.of(viewer, conversation))
        first = bisect.bisect_right(conversation.timeline, mark, key=ts_key)
        newest = conversation.timeline[max(first, len(conversation.timeline) - _COUNTED) :]
        return [conversation.messages[ts] for ts in newest]
