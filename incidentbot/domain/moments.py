"""Moments on the clocks of a time zone: as people type them, and when a clock on the wall shows a time."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from incidentbot.domain.refusals import BadField, Refused
from incidentbot.languages import fill_plain, phrase, said

_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_AGO: Final = re.compile(r"(\d{1,5}) ?(m|min|h|d) ago")
_DATED: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?: ?(Z|UTC|[+-]\d{2}:\d{2}))?", re.IGNORECASE
)
_MINUTES: Final = {"m": 1, "min": 1, "h": 60, "d": 1440}
_EXACT: Final = timedelta(seconds=1)
_MONTHS: Final = (
    phrase("Jan"),
    phrase("Feb"),
    phrase("Mar"),
    phrase("Apr"),
    phrase("May"),
    phrase("Jun"),
    phrase("Jul"),
    phrase("Aug"),
    phrase("Sep"),
    phrase("Oct"),
    phrase("Nov"),
    phrase("Dec"),
)
FORMS: Final = ("14:45", "2026-01-20 14:45", "2026-01-20T14:45:00Z", "20m ago")


def zone_of(name: str) -> ZoneInfo:
    """The time zone called `name`; UTC where there is none such."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def zone_named(typed: str) -> str:
    """The name of the time zone that was typed, in any case and with blanks for "_"; "" where there is none such."""
    wanted = "_".join(typed.split()).lower()
    return next((name for name in sorted(available_timezones()) if name.lower() == wanted), "")


def day_told(moment: datetime) -> str:
    """The day in words, as its own clocks have it: "23 Nov"."""
    return fill_plain("{day} {month}", day=moment.day, month=said(_MONTHS[moment.month - 1]))


def month_told(moment: datetime) -> str:
    """The month in words: "Nov 2026"."""
    return f"{said(_MONTHS[moment.month - 1])} {moment.year}"


def told(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in words, on the clocks of `zone`: "23 Nov 2026 09:30"."""
    shown = moment.astimezone(zone)
    return f"{day_told(shown)} {shown:%Y %H:%M}"


def on_the_wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at `at`, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def shown_at(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock on the wall first shows `local`, or passes it where that hour is left out."""
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if early >= late:
        return late
    while late - early > _EXACT:
        middle = early + (late - early) / 2
        early, late = (middle, late) if on_the_wall(middle, zone) < local else (early, middle)
    return late.replace(microsecond=0)


def read_moment(text: str, now: datetime, tz: str = "", *, field: str = "time", future: bool = False) -> datetime:
    """What `text` says, in UTC; Refused (BadField) where it says no moment.

    Without a zone it is meant on the clock of `tz`. A time of day alone is the last one that there was, or, with
    `future`, the next one that comes.
    """
    text, zone = " ".join(text.split()), zone_of(tz)
    try:
        found = _ago(text, now) or _dated(text, zone) or _on_the_clock(text, now.astimezone(zone), future=future)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Refused(BadField(field, "malformed", value=text[:80], choices=FORMS[:-1] if future else FORMS))
    return found.astimezone(UTC)


def _ago(text: str, now: datetime) -> datetime | None:
    typed = _AGO.fullmatch(text.lower())
    return now - timedelta(minutes=int(typed[1]) * _MINUTES[typed[2]]) if typed else None


def _dated(text: str, zone: ZoneInfo) -> datetime | None:
    typed = _DATED.fullmatch(text)
    if not typed:
        return None
    day, clock, offset = typed.groups()
    if offset is None:
        return datetime.fromisoformat(f"{day}T{clock:0>5}").replace(tzinfo=zone)
    return datetime.fromisoformat(f"{day}T{clock:0>5}{'+00:00' if offset.upper() in {'Z', 'UTC'} else offset}")


def _on_the_clock(text: str, now: datetime, *, future: bool) -> datetime | None:
    typed = _CLOCK.fullmatch(text)
    if not typed:
        return None
    today = now.replace(hour=int(typed[1]), minute=int(typed[2]), second=int(typed[3] or 0), microsecond=0, fold=0)
    if future:
        return today if today.astimezone(UTC) > now.astimezone(UTC) else today + timedelta(days=1)
    return today if today.astimezone(UTC) <= now.astimezone(UTC) else today - timedelta(days=1)
