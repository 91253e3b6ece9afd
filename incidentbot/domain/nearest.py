"""Which of the names that there are somebody may have meant: it is offered, and never taken for what they typed."""

import difflib
from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that `word` was most likely meant to be, in any case; "" where none is near."""
    known = {name.lower(): name for name in names}
    return next((known[near] for near in difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)), "")
