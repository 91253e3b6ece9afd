"""What changes make of an open window: fragments that find their own place in it (htmx's out-of-band swaps)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from incidentbot.sandbox.page.heading import heading
from incidentbot.sandbox.page.lines import Lines, Record, line_id
from incidentbot.sandbox.page.markup import mrkdwn
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.sidebar import sidebar
from incidentbot.sandbox.page.spots import Spot
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.page.windows import Window
from incidentbot.sandbox.slack.changes import Change
from incidentbot.sandbox.slack.model import Conversation, Message

# More than so many new lines at once are drawn as a whole.
_FLOOD: Final = 40
_LIST_CHANGES: Final = {"channel_created", "channel_changed", "member_joined", "member_left"}
_LINE_CHANGES: Final = {
    "message_updated",
    "message_deleted",
    "reaction_added",
    "reaction_removed",
    "pin_added",
    "pin_removed",
    "ephemeral_updated",
    "ephemeral_deleted",
}
_POSTS: Final = {"message_posted", "ephemeral_posted"}
_VIEWS: Final = {"view_opened", "view_updated", "view_closed"}
# What Slack says against the content of a call, where it does not say more.
_CONTENT: Final = {"msg_too_long", "no_text", "view_too_large", "metadata_too_large", "invalid_blocks_format"}


@dataclass(slots=True)
class _News:
    """A batch of changes, sorted by what they touch in one window. Dictionaries keep order and drop repetitions."""

    posted: dict[str, Record] = field(default_factory=dict)
    touched: dict[str, Record] = field(default_factory=dict)
    roots: dict[str, None] = field(default_factory=dict)
    entries: dict[str, None] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    refused: list[Change] = field(default_factory=list)
    whole_list: bool = False
    modal: bool = False
    home: bool = False
    heading: bool = False
    composer: bool = False


def fragments(page: Page, window: Window, changes: Iterable[Change]) -> str:
    """Everything that the changes make new in the window; empty if they do not touch it."""
    with page.feed.lock:
        news = _sorted(window, changes)
        return "".join(_drawn(page, window, news))


def _sorted(window: Window, changes: Iterable[Change]) -> _News:
    news = _News()
    for change in changes:
        if change.team == window.viewer.workspace.team_id:
            _sort(window, change, news)
    return news


def _sort(window: Window, change: Change, news: _News) -> None:
    mine = change.user == window.viewer.person.id
    if change.kind in _POSTS or change.kind in _LINE_CHANGES:
        _sort_line(window, change, news)
    elif change.kind in _LIST_CHANGES:
        _sort_list(window, change, news)
    elif mine and change.kind in _VIEWS:
        news.modal = True
    elif mine and change.kind == "home_published":
        news.home = True
    elif mine and change.kind == "notice":
        news.notices.append(str(change.data["text"]))
    elif change.kind == "call" and _is_refusal(window, change):
        news.refused.append(change)


def _sort_list(window: Window, change: Change, news: _News) -> None:
    """Who comes and goes changes the heading; one's own coming and going, or the channel's end, the field too."""
    mine = change.user == window.viewer.person.id
    news.whole_list = news.whole_list or mine or change.kind in ("channel_created", "channel_changed")
    if change.channel == window.channel:
        news.heading = True
        news.composer = news.composer or mine or change.kind == "channel_changed"


def _is_refusal(window: Window, change: Change) -> bool:
    """Whether Slack refused what the app wanted to show here (or, as a view, anywhere)."""
    refused = bool(change.data["problems"]) or change.data["result"] in _CONTENT
    return refused and change.channel in ("", window.channel)


def _sort_line(window: Window, change: Change, news: _News) -> None:
    record = change.data.get("message") or change.data["ephemeral"]
    whisper = change.kind.startswith("ephemeral")
    if whisper and record.user != window.viewer.person.id:
        return
    if change.channel != window.channel:
        if change.kind == "message_posted":
            news.entries[change.channel] = None
        return
    place = news.posted if change.kind in _POSTS else news.touched
    place[record.ts] = record
    if not whisper and record.is_reply and change.kind in ("message_posted", "message_deleted"):
        news.roots[record.thread_ts] = None


def _drawn(page: Page, window: Window, news: _News) -> Iterator[str]:
    viewer = window.viewer
    conversation = viewer.conversation(window.channel) if window.channel else None
    if conversation is not None:
        yield from _conversation_drawn(page, viewer, conversation, news)
    if conversation is not None and news.heading:
        yield page.draw("conversation_live.html", viewer, composer=news.composer, **heading(viewer, conversation))
    yield from _entries_drawn(page, window, news)
    if news.modal:
        yield modal(page, viewer)
    if news.home and viewer.seat.home is not None:
        yield page.draw("home_live.html", viewer, home=Spot(viewer.seat.home, "home"))
    for text in news.notices:
        yield page.draw("notice.html", viewer, text=text, modal=viewer.seat.modal is not None)
    for change in news.refused:
        yield page.draw("refused_live.html", viewer, call=change.data, modal=viewer.seat.modal is not None)


# --- lines ------------------------------------------------------------------------------------------------------------


def _conversation_drawn(page: Page, viewer: Viewer, conversation: Conversation, news: _News) -> Iterator[str]:
    if news.posted:
        page.marks.read(viewer, conversation)
    main = [one for one in news.posted.values() if _stands_in_channel(one)]
    if len(main) > _FLOOD:
        lines, more = Lines(viewer, conversation).newest(_FLOOD)
        yield page.draw("lines_anew.html", viewer, conversation=conversation, lines=lines, more=more)
    else:
        yield _appended(page, viewer, conversation, main, "")
    for root in dict.fromkeys(one.thread_ts for one in news.posted.values() if one.thread_ts):
        replies = [one for one in news.posted.values() if one.thread_ts == root]
        yield _appended(page, viewer, conversation, replies, root)
    touched: dict[str, Record] = {}
    touched |= {root: conversation.messages[root] for root in news.roots if root in conversation.messages}
    touched |= {ts: one for ts, one in news.touched.items() if ts not in news.posted}
    for ts, record in touched.items():
        yield from _touched(page, viewer, conversation, ts, record)
    if news.posted:
        yield _announced(page, viewer, list(news.posted.values()))


def _stands_in_channel(record: Record) -> bool:
    if isinstance(record, Message):
        return not record.is_reply or record.broadcast
    return not record.thread_ts


def _appended(page: Page, viewer: Viewer, conversation: Conversation, records: list[Record], root: str) -> str:
    """New lines at the end of the conversation, or of a thread. What is gone again already is left out."""
    lines = Lines(viewer, conversation, root=root)
    drawn = [lines.one(one) for one in records if _is_there(viewer, conversation, one)]
    target = f"replies-{root.replace('.', '-')}" if root else f"lines-{conversation.id}"
    return page.draw("lines_live.html", viewer, lines=drawn, target=target) if drawn else ""


def _touched(page: Page, viewer: Viewer, conversation: Conversation, ts: str, record: Record) -> Iterator[str]:
    """A line as it is now, wherever it stands; removed if it is gone."""
    root = record.thread_ts or ts
    places = [("t", root)]
    if _stands_in_channel(record):
        places.append(("c", ""))
    for scope, thread in places:
        if _is_there(viewer, conversation, record):
            line = Lines(viewer, conversation, root=thread).one(record)
            yield page.draw("message.html", viewer, line=line, oob=True)
        else:
            yield f'<div id="{line_id(scope, ts)}" hx-swap-oob="delete"></div>'


def _is_there(viewer: Viewer, conversation: Conversation, record: Record) -> bool:
    held = conversation.messages if isinstance(record, Message) else viewer.seat.ephemerals
    return record.ts in held


def _announced(page: Page, viewer: Viewer, records: list[Record]) -> str:
    """What a screen reader says of new lines of others."""
    others = [one for one in records if one.author.user != viewer.person.id]
    if not others:
        return ""
    names = viewer.workspace.people
    words = [
        f"{one.author.username or names[one.author.user].real_name}: {mrkdwn(one.content.text, viewer).striptags()}"
        for one in others[-3:]
    ]
    return page.draw("announcement.html", viewer, words=words)


# --- the list ---------------------------------------------------------------------------------------------------------


def _entries_drawn(page: Page, window: Window, news: _News) -> Iterator[str]:
    if not news.whole_list and not news.entries:
        return
    listed = sidebar(window.viewer, page.marks, window.place)
    if news.whole_list:
        yield page.draw("sidebar.html", window.viewer, sidebar=listed, oob=True)
        return
    direct = window.viewer.direct()
    wanted = {"app" if direct and key == direct.id else key for key in news.entries}
    for entry in (*listed.channels, *listed.directs, *listed.apps):
        if entry.key in wanted:
            yield page.draw("sidebar_entry.html", window.viewer, entry=entry, oob=True)


# --- modals -----------------------------------------------------------------------------------------------------------


def modal(page: Page, viewer: Viewer) -> str:
    """The modal on top of the viewer's stack; what empties the place if there is none."""
    view = viewer.seat.modal
    spot = Spot(view, view.id) if view else None
    return page.draw("modal.html", viewer, view=view, view_spot=spot, depth=len(viewer.seat.modals))
