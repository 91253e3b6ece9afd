"""The list of conversations at the side."""

from dataclasses import dataclass

from incidentbot.sandbox.page.reading_marks import ReadingMarks, Unread
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Conversation, Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list. `label` tells a screen reader what the marks tell the eye."""

    key: str
    address: str
    name: str
    icon: str
    unread: Unread
    current: bool
    joined: bool = True

    @property
    def label(self) -> str:
        """What is read out."""
        parts = [self.name]
        if self.unread.calls:
            parts.append(f"{self.unread.calls} for you")
        elif self.unread.messages:
            parts.append("unread")
        if not self.joined:
            parts.append("not joined")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The lists, in the order in which they stand."""

    channels: list[Entry]
    directs: list[Entry]
    apps: list[Entry]


def sidebar(viewer: Viewer, marks: ReadingMarks, current: str) -> Sidebar:
    """What the viewer has in the list; `current` is the key of what is open."""
    shown = [one for one in viewer.workspace.conversations.values() if viewer.sees(one)]
    channels = [one for one in shown if one.kind in (Kind.PUBLIC, Kind.PRIVATE)]
    directs = [one for one in shown if one.kind is Kind.MPIM]
    return Sidebar(
        channels=[_channel(one, viewer, marks, current) for one in sorted(channels, key=lambda one: one.name)],
        directs=[_channel(one, viewer, marks, current) for one in directs],
        apps=[_app(viewer, marks, current)],
    )


def _channel(conversation: Conversation, viewer: Viewer, marks: ReadingMarks, current: str) -> Entry:
    icons = {Kind.PUBLIC: "hash", Kind.PRIVATE: "lock", Kind.MPIM: "users"}
    return Entry(
        key=conversation.id,
        address=f"/c/{conversation.id}",
        name=conversation_name(conversation, viewer),
        icon=icons[conversation.kind],
        unread=marks.unread(viewer, conversation),
        current=current == conversation.id,
        joined=viewer.person.id in conversation.members,
    )


def _app(viewer: Viewer, marks: ReadingMarks, current: str) -> Entry:
    direct = viewer.direct()
    unread = marks.unread(viewer, direct) if direct else Unread()
    address = "/app/messages" if unread.messages else "/app/home"
    return Entry("app", address, viewer.app.real_name, "zap", unread, current == "app")


def conversation_name(conversation: Conversation, viewer: Viewer) -> str:
    """What the viewer calls it, without a #."""
    if conversation.kind is Kind.IM:
        return viewer.app.real_name
    if conversation.kind is Kind.MPIM:
        others = sorted(conversation.members - {viewer.person.id})
        return ", ".join(viewer.workspace.people[one].real_name for one in others)
    return conversation.name
