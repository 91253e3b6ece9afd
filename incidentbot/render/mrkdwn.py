"""Slack's mrkdwn, built so that text of others can never become markup; and the one place where text is cut.

`Escaped` is the only type that goes into a mrkdwn object. It is made by the functions here: `fill` from a template of
our own words, `escape` from anybody's text. A plain str where Escaped is wanted is a type error. `languages.fill_plain`
is the same for what Slack shows as plain text. Both say it in the language of the moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from incidentbot.domain import text as domain_text
from incidentbot.languages import grouped, said, said_of

# Names and titles within a sentence; a title of our own is never longer.
LINE_LIMIT: Final = 250
# Longer addresses are shown without a link: Slack allows 3,000, and a few of them have to fit into one text.
URL_LIMIT: Final = 400

# Letters that look the same and that Slack does not take for markup. It has no way to escape these four.
_LOOK_ALIKES: Final = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}  # noqa: RUF001 (the look-alikes are the point)
# One of them at the border of a word, where alone it has a meaning.
_BORDERS: Final = {mark: re.compile(rf"(?<![^\W_])\{mark}|\{mark}(?![^\W_])") for mark in "*_~"}
_USER_ID: Final = re.compile(r"[UW][A-Z0-9]{2,30}", re.ASCII)
_GROUP_ID: Final = re.compile(r"S[A-Z0-9]{2,30}", re.ASCII)
_CHANNEL_ID: Final = re.compile(r"[CDG][A-Z0-9]{7,30}", re.ASCII)
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>|\"\x00-\x20]+", re.IGNORECASE | re.ASCII)
_PIECES: Final = re.compile(r"<[^<>]*>|&[a-z]+;|\S[\u0300-\u036f\u200d\ufe0f]*|\s", re.DOTALL)
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


K = TypeVar("K")


class Escaped(str):
    """Text that is safe inside a mrkdwn object: all markup in it is ours."""

    __slots__ = ()


NOTHING: Final = Escaped("")


def fill(template: str, /, **values: Escaped) -> Escaped:
    """`template`, a literal of our own words and markup, with `{name}` replaced by `values`.

    A template that is not a literal would open the door that Escaped closes; a test reads the source for it.
    """
    return Escaped(said(template).format(**values) if values else said(template))


def counted(count: int, one: str, many: str, /, **values: Escaped) -> Escaped:
    """The same where the words depend on a number, which is `{count}` in both templates."""
    return Escaped(said_of(count, one, many).format(count=number(count), **values))


class Words(Mapping[K, Escaped]):
    """What `fill` made of templates while a module was read, each in the language of the moment when it is taken."""

    def __init__(self, english: Mapping[K, Escaped]) -> None:
        self._english: Final = english

    def __getitem__(self, key: K) -> Escaped:
        return Escaped(said(self._english[key]))

    def __iter__(self) -> Iterator[K]:
        return iter(self._english)

    def __len__(self) -> int:
        return len(self._english)


def escape(text: str, limit: int = LINE_LIMIT) -> Escaped:
    """Anybody's text as one line, to be shown as it is; cut to `limit` first, escaping then adds up to 4 for each."""
    line = cut(domain_text.clean_line(text, max(limit, 1)), limit)
    return Escaped(_entities(_without_markup(line)))


def code(text: str, limit: int = LINE_LIMIT) -> Escaped:
    """Anybody's text as code, or nothing if it is blank: for what was typed and what to type."""
    line = cut(domain_text.clean_line(text, max(limit, 1)), limit).replace("`", _LOOK_ALIKES["`"])
    return Escaped(f"`{_entities(line)}`") if line else NOTHING


def operators(text: str, limit: int = 1_000) -> Escaped:
    """An operator's own words: bold and italic of theirs stay, mentions and links are made by us alone."""
    return Escaped(_entities(cut(domain_text.clean_text(text, max(limit, 1)), limit)))


def number(value: int) -> Escaped:
    """A number as people read it: 1,234."""
    return Escaped(grouped(value))


def is_user_id(value: str) -> bool:
    """Whether `value` has the form of a Slack user id."""
    return bool(_USER_ID.fullmatch(value))


def is_conversation_id(value: str) -> bool:
    """Whether `value` has the form of a channel's id."""
    return bool(_CHANNEL_ID.fullmatch(value))


def user(user_id: str) -> Escaped:
    """A mention of a user or user group by an id that we resolved; anything else is shown as text."""
    if is_user_id(user_id):
        return Escaped(f"<@{user_id}>")
    if _GROUP_ID.fullmatch(user_id):
        return Escaped(f"<!subteam^{user_id}>")
    return escape(user_id, 80)


def channel(channel_id: str) -> Escaped:
    """A link to a channel by its id; a name is shown as it is."""
    return Escaped(f"<#{channel_id}>") if _CHANNEL_ID.fullmatch(channel_id) else escape(channel_id, 80)


def date(moment: datetime) -> Escaped:
    """`moment` in each reader's own time zone; UTC where a client cannot."""
    return _date(moment, "{date_short_pretty} {time}")


def ago(moment: datetime) -> Escaped:
    """How long ago `moment` is when somebody looks ("3 hours ago"); UTC where a client cannot."""
    return _date(moment, "{ago}")


def link(url: str, label: Escaped) -> Escaped:
    """`label` leading to `url`; only the label where `url` is no http(s) address, or a very long one."""
    if len(url) > URL_LIMIT or not _WEB_ADDRESS.fullmatch(url):
        return label
    return Escaped(f"<{_entities(url)}|{label.replace('|', '¦')}>")


def is_web_address(url: str) -> bool:
    """Whether `url` may stand behind a link or a button."""
    return bool(_WEB_ADDRESS.fullmatch(url))


def address(base: str, path: str) -> str:
    """`base`/`path` with `path` percent-encoded; "" if either is missing."""
    if not base or not path:
        return ""
    encoded = "".join(
        character
        if character in _UNRESERVED
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in path
    )
    return f"{base.rstrip('/')}/{encoded}"


def capital(text: Escaped) -> Escaped:
    """The text with a capital at its beginning, for one that begins with a word of ours."""
    return Escaped(text[:1].upper() + text[1:])


def joined(pieces: Sequence[Escaped], separator: str = " ") -> Escaped:
    """The pieces that are not empty, with `separator`, our own, between them."""
    return Escaped(separator.join(piece for piece in pieces if piece))


def listed(items: Sequence[Escaped], *, most: int, limit: int, separator: str = ", ", total: int = 0) -> Escaped:
    """The first items, at most `most` and at most `limit` characters in all, then "and N more".

    `total` is how many there are where `items` are only some of them.
    """
    shown: list[Escaped] = []
    room = limit - size(" and 1,000,000,000 more")
    for item in items[:most]:
        room -= size(item) + size(separator)
        if room < 0:
            break
        shown.append(item)
    left = max(len(items), total) - len(shown)
    if not left:
        return joined(shown, separator)
    more = fill("and {left} more", left=number(left)) if shown else fill("{left} in all", left=number(left))
    return joined([*shown, more], separator)


def size(text: str) -> int:
    """The length of `text` as the strictest reader counts it: in UTF-16 units, where most emoji are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """`text`, or its beginning and "…", at most `limit` (of `size`) long, not cut within a visible character."""
    while (over := size(text) - limit) > 0:
        if len(text) == 1:  # one emoji that is wider than the room there is
            return domain_text.ELLIPSIS
        text = domain_text.cut(text, max(len(text) - (over + 1) // 2, 1))
    return text


def fit(text: Escaped, limit: int) -> Escaped:
    """The same for mrkdwn: whole mentions, links and entities, then "…" where something was left out."""
    if size(text) <= limit:
        return text
    room, end = limit - size(domain_text.ELLIPSIS), 0
    for piece in _PIECES.finditer(text):
        room -= size(piece[0])
        if room < 0:
            break
        end = piece.end()
    return Escaped(text[:end].rstrip() + domain_text.ELLIPSIS)


def shortened(text: str, limit: int) -> tuple[str, int]:
    """Clean text of any number of lines cut to `limit`, and how many characters of it are not shown."""
    whole = domain_text.clean_text(text, max(len(text), 1)).strip()
    shown = cut(whole, limit)
    return shown, (len(whole) - len(shown) + 1 if shown != whole else 0)


def _date(moment: datetime, form: str) -> Escaped:
    utc = moment.astimezone(UTC)
    return Escaped(f"<!date^{int(utc.timestamp())}^{form}|{utc:%Y-%m-%d %H:%M} UTC>")


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_markup(line: str) -> str:
    """The line with look-alikes where Slack could see bold, italic, struck or code.

    Marks inside words (PROD_WEB_01) or without a partner (~/log) are left alone: people copy these.
    """
    line = line.replace("`", _LOOK_ALIKES["`"])
    for mark, border in _BORDERS.items():
        if line.count(mark) > 1 and border.search(line):
            line = line.replace(mark, _LOOK_ALIKES[mark])
    return line
