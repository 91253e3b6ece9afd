"""Slack's mrkdwn read as Slack reads it: what is formatted, and above all what is *live* (mentions, links)."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from incidentbot.sandbox.slack.model import Content


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of text.

    `kind` is text, bold, italic, strike, code, pre, quote, emoji, user, usergroup, channel, broadcast, date or link.
    `text` is what is shown (unescaped), `target` the id, address or emoji name, `children` what is inside.
    """

    kind: str
    text: str = ""
    target: str = ""
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """What pings or leads somewhere: ids (`U…`, `S…`, `C…`, `here`, `channel`, `everyone`), names, addresses."""

    mentions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.mentions or self.links)

    def __add__(self, other: "Live") -> "Live":
        return Live(self.mentions + other.mentions, self.links + other.links)


_MENTIONS = ("user", "usergroup", "channel", "broadcast")
_FENCE = re.compile(r"```(.*?)```", re.DOTALL)
_QUOTED = re.compile(r"(?:>|&gt;)\s?")
_CONTROL = r"<(?P<control>[^<>\n]+)>"
_INLINE = re.compile(
    _CONTROL
    + r"|`(?P<code>[^`\n]+)`"
    + r"|(?<![\w*])\*(?=\S)(?P<bold>[^*\n]*?\S|\S)\*(?![\w*])"
    + r"|(?<![\w])_(?=\S)(?P<italic>[^_\n]*?\S|\S)_(?![\w])"
    + r"|(?<![\w~])~(?=\S)(?P<strike>[^~\n]*?\S|\S)~(?![\w~])"
    + r"|:(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):"
    + r"|(?P<url>https?://[^\s<>|]+)"
    + r"|(?<![\w])(?P<name>[@#][a-z0-9][\w.-]*)"
)
_CODE = re.compile(_CONTROL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_BROADCASTS = ("here", "channel", "everyone")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text is read: whether bare addresses become links, whether bare @names and #names become mentions."""

    urls: bool = True
    names: bool = False


TOP_LEVEL = Reading()
VERBATIM = Reading(urls=False)
IN_BLOCK = Reading(names=True)


def parse(text: str, reading: Reading = TOP_LEVEL) -> list[Node]:
    """The nodes of a text in order."""
    nodes: list[Node] = []
    for number, piece in enumerate(_FENCE.split(text)):
        if number % 2:
            nodes.append(Node("pre", html.unescape(piece), children=tuple(_code(piece))))
        elif piece:
            nodes.extend(_lines(piece, reading))
    return nodes


def live(text: str, reading: Reading = TOP_LEVEL) -> Live:
    """What is live in a text."""
    return _collect(parse(text, reading))


def live_in(content: Content) -> Live:
    """What is live in a whole message: its text, its blocks, its attachments. Link buttons count by their address."""
    found = live(content.text, reading_of(content))
    for block in (*content.blocks, *content.attachments):
        found += live_in_json(block)
    return found


def reading_of(content: Content) -> Reading:
    """How Slack reads a message's own text, by the `parse` that it was posted with."""
    if content.parse == "none":
        return VERBATIM
    return IN_BLOCK if content.parse == "full" else TOP_LEVEL


def live_in_json(value: Any) -> Live:
    """What is live in a block, or in anything made of blocks."""
    if isinstance(value, list):
        return sum((live_in_json(one) for one in value), Live())
    if not isinstance(value, Mapping):
        return Live()
    found = _own(value)
    return sum((live_in_json(one) for one in value.values()), found)


def _own(value: Mapping[str, Any]) -> Live:
    kind = value.get("type")
    if kind == "mrkdwn":
        return live(str(value.get("text", "")), VERBATIM if value.get("verbatim") else IN_BLOCK)
    if kind == "markdown":
        return _markdown(str(value.get("text", "")))
    if kind in _RICH:
        return Live(mentions=(str(value.get(_RICH[kind])),))
    if "url" in value and kind in ("link", "button", "date"):
        return Live(links=(str(value["url"]),))
    if kind is None and isinstance(value.get("fallback"), str):
        parts = (str(value.get(name, "")) for name in ("pretext", "text", "title"))
        return sum((live(part) for part in parts), Live())
    return Live()


_RICH = {"user": "user_id", "usergroup": "usergroup_id", "channel": "channel_id", "broadcast": "range"}
_MARKDOWN_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")


def _markdown(text: str) -> Live:
    return Live(links=tuple(_MARKDOWN_LINK.findall(text))) + live(_MARKDOWN_LINK.sub(" ", text))


def _collect(nodes: list[Node] | tuple[Node, ...]) -> Live:
    found = Live()
    for node in nodes:
        if node.kind in _MENTIONS:
            found += Live(mentions=(node.target,))
        elif node.target and node.kind in ("link", "date"):
            found += Live(links=(node.target,))
        found += _collect(node.children)
    return found


def _lines(text: str, reading: Reading) -> Iterator[Node]:
    """Runs of quoted lines become quotes, the rest is read as it stands."""
    plain: list[str] = []
    quoted: list[str] = []
    for line in text.splitlines(keepends=True):
        found = _QUOTED.match(line)
        if found:
            yield from _flush(plain, reading)
            quoted.append(line[found.end() :])
        else:
            yield from _flush_quote(quoted, reading)
            plain.append(line)
    yield from _flush(plain, reading)
    yield from _flush_quote(quoted, reading)


def _flush(lines: list[str], reading: Reading) -> Iterator[Node]:
    text = "".join(lines)
    lines.clear()
    yield from _inline(text, reading)


def _flush_quote(lines: list[str], reading: Reading) -> Iterator[Node]:
    text = "".join(lines)
    if lines:
        yield Node("quote", children=tuple(_inline(text, reading)))
    lines.clear()


def _inline(text: str, reading: Reading) -> Iterator[Node]:
    end = start = 0
    while found := _INLINE.search(text, start):
        node = _node(found, reading)
        if node is None:
            # Angle brackets that mean nothing are text, but an address in them is still an address.
            start = found.start() + 1 if found.lastgroup == "control" else found.end()
            continue
        yield from _text(text[end : found.start()])
        yield node
        end = start = found.end()
    yield from _text(text[end:])


def _node(found: re.Match[str], reading: Reading) -> Node | None:
    kind = str(found.lastgroup)
    inner = found[kind]
    if kind == "control":
        return _control(inner)
    if kind == "code":
        return Node("code", html.unescape(inner), children=tuple(_code(inner)))
    if kind == "emoji":
        return Node("emoji", f":{inner}:", inner)
    if kind == "url":
        return Node("link", html.unescape(inner), html.unescape(inner)) if reading.urls else None
    if kind == "name":
        return _name(inner) if reading.names else None
    return Node(kind, children=tuple(_inline(inner, reading)))


def _name(written: str) -> Node | None:
    sign, name = written[0], written[1:]
    if sign == "#":
        return Node("channel", written, name)
    return Node("broadcast", written, name) if name in _BROADCASTS else Node("user", written, name)


def _code(text: str) -> Iterator[Node]:
    """Inside code only what stands in angle brackets is read; that stays live there."""
    end = 0
    for found in _CODE.finditer(text):
        node = _control(found["control"])
        if node is not None:
            yield from _text(text[end : found.start()])
            yield node
            end = found.end()
    yield from _text(text[end:])


def _text(text: str) -> Iterator[Node]:
    if text:
        yield Node("text", html.unescape(text))


def _control(inner: str) -> Node | None:
    """What stands in angle brackets; None where Slack shows it as it is written."""
    target, _, label = inner.partition("|")
    label = html.unescape(label)
    if re.fullmatch(r"@[UW][A-Z0-9]+", target):
        return Node("user", label or target, target[1:])
    if re.fullmatch(r"#[CDG][A-Z0-9]+", target):
        return Node("channel", f"#{label}" if label else target, target[1:])
    if target.startswith("!"):
        return _special(target[1:], label)
    if _SCHEME.match(target):
        address = html.unescape(target)
        return Node("link", label or address, address)
    return None


def _special(target: str, label: str) -> Node | None:
    if target in _BROADCASTS:
        return Node("broadcast", f"@{target}", target)
    name, _, rest = target.partition("^")
    if name == "subteam" and rest:
        return Node("usergroup", label or rest, rest)
    if name == "date" and rest:
        parts = rest.split("^")
        return Node("date", label, parts[2] if len(parts) > 2 else "", (Node("text", "^".join(parts[:2])),))  # noqa: PLR2004 - the link is the third part
    return None
