"""References to incidents: INC-42, in any case, with or without the prefix."""

import re

_REFERENCE = re.compile(r"(?P<prefix>inc-)?0*(?P<number>[1-9][0-9]{0,8})\Z", re.IGNORECASE | re.ASCII)


def reference(number: int) -> str:
    """The reference of incident `number` as people see it."""
    return f"INC-{number}"


def parse_reference(text: str) -> int | None:
    """The number that `text` refers to ("INC-42", "inc-42", "42"), or None where it is no reference."""
    found = _REFERENCE.match(text.strip())
    return int(found["number"]) if found else None


def is_prefixed(text: str) -> bool:
    """Whether `text` is a reference beyond doubt (INC-n); a bare number is one only where such an incident exists."""
    found = _REFERENCE.match(text.strip())
    return bool(found and found["prefix"])
