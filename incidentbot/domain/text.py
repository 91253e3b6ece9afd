"""Foreign text made safe to store and to show: one normal form for both databases and for every message.

SQLite keeps a NUL and PostgreSQL refuses it, a lone surrogate cannot be encoded at all, and invisible characters can
make a line read as something that it is not. All of it is removed here, once, at the border.
"""

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"

# Control characters but for tab and newline, soft hyphen, joiners and fillers without a shape, bidi controls,
# variation selectors that no emoji uses, interlinear marks, lone surrogates, and tags (which can carry hidden text).
_HIDDEN: Final = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e0fff"
)
_PICTURE: Final = r"\xa9\xae\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
# A flag such as Scotland's is a black flag, tags that spell the region, and an end tag; only so do tags stay.
_FLAG: Final = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,8}\U000e007f"
_REMOVED: Final = re.compile(
    rf"(?P<kept>{_FLAG})|[{_HIDDEN}]|(?<![{_PICTURE}\ufe0f])\u200d|\u200d(?![{_PICTURE}])",
)
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\u2028\u2029\x85]")
_ATTACHED: Final = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_REGIONAL: Final = re.compile("[\U0001f1e6-\U0001f1ff]*$")
# No visible character is longer than this; beyond it (a pile of combining marks) the cut falls anywhere.
_LONGEST_CLUSTER: Final = 32


def clean_text(text: str, limit: int) -> str:
    """`text` in NFC without control, bidi and hiding characters, at most `limit` (at least 1) characters long.

    Tabs, newlines and emoji sequences stay. What is cut ends in "…" and not within a visible character. Cleaning
    twice changes nothing more.
    """
    if not (text.isascii() and text.isprintable()):
        text = _without_hidden(text[: _READ_AT_MOST * limit])
    return cut(text, limit)


# Hidden characters are removed before the length counts, yet the work stays bounded for any input.
_READ_AT_MOST: Final = 20


def clean_line(text: str, limit: int) -> str:
    """Like `clean_text`, and every run of white space is one blank: for titles and names."""
    return clean_text(" ".join(clean_text(text, max(len(text), 1)).split()), limit)


def cut(text: str, limit: int) -> str:
    """`text`, or its beginning and "…", at most `limit` characters, not cut within a visible character."""
    if len(text) <= limit:
        return text
    return text[: _border(text, limit - len(ELLIPSIS))].rstrip() + ELLIPSIS


def _without_hidden(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text)
    # Removing one character can bring two others together (a joiner loses its picture, a mark finds its letter),
    # so it is repeated until nothing changes; each round only shortens or composes.
    while True:
        cleaned = unicodedata.normalize("NFC", _REMOVED.sub(lambda match: match["kept"] or "", text))
        if cleaned == text:
            return text
        text = cleaned


def _border(text: str, end: int) -> int:
    """The nearest place at or before `end` where a visible character begins."""
    for place in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _joined(text, place):
            return place
    # Nothing but one character up to here: none of it, unless it is a pile that no screen shows as one.
    return 0 if end <= _LONGEST_CLUSTER else end


def _joined(text: str, place: int) -> bool:
    """Whether the characters before and after `place` are shown as one."""
    before, after = text[place - 1], text[place]
    if unicodedata.combining(after) or unicodedata.category(after) in {"Mn", "Me", "Mc"}:
        return True
    if before == "\u200d" or _ATTACHED.match(after):
        return True
    # Two regional indicators are one flag: an odd number of them before the cut leaves half of one.
    regional = _REGIONAL.search(text, max(0, place - _LONGEST_CLUSTER), place)
    return bool(regional and len(regional[0]) % 2 and _REGIONAL.match(after))
