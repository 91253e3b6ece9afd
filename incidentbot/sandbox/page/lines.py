"""The lines of a conversation or a thread: messages, and what only the viewer sees, in order."""

import bisect
from dataclasses import dataclass
from datetime import datetime

from incidentbot.sandbox.page import dates
from incidentbot.sandbox.page.spots import Spot
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.ids import ts_key
from incidentbot.sandbox.slack.model import Conversation, Ephemeral, Message
from incidentbot.sandbox.world import Person

Record = Message | Ephemeral
_TOGETHER = 300
_FACES = 5


@dataclass(frozen=True, slots=True)
class Replies:
    """What stands below a message that has a thread."""

    count: int
    last: str
    people: list[Person]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is drawn. `scope` is c in a conversation, t in a thread: a root stands in both.

    `day` is the heading above it, empty but for the first of a day; `new` says that unread ones begin here.
    """

    record: Record
    scope: str
    viewer: Viewer
    compact: bool = False
    day: str = ""
    new: bool = False
    replies: Replies | None = None

    @property
    def id(self) -> str:
        """The id of what is drawn."""
        return line_id(self.scope, self.record.ts)

    @property
    def spot(self) -> Spot:
        """Where its elements stand."""
        return Spot(self.record, self.id)

    @property
    def author(self) -> Person:
        """Who wrote it."""
        return self.viewer.workspace.people[self.record.author.user]

    @property
    def name(self) -> str:
        """Under which name."""
        return self.record.author.username or self.author.real_name

    @property
    def at(self) -> datetime:
        """When, in the viewer's time zone."""
        return dates.moment(float(self.record.ts), self.viewer.zone)

    @property
    def ephemeral(self) -> bool:
        """Whether the viewer alone sees it."""
        return isinstance(self.record, Ephemeral)

    @property
    def gone(self) -> bool:
        """Whether it was deleted and stands here for its thread alone."""
        return isinstance(self.record, Message) and self.record.subtype == "tombstone"

    @property
    def edited(self) -> bool:
        """Whether it is marked as edited; Slack does not mark messages of blocks."""
        return isinstance(self.record, Message) and bool(self.record.edited_ts) and not self.record.content.blocks

    @property
    def root(self) -> str:
        """The `ts` of the thread that a reply goes to."""
        return self.record.thread_ts or self.record.ts


def line_id(scope: str, ts: str) -> str:
    """The id of the line of a message."""
    return f"{scope}-{ts.replace('.', '-')}"


class Lines:
    """The lines of one conversation for one viewer; with a `root`, those of that thread."""

    def __init__(self, viewer: Viewer, conversation: Conversation, *, root: str = "") -> None:
        self._viewer = viewer
        self._conversation = conversation
        self._root = root
        self._scope = "t" if root else "c"
        self._now = dates.moment(viewer.workspace.clock.now(), viewer.zone)

    def newest(self, most: int, *, mark: str = "") -> tuple[list[Line], bool]:
        """The newest lines, and whether there are older ones. `mark` is up to where the viewer had read."""
        return self.before("", most, mark=mark)

    def before(self, ts: str, most: int, *, mark: str = "") -> tuple[list[Line], bool]:
        """The newest lines before a `ts`, and whether there are older ones."""
        order = self._order()
        end = bisect.bisect_left(order, ts_key(ts), key=ts_key) if ts else len(order)
        start = max(0, end - most)
        records = self._with_whispers([self._message(one) for one in order[start:end]], order[start - 1 : start], ts)
        previous = self._message(order[start - 1]) if start else None
        return self._drawn(records, previous, mark), start > 0

    def all(self) -> list[Line]:
        """Every line; for threads."""
        return self.before("", len(self._order()))[0]

    def one(self, record: Record) -> Line:
        """The line of one record, as it stands among the others."""
        order = self._order()
        spot = bisect.bisect_left(order, ts_key(record.ts), key=ts_key)
        previous = self._message(order[spot - 1]) if spot else None
        earlier = [one for one in self._whispers() if ts_key(one.ts) < ts_key(record.ts)]
        if earlier and (previous is None or ts_key(earlier[-1].ts) > ts_key(previous.ts)):
            return self._line(record, earlier[-1], new=False)
        return self._line(record, previous, new=False)

    def _order(self) -> list[str]:
        if not self._root:
            return self._conversation.timeline
        replies = self._conversation.threads.get(self._root, [])
        return [self._root, *replies] if self._root in self._conversation.messages else list(replies)

    def _message(self, ts: str) -> Message:
        return self._conversation.messages[ts]

    def _whispers(self) -> list[Ephemeral]:
        """What the viewer alone sees here, oldest first."""
        shown = self._viewer.seat.ephemerals.values()
        return [one for one in shown if one.channel == self._conversation.id and one.thread_ts == self._root]

    def _with_whispers(self, messages: list[Message], older: list[str], end: str) -> list[Record]:
        start = ts_key(messages[0].ts) if messages and older else (0, 0)
        between = [
            one for one in self._whispers() if ts_key(one.ts) > start and (not end or ts_key(one.ts) < ts_key(end))
        ]
        return sorted([*messages, *between], key=lambda one: ts_key(one.ts))

    def _drawn(self, records: list[Record], previous: Record | None, mark: str) -> list[Line]:
        lines = []
        marked = False
        for record in records:
            new = bool(mark) and not marked and self._is_new(record, mark)
            marked = marked or new
            lines.append(self._line(record, previous, new=new))
            previous = record
        return lines

    def _is_new(self, record: Record, mark: str) -> bool:
        mine = record.author.user == self._viewer.person.id
        return isinstance(record, Message) and not mine and ts_key(record.ts) > ts_key(mark)

    def _line(self, record: Record, previous: Record | None, *, new: bool) -> Line:
        day = self._day(record, previous)
        compact = not day and not new and previous is not None and _together(previous, record)
        return Line(record, self._scope, self._viewer, compact, day, new, self._replies(record))

    def _day(self, record: Record, previous: Record | None) -> str:
        if self._root:
            return ""
        at = dates.moment(float(record.ts), self._viewer.zone)
        before = dates.moment(float(previous.ts), self._viewer.zone) if previous else None
        return "" if before and before.date() == at.date() else dates.day(at, self._now)

    def _replies(self, record: Record) -> Replies | None:
        replies = self._conversation.threads.get(record.ts) if isinstance(record, Message) else None
        if not replies or self._root:
            return None
        at = dates.moment(float(replies[-1]), self._viewer.zone)
        authors = dict.fromkeys(self._message(ts).author.user for ts in replies[-50:])
        people = [self._viewer.workspace.people[user] for user in list(authors)[:_FACES]]
        return Replies(len(replies), dates.formatted("{date_short_pretty} at {time}", at, self._now), people)


def _together(previous: Record, record: Record) -> bool:
    """Whether the later line goes without a name of its own."""
    same = previous.author == record.author and isinstance(previous, Message) and isinstance(record, Message)
    if not same or record.author.bot_id:
        return False
    close = float(record.ts) - float(previous.ts) < _TOGETHER
    return close and not getattr(record, "broadcast", False) and getattr(previous, "subtype", "") != "tombstone"
