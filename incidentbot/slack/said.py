"""A message as Slack hands it over with a shortcut: whose it is, and its words as people saw them.

Its shape was checked only as far as every payload's; what is of another type than Slack's reads as missing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.permalink import permalink
from incidentbot.domain.text import clean_line
from incidentbot.queries.people import known_names
from incidentbot.render.mrkdwn import is_user_id
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.typed_text import clean, plain

_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{2,30})>", re.ASCII)
# Files and attachments of one message that are named; nobody writes an incident report from more.
_MOST: Final = 20
_NAME: Final = 80


async def read_said(
    parts: SlackParts, team_id: str, workspace_url: str, channel: str, message: Mapping[str, Any]
) -> SaidMessage:
    """The message with names in place of ids, as far as we know them; its files are named by their links."""
    text = _str(message.get("text"))
    author = _str(message.get("user"))
    author = author if is_user_id(author) else ""
    names = await parts.store.ask(known_names, team_id, {author, *_MENTION.findall(text)})
    shown = plain(_MENTION.sub(lambda found: _mention(found[1], names), text))
    ts = _str(message.get("ts"))
    return SaidMessage(
        channel,
        ts,
        clean("\n".join([shown, *attached(message, beside=shown)]).strip()),
        author,
        names.get(author) or _bot_name(message),
        permalink(workspace_url, channel, ts, _str(message.get("thread_ts"))),
    )


def attached(message: Mapping[str, Any], beside: str = "") -> Iterator[str]:
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
