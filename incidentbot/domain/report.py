"""Which reports NopeSight can be asked for, in its own words and in those that people type."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from incidentbot.domain.job import ReportOrder
from incidentbot.domain.refusals import BadField, BadOption, Refused

TYPES: Final = ("daily_summary", "incidents", "availability", "cmdb_inventory")
PERIODS: Final = ("last_24h", "last_7d", "last_30d")
USAGE: Final = f"/nopesight report [{'|'.join(TYPES)}] [24h|7d|30d|2025-01-01/2025-01-31]"
_SHORT: Final = {"24h": "last_24h", "1d": "last_24h", "7d": "last_7d", "30d": "last_30d"}
_PERIODS_TYPED: Final = ("24h", "7d", "30d")
_DATES: Final = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})", re.ASCII)


def read_order(words: Sequence[str]) -> ReportOrder:
    """The report that was typed, type and period in either order; refused where a word is neither."""
    kind, period = TYPES[0], PERIODS[0]
    for word in words[:2]:
        typed = word.lower().replace("-", "_")
        if typed in TYPES:
            kind = typed
        elif (found := _period(word)) is not None:
            period = found
        else:
            raise Refused(_neither(word))
    if len(words) > 2:  # noqa: PLR2004 - a type and a period
        raise Refused(BadOption(words[2][:80], USAGE))
    return ReportOrder(kind, period)


def _neither(word: str) -> BadField:
    """What begins with a digit, or with "last", was meant to be a period."""
    if word[:1].isdigit() or word.lower().startswith("last"):
        return BadField("period", "unknown", word[:80], choices=(*_PERIODS_TYPED, "2025-01-01/2025-01-31"))
    return BadField("type", "unknown", word[:80], choices=TYPES)


def _period(word: str) -> str | None:
    typed = word.lower()
    if typed in PERIODS:
        return typed
    if typed in _SHORT:
        return _SHORT[typed]
    dates = _DATES.fullmatch(word)
    if dates is None:
        return None
    try:
        first, last = date.fromisoformat(dates[1]), date.fromisoformat(dates[2])
    except ValueError:
        first, last = date.max, date.min
    if first > last:
        raise Refused(BadField("period", "malformed", word))
    return word
