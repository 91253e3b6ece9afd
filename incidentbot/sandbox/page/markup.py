"""Slack's text as HTML: mrkdwn, plain text with emoji, and rich text, as the viewer reads them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from incidentbot.sandbox.page import dates
from incidentbot.sandbox.page.emoji import character
from incidentbot.sandbox.page.links import link
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.mrkdwn import IN_BLOCK, TOP_LEVEL, VERBATIM, Node, Reading, parse

_EMPTY: Final = Markup()
_TAGS: Final = {"bold": "b", "italic": "i", "strike": "s", "quote": "blockquote", "code": "code"}


def mrkdwn(text: str, viewer: Viewer, reading: Reading = TOP_LEVEL) -> Markup:
    """A text in Slack's markup."""
    return _nodes(parse(text, reading), viewer)


def text_object(value: Mapping[str, Any], viewer: Viewer) -> Markup:
    """A text object of a block: mrkdwn, or plain text in which emoji names are drawn unless it says not to."""
    if value["type"] == "mrkdwn":
        return mrkdwn(str(value["text"]), viewer, VERBATIM if value.get("verbatim") else IN_BLOCK)
    return plain(str(value["text"]), viewer, emoji=value.get("emoji", True))


def plain(text: str, viewer: Viewer, *, emoji: bool = True) -> Markup:
    """Plain text, its lines kept. Only emoji are drawn in it."""
    if not emoji or ":" not in text:
        return _lines(text)
    nodes = parse(text, VERBATIM)
    if any(node.kind not in ("text", "emoji") for node in nodes):
        # Marks of formatting are nothing but characters here.
        return _lines(text)
    return _nodes(nodes, viewer)


def _nodes(nodes: Iterable[Node], viewer: Viewer) -> Markup:
    return _EMPTY.join(_node(node, viewer) for node in nodes)


def _node(node: Node, viewer: Viewer) -> Markup:
    if node.kind == "pre":
        return Markup("<pre>{}</pre>").format(_EMPTY.join(_as_is(child, viewer) for child in node.children))
    tag = _TAGS.get(node.kind)
    if tag:
        return Markup("<{0}>{1}</{0}>").format(tag, _nodes(node.children, viewer))
    special = _SPECIAL.get(node.kind)
    return special(node, viewer) if special else _lines(node.text)


def _as_is(node: Node, viewer: Viewer) -> Markup:
    """Text whose lines are kept by the element that it stands in."""
    return escape(node.text) if node.kind == "text" else _node(node, viewer)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def emoji(name: str) -> Markup:
    """An emoji of that name, drawn if it is known."""
    shown = character(name)
    if not shown:
        return escape(f":{name}:")
    return Markup('<span class="emoji" role="img" aria-label="{0}" title=":{0}:">{1}</span>').format(name, shown)


def anchor(url: str, words: str | Markup, viewer: Viewer) -> Markup:
    """A link, in this page where it leads to one of its messages."""
    to = link(url, viewer)
    if not to.address:
        return escape(words)
    if to.inside:
        joint = "&" if "?" in to.address else "?"
        href = f"{to.address}{joint}as={viewer.person.id}"
        form = Markup('<a href="{}" hx-get="{}" hx-target="#view" hx-push-url="{}">{}</a>')
        return form.format(href, to.address, href, words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(to.address, words)


def mention(user: str, viewer: Viewer) -> Markup:
    """Somebody's name as a mention; one's own stands out."""
    person = viewer.workspace.people.get(user)
    name = person.real_name if person else user
    mine = " me" if user == viewer.person.id else ""
    return Markup('<span class="mention{}">@{}</span>').format(mine, name)


def group_mention(group: str, viewer: Viewer) -> Markup:
    """A user group's handle as a mention; that of one's own group stands out."""
    found = viewer.workspace.groups.get(group)
    mine = " me" if found and viewer.person.id in found.members else ""
    return Markup('<span class="mention{}">@{}</span>').format(mine, found.handle if found else group)


def channel_mention(channel: str, words: str, viewer: Viewer) -> Markup:
    """A channel's name, which leads there if the viewer may see it."""
    found = viewer.conversation(channel)
    if found is None:
        return Markup('<span class="mention">{}</span>').format(words)
    href, address = f"/c/{found.id}?as={viewer.person.id}", f"/c/{found.id}"
    form = Markup('<a class="mention" href="{}" hx-get="{}" hx-target="#view" hx-push-url="{}">#{}</a>')
    return form.format(href, address, href, found.name)


def broadcast(name: str) -> Markup:
    """@here, @channel or @everyone."""
    return Markup('<span class="mention me">@{}</span>').format(name)


def date(seconds: float, pattern: str, url: str, fallback: str, viewer: Viewer) -> Markup:
    """A moment in the viewer's time zone; the whole of it on hover."""
    try:
        at = dates.moment(seconds, viewer.zone)
    except (OverflowError, ValueError, OSError):
        return escape(fallback)
    now = dates.moment(viewer.workspace.clock.now(), viewer.zone)
    words = dates.formatted(pattern, at, now)
    drawn = Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), dates.full(at), words)
    return anchor(url, drawn, viewer) if url else drawn


def _date_node(node: Node, viewer: Viewer) -> Markup:
    seconds, _, pattern = node.children[0].text.partition("^")
    number = float(seconds) if seconds.isascii() and seconds.isdigit() else float("inf")
    return date(number, pattern, node.target, node.text, viewer)


def _channel_node(node: Node, viewer: Viewer) -> Markup:
    return channel_mention(node.target, node.text, viewer)


_SPECIAL: Final[Mapping[str, Callable[[Node, Viewer], Markup]]] = {
    "emoji": lambda node, _viewer: emoji(node.target),
    "user": lambda node, viewer: mention(_person_id(node.target, viewer), viewer),
    "usergroup": lambda node, viewer: group_mention(node.target, viewer),
    "channel": _channel_node,
    "broadcast": lambda node, _viewer: broadcast(node.target),
    "date": _date_node,
    "link": lambda node, viewer: anchor(node.target, node.text, viewer),
}


def _person_id(name: str, viewer: Viewer) -> str:
    """The id behind a mention, which may be a handle where Slack reads names."""
    try:
        return viewer.workspace.person(name).id
    except KeyError:
        return name


# --- rich text --------------------------------------------------------------------------------------------------------


def rich_text(parts: Iterable[Json], viewer: Viewer) -> Markup:
    """The parts of a rich text."""
    return _EMPTY.join(_part(part, viewer) for part in parts)


def _part(part: Json, viewer: Viewer) -> Markup:
    if part["type"] == "rich_text_list":
        return _list(part, viewer)
    inner = _EMPTY.join(_run(run, viewer) for run in part["elements"])
    tag = {"rich_text_preformatted": "pre", "rich_text_quote": "blockquote"}.get(part["type"], "div")
    return Markup("<{0}>{1}</{0}>").format(tag, inner)


def _list(part: Json, viewer: Viewer) -> Markup:
    items = (Markup("<li>{}</li>").format(_part(item, viewer)) for item in part["elements"])
    tag = "ol" if part["style"] == "ordered" else "ul"
    start = Markup(' start="{}"').format(part["offset"] + 1) if part.get("offset") else _EMPTY
    form = Markup('<{0} class="indent-{1}"{2}>{3}</{0}>')
    return form.format(tag, part.get("indent", 0), start, _EMPTY.join(items))


def _run(run: Json, viewer: Viewer) -> Markup:
    drawn = _RUNS.get(run["type"], _text_run)(run, viewer)
    style = run.get("style") or {}
    for name, tag in _STYLES.items():
        if style.get(name):
            drawn = Markup("<{0}>{1}</{0}>").format(tag, drawn)
    return drawn


_STYLES: Final = {"code": "code", "bold": "b", "italic": "i", "strike": "s", "underline": "u"}


def _text_run(run: Json, _viewer: Viewer) -> Markup:
    return _lines(str(run.get("text", "")))


def _channel_run(run: Json, viewer: Viewer) -> Markup:
    return channel_mention(run["channel_id"], f"#{run['channel_id']}", viewer)


def _date_run(run: Json, viewer: Viewer) -> Markup:
    return date(run["timestamp"], run["format"], run.get("url", ""), run.get("fallback", ""), viewer)


_RUNS: Final[Mapping[str, Callable[[Json, Viewer], Markup]]] = {
    "text": _text_run,
    "link": lambda run, viewer: anchor(run["url"], run.get("text") or run["url"], viewer),
    "user": lambda run, viewer: mention(run["user_id"], viewer),
    "usergroup": lambda run, viewer: group_mention(run["usergroup_id"], viewer),
    "channel": _channel_run,
    "broadcast": lambda run, _viewer: broadcast(run["range"]),
    "emoji": lambda run, _viewer: emoji(run["name"]),
    "color": lambda run, _viewer: escape(run["value"]),
    "date": _date_run,
    "team": lambda run, _viewer: escape(run["team_id"]),
}
