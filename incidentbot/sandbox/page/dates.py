"""Moments as a person in a time zone reads them, in Slack's forms."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_TOKEN: Final = re.compile(r"\{(\w+)\}")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def moment(seconds: float, zone: ZoneInfo) -> datetime:
    """A moment (in epoch seconds) in a time zone."""
    return datetime.fromtimestamp(seconds, zone)


def clock(at: datetime) -> str:
    """The time of day."""
    return f"{at:%H:%M}"


def day(at: datetime, now: datetime) -> str:
    """The day as a conversation divides itself: Today, Yesterday, or the date."""
    near = {0: "Today", 1: "Yesterday"}.get((now.date() - at.date()).days)
    if near:
        return near
    return f"{at:%A}, {_ordinal(at.day)} {at:%B}" + (f" {at.year}" if at.year != now.year else "")


def full(at: datetime) -> str:
    """Everything about the moment, for those who ask."""
    return f"{at:%A}, {_ordinal(at.day)} {at:%B} {at.year} at {at:%H:%M:%S} {at.tzname()}"


def formatted(pattern: str, at: datetime, now: datetime) -> str:
    """A moment by Slack's pattern, such as `{date_short_pretty} at {time}`. Unknown tokens stay as they are."""

    def replaced(found: re.Match[str]) -> str:
        form = _FORMS.get(found[1])
        return form(at, now) if form else found[0]

    return _TOKEN.sub(replaced, pattern)


def ago(at: datetime, now: datetime) -> str:
    """How long it is ago, or until then, in one unit."""
    seconds = (now - at).total_seconds()
    size = abs(seconds)
    if size < _MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    unit, number = _largest(size)
    words = f"{number} {unit}{'s' if number != 1 else ''}"
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def _largest(size: float) -> tuple[str, int]:
    if size < _HOUR:
        return "minute", int(size // _MINUTE)
    return ("hour", int(size // _HOUR)) if size < _DAY else ("day", int(size // _DAY))


def _ordinal(number: int) -> str:
    teens = range(11, 14)
    ending = "th" if number % 100 in teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_Form = Callable[[datetime, datetime], str]


def _pretty(form: _Form) -> _Form:
    """The same form, but with words for the days next to today."""

    def near(at: datetime, now: datetime) -> str:
        words = {-1: "yesterday", 0: "today", 1: "tomorrow"}
        return words.get((at.date() - now.date()) // timedelta(days=1)) or form(at, now)

    return near


def _date(at: datetime, _now: datetime) -> str:
    return f"{at:%B} {_ordinal(at.day)}, {at.year}"


def _short(at: datetime, _now: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year}"


def _long(at: datetime, _now: datetime) -> str:
    return f"{at:%A}, {at:%B} {_ordinal(at.day)}, {at.year}"


_FORMS: Final[dict[str, _Form]] = {
    "date_num": lambda at, _now: f"{at:%Y-%m-%d}",
    "date": _date,
    "date_short": _short,
    "date_long": _long,
    "date_pretty": _pretty(_date),
    "date_short_pretty": _pretty(_short),
    "date_long_pretty": _pretty(_long),
    "time": lambda at, _now: clock(at),
    "time_secs": lambda at, _now: f"{at:%H:%M:%S}",
    "ago": ago,
}
