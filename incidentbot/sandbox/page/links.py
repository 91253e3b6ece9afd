"""Addresses in messages: which lead into this page, which lead out, and which lead nowhere."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from incidentbot.sandbox.page.viewer import Viewer

_MESSAGE: Final = re.compile(r"/archives/(?P<channel>[A-Z0-9]+)(?:/p(?P<ts>\d{7,}))?/?")
_LIVE: Final = {"http", "https", "mailto", "tel"}
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Link:
    """Where an address leads. `inside` ones open in this page; without an `address` it is text."""

    address: str
    inside: bool = False


def link(url: str, viewer: Viewer) -> Link:
    """Where a message's address leads its reader."""
    parts = urlsplit(url)
    if url.startswith(viewer.workspace.world.url):
        found = _MESSAGE.fullmatch(parts.path)
        if found:
            thread = parse_qs(parts.query).get("thread_ts", [""])[0]
            return Link(_place(found["channel"], found["ts"] or "", thread, viewer), inside=True)
    return Link(url if parts.scheme.lower() in _LIVE else "")


def _place(channel: str, digits: str, thread: str, viewer: Viewer) -> str:
    """The message's own place: its thread if it is in one or has one, else the channel."""
    ts = f"{digits[:-_DECIMALS]}.{digits[-_DECIMALS:]}" if digits else ""
    conversation = viewer.conversation(channel)
    if not thread and conversation is not None and conversation.threads.get(ts):
        thread = ts
    path = f"/c/{channel}/{thread}" if thread else f"/c/{channel}"
    return f"{path}?at={ts}" if ts else path
