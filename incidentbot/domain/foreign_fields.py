"""Reading JSON objects of systems whose documentation disagrees with itself.

A field is asked for by its camelCase name and found under its snake_case name too; a value of the wrong kind counts as
missing where the caller can do without it, and is BadShape, naming the field, where it cannot.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from incidentbot.domain.text import clean_line, clean_text

ID_LENGTH: Final = 255
LINE_LENGTH: Final = 1_000
TEXT_LENGTH: Final = 20_000
# Seconds of any plausible year stay below this, milliseconds of any year since 1973 above it.
FIRST_MILLISECONDS: Final = 1e11
_WORD_START: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")


class BadShape(ValueError):
    """A foreign object cannot be read; `path` names the field and `expected` what should be there."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: expected {expected}")
        self.path: Final = path
        self.expected: Final = expected


def mapping_in(value: object, path: str) -> Mapping[str, object]:
    """`value` if it is an object, else BadShape for `path`."""
    if isinstance(value, Mapping):
        return value
    raise BadShape(path, "an object")


def find(raw: Mapping[str, object], *names: str) -> object:
    """The first value among `names` (each in camelCase, found in snake_case too) that is there and not null."""
    for name in names:
        for spelling in (name, _snake(name)):
            value = raw.get(spelling)
            if value is not None:
                return value
    return None


def line(raw: Mapping[str, object], *names: str, limit: int = LINE_LENGTH) -> str:
    """One clean line of text; "" if there is none. Numbers count as text, objects and lists do not."""
    return clean_line(as_text(find(raw, *names)), limit)


def text(raw: Mapping[str, object], *names: str, limit: int = TEXT_LENGTH) -> str:
    """Clean text of any number of lines; "" if there is none."""
    return clean_text(as_text(find(raw, *names)), limit).strip()


def required_id(raw: Mapping[str, object], *names: str, path: str) -> str:
    """An identifier: never cut, since a cut one would name something else; BadShape if missing or too long."""
    value = as_text(find(raw, *names))
    if not value or value != clean_line(value, ID_LENGTH):
        raise BadShape(path, f"an identifier of 1 to {ID_LENGTH} plain characters")
    return value


def word(raw: Mapping[str, object], *names: str) -> str:
    """A value of some vocabulary: lower case, blanks and hyphens as underscores; "" if there is none."""
    return as_word(as_text(find(raw, *names)))


def as_word(value: str) -> str:
    """`value` in lower case with underscores ("Depends On" is depends_on)."""
    return re.sub(r"[\s\-]+", "_", clean_line(value, ID_LENGTH).lower())


def integer(raw: Mapping[str, object], *names: str, default: int = 0) -> int:
    """A whole number, also if it comes as text or fraction; `default` if there is none."""
    number = _number(find(raw, *names))
    return default if number is None else int(number)


def boolean(raw: Mapping[str, object], *names: str) -> bool:
    """True only for true, 1 and the text "true"."""
    return as_text(find(raw, *names)).lower() in {"true", "1"}


def nested(raw: Mapping[str, object], *names: str) -> Mapping[str, object]:
    """The object under one of `names`; empty if there is none."""
    value = find(raw, *names)
    return value if isinstance(value, Mapping) else {}


def items(raw: Mapping[str, object], *names: str, limit: int = 500) -> tuple[object, ...]:
    """The list under one of `names`, its first `limit` members; empty if there is none."""
    value = find(raw, *names)
    return tuple(value[:limit]) if isinstance(value, list) else ()


def objects(raw: Mapping[str, object], *names: str, limit: int = 500) -> tuple[Mapping[str, object], ...]:
    """The objects in the list under one of `names`."""
    return tuple(item for item in items(raw, *names, limit=limit) if isinstance(item, Mapping))


def moment(raw: Mapping[str, object], *names: str) -> datetime | None:
    """A time as aware UTC, from ISO 8601 (no offset means UTC) or epoch seconds or milliseconds; None if unreadable."""
    for name in names:
        read = as_moment(find(raw, name))
        if read is not None:
            return read
    return None


def as_moment(value: object) -> datetime | None:
    """One value as `moment` reads it."""
    number = _number(value)
    try:
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if abs(number) > FIRST_MILLISECONDS else number, UTC)
        if not isinstance(value, str):
            return None
        read = datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def as_text(value: object) -> str:
    """A text, a number or a truth value as text; "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def lines(values: Iterable[object], limit: int = ID_LENGTH) -> tuple[str, ...]:
    """Each value as one clean line, without the empty ones."""
    cleaned = (clean_line(as_text(value), limit) for value in values)
    return tuple(value for value in cleaned if value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


@lru_cache(maxsize=512)
def _snake(name: str) -> str:
    return _WORD_START.sub(lambda match: "_" + match[0], name).lower()
