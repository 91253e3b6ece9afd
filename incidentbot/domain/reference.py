"""References to incidents: INC-42, in any case, with or without the prefix."""

import difflib
import re
from collections.abc import Sequence

_REFERENCE = re.compile(r"(?P<prefix>inc-)?0*(?P<number>[1-9][0-9]{0,8})\Z", re.IGNORECASE | re.ASCII)

_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)


def reference(number: int) -> str:
    """The reference of incident `number` as people see it."""
    return f"INC-{number}"


def meant_by(text: str, known: Sequence[int]) -> int | None:
    """The one of the `known` numbers that a mistyped reference most likely means; None where none is near.

    A number in it counts whatever stands around it ("#7", "INC 7", "ICN-7"); else one whose digits are nearly those.
    """
    digits = "".join(_DIGITS.findall(text)[:1]).lstrip("0")
    if digits in map(str, known):
        return int(digits)
    near = difflib.get_close_matches(digits, [str(number) for number in known], n=1, cutoff=0.6) if digits else []
    return int(near[0]) if near else None


def parse_reference(text: str) -> int | None:
    """The number that `text` refers to ("INC-42", "inc-42", "42"), or None where it is no reference."""
    found = _REFERENCE.match(text.strip())
    return int(found["number"]) if found else None


def is_prefixed(text: str) -> bool:
    """Whether `text` is a reference beyond doubt (INC-n); a bare number is one only where such an incident exists."""
    found = _REFERENCE.match(text.strip())
    return bool(found and found["prefix"])
