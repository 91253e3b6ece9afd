"""A message as Slack hands it over: whose it is, and its words as people saw them.

Its shape was checked only as far as every payload's; what is of another type than Slack's reads as missing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.markup import plain
from incidentbot.domain.permalink import permalink
from incidentbot.domain.text import clean_line, clean_text

_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,30}", re.ASCII)
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{2,30})>", re.ASCII)
# Files and attachments of one message that are named; nobody writes an incident report from more.
_MOST: Final = 20
_NAME: Final = 80


def people_in(message: Mapping[str, Any]) -> frozenset[str]:
    """The ids of who wrote the message and of whom it mentions."""
    return frozenset(one for one in (author_of(message), *_MENTION.findall(_str(message.get("text")))) if one)


def author_of(message: Mapping[str, Any]) -> str:
    """The id of the person who wrote it, "" where none did."""
    author = _str(message.get("user"))
    return author if _PERSON.fullmatch(author) else ""


def said(message: Mapping[str, Any], channel: str, names: Mapping[str, str], workspace_url: str) -> SaidMessage:
    """The message with `names` in place of ids, as far as they are known; its files are named by their links."""
    shown = plain(_MENTION.sub(lambda found: _mention(found[1], names), _str(message.get("text"))))
    text = "\n".join([shown, *_attached(message, beside=shown)])
    ts, author = _str(message.get("ts")), author_of(message)
    return SaidMessage(
        channel,
        ts,
        clean_text(text, max(len(text), 1)).strip(),
        author,
        names.get(author) or _bot_name(message),
        permalink(workspace_url, channel, ts, _str(message.get("thread_ts"))),
    )


def _attached(message: Mapping[str, Any], beside: str) -> Iterator[str]:
    """A line for each file, with its link, and the words of each attachment that does not repeat what stands beside."""
    for file in _objects(message.get("files")):
        yield f"📎 {_str(file.get('name')) or _str(file.get('title')) or 'file'} {_str(file.get('permalink'))}".rstrip()
    for one in _objects(message.get("attachments")):
        words = plain(_str(one.get("text")) or _str(one.get("fallback")) or _str(one.get("title")))
        if words and words not in beside:
            yield words


def _mention(person: str, names: Mapping[str, str]) -> str:
    return f"<@{person}|{names[person]}>" if person in names else f"<@{person}>"


def _bot_name(message: Mapping[str, Any]) -> str:
    profile = message.get("bot_profile")
    named = _str(profile.get("name")) if isinstance(profile, Mapping) else ""
    return clean_line(_str(message.get("username")) or named, _NAME)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, Mapping)][:_MOST]


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""
