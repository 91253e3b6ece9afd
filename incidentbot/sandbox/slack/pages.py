"""Cursors of list calls."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from incidentbot.sandbox.slack.errors import SlackError

T = TypeVar("T")


def encode(name: str, value: str) -> str:
    """A cursor that says where the next page starts."""
    return base64.b64encode(f"{name}:{value}".encode()).decode()


def decode(name: str, cursor: str) -> str:
    """What a cursor of that name says; `invalid_cursor` for anything else."""
    try:
        text = base64.b64decode(cursor.encode(), validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise SlackError("invalid_cursor") from None
    kind, _, value = text.partition(":")
    if kind != name or not value:
        raise SlackError("invalid_cursor")
    return value


def page(items: Sequence[T], cursor: str, limit: int) -> tuple[list[T], str]:
    """A page of a list and the cursor of the next one, empty after the last."""
    start = _offset(cursor)
    end = start + limit
    return list(items[start:end]), encode("offset", str(end)) if end < len(items) else ""


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    value = decode("offset", cursor)
    if not value.isdigit():
        raise SlackError("invalid_cursor")
    return int(value)
