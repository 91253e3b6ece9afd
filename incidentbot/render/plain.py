"""A message reduced to what always sends, and to what a terminal shows."""

from __future__ import annotations

import re
from typing import Final

from incidentbot.render.message import Message

_TOKEN: Final = re.compile(r"<(?P<address>(?:[@#!]|https?://|mailto:)[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


def plain(message: Message) -> Message:
    """The same message as text alone: what is sent when Slack refuses the blocks."""
    return Message(message.text)


def words(text: str) -> str:
    """Our mrkdwn as a terminal or an API answer shows it: dates in UTC, links in brackets, no entities, no ticks."""
    shown = without_tokens(text).replace("`", "")
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def without_tokens(text: str) -> str:
    """`text` with Slack's mentions, dates and links (`<@U1|ana>`) turned into words that do nothing (@ana)."""
    return _TOKEN.sub(_word, text)


def _word(token: re.Match[str]) -> str:
    address, label = token["address"], token["label"] or ""
    if address.startswith("!date^"):
        return label
    if address.startswith(("@", "#", "!")):
        sign = "#" if address.startswith("#") else "@"
        return sign + (label or address[1:].removeprefix("subteam^")).lstrip("@#")
    return f"{label} ({address})" if label and label != address else address.removeprefix("mailto:")
