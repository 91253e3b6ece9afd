"""Periods that people name: "7d", "24h", "2026-01-01/2026-01-31"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self

from incidentbot.domain.refusals import BadField, Refused

COMMON: Final = ("7d", "30d", "90d")
# Two years with a leap day: more than a comparison with the period before still tells anything about.
LONGEST: Final = timedelta(days=731)
_LENGTH: Final = re.compile(r"(?:last_)?([1-9][0-9]{0,4})([hdw])", re.ASCII)
_DATES: Final = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})", re.ASCII)
_UNIT: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Period:
    """The moments from `since` up to and without `until`, aware UTC; `name` is how it was asked for."""

    name: str
    since: datetime
    until: datetime

    @property
    def before(self) -> Self:
        """The period of the same length that ends where this one begins."""
        return type(self)(f"before {self.name}", self.since - (self.until - self.since), self.since)


def read_period(text: str, now: datetime) -> Period:
    """The period called `text`: so many hours, days (of 24 hours) or weeks up to `now`, or dates with all of both days.

    What happened at `now` is in it. Dates are days of UTC, and end at `now` at the latest. Refused (BadField) where it
    is none of these, begins after `now`, or is longer than LONGEST.
    """
    typed = text.strip().lower()
    found = _LENGTH.fullmatch(typed)
    if found:
        length = int(found[1]) * _UNIT[found[2]]
        if length > LONGEST:
            raise _too_long(text)
        until = _after(now)
        return Period(typed.removeprefix("last_"), until - length, until)
    return _by_dates(text, typed, now)


def _by_dates(text: str, typed: str, now: datetime) -> Period:
    found = _DATES.fullmatch(typed)
    try:
        first, last = (date.fromisoformat(part) for part in found.groups()) if found else (date.max, date.min)
        since = datetime.combine(first, time(), UTC)
        until = min(datetime.combine(last + timedelta(days=1), time(), UTC), _after(now))
    except (ValueError, OverflowError):
        raise _unknown(text) from None
    if since >= until:
        raise _unknown(text)
    if until - since > LONGEST:
        raise _too_long(text)
    return Period(typed, since, until)


def _after(now: datetime) -> datetime:
    """The end of a period that holds the present moment: what was done just now counts."""
    return now + timedelta(microseconds=1)


def _unknown(text: str) -> Refused:
    return Refused(BadField("period", "unknown", value=text[:80], choices=(*COMMON, "24h", "2026-01-01/2026-01-31")))


def _too_long(text: str) -> Refused:
    choices = (*COMMON, f"{LONGEST.days}d")
    return Refused(BadField("period", "out_of_range", value=text[:80], choices=choices))
