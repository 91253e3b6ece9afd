"""Lengths of time in words, for pictures and documents; messages have their own in render/vocabulary.py."""

from typing import Final

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def in_words(seconds: float) -> str:
    """A length of time in its two largest units: "2 d 3 h", "1 h 12 min", "40 s"; less than none is "0 s"."""
    left, parts = max(int(seconds), 0), []
    for size, unit in _UNITS:
        amount, left = divmod(left, size)
        parts.append((amount, unit))
    first = next((place for place, (amount, _) in enumerate(parts) if amount), len(parts) - 1)
    return " ".join(f"{amount} {unit}" for amount, unit in parts[first : first + 2] if amount) or "0 s"
