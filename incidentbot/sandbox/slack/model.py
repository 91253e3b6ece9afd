"""The nouns of a workspace, as state. What they look like on the wire is in `wire`."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Json = dict[str, Any]


class Kind(Enum):
    """What sort of conversation it is; each has its own family of scopes."""

    PUBLIC = "channels"
    PRIVATE = "groups"
    IM = "im"
    MPIM = "mpim"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: a person, or a bot (then `bot_id` is set), perhaps under another name."""

    user: str
    bot_id: str = ""
    username: str = ""
    icon_emoji: str = ""
    icon_url: str = ""


@dataclass(slots=True)
class Content:
    """What a message says; `parse` is how it asked for its text to be read (`none`, `full`, empty: Slack's default)."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    parse: str = ""


@dataclass(slots=True)
class Message:
    """A message of a conversation. `visible_at` lets a message be there and not yet be readable.

    `unfurled` are the things that the app shows below it, by the addresses in its text.
    """

    ts: str
    channel: str
    author: Author
    content: Content
    thread_ts: str = ""
    broadcast: bool = False
    subtype: str = ""
    edited_ts: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict)
    pinned: bool = False
    visible_at: float = 0.0
    unfurled: dict[str, Json] = field(default_factory=dict)
    unfurl_id: str = ""

    @property
    def is_reply(self) -> bool:
        """True for a reply, false for a root and for what has no thread."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass(slots=True)
class Pin:
    """A pinned message and who pinned it when."""

    ts: str
    user: str
    created: int


@dataclass(slots=True)
class Bookmark:
    """A bookmark of a channel."""

    id: str
    title: str
    link: str
    emoji: str
    created: int
    updated: int = 0
    updated_by: str = ""


@dataclass(slots=True)
class Conversation:
    """A channel, a direct message or a group of them. `user` is the person of a direct message with the app."""

    id: str
    name: str
    kind: Kind
    created: int
    creator: str
    members: set[str] = field(default_factory=set)
    user: str = ""
    topic: str = ""
    topic_set: tuple[str, int] = ("", 0)
    purpose: str = ""
    purpose_set: tuple[str, int] = ("", 0)
    archived: bool = False
    general: bool = False
    deleted: bool = False
    previous_names: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    timeline: list[str] = field(default_factory=list)
    threads: dict[str, list[str]] = field(default_factory=dict)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)

    def replies_to(self, root: str) -> list[Message]:
        """The replies of a thread, oldest first, without the root."""
        return [self.messages[ts] for ts in self.threads.get(root, ())]


@dataclass(slots=True)
class Ephemeral:
    """A message that one person alone sees; nothing reads it back."""

    ts: str
    channel: str
    user: str
    author: Author
    content: Content
    thread_ts: str = ""


@dataclass(slots=True)
class View:
    """An open modal or a Home tab. `state` are the input values by block and action id."""

    id: str
    user: str
    type: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def callback_id(self) -> str:
        """What the app calls the view."""
        return str(self.body.get("callback_id", ""))

    @property
    def external_id(self) -> str:
        """The app's own key of the view, unique in a workspace."""
        return str(self.body.get("external_id", ""))


@dataclass(slots=True)
class StoredFile:
    """A file of the three-step upload: announced, then its bytes come, then it is shared."""

    id: str
    name: str
    length: int
    user: str
    created: int
    title: str = ""
    alt_text: str = ""
    data: bytes | None = None
    shared_in: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Canvas:
    """A document that an app wrote; `access` has levels by channel and person."""

    id: str
    title: str
    markdown: str
    access: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FunctionExecution:
    """A Workflow Builder step that the app was asked to do. `status` is running, completed or failed."""

    id: str
    callback_id: str
    inputs: Json
    token: str
    status: str = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""
