"""What a person wants to be told directly, and when. Pure; the time and their time zone are arguments."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incidentbot.domain.refusals import BadField
from incidentbot.domain.severity import Severity

_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when, on the person's own clock; `until` may be on the next day."""

    since: time
    until: time


@dataclass(frozen=True, slots=True)
class Preferences:
    """`muted` severities bring no direct messages. Neither this nor `quiet` ever holds for critical incidents."""

    muted: frozenset[Severity] = frozenset()
    quiet: QuietHours | None = None


UNLESS_SAID = Preferences()


def read_quiet_hours(since: str, until: str) -> QuietHours | BadField | None:
    """Quiet hours from what a form's two clocks say ("22:00", "07:00"); None where both are empty.

    A BadField where only one is set, both are the same, or one cannot be read.
    """
    if not since and not until:
        return None
    begin, end = _read_time("quiet_since", since), _read_time("quiet_until", until)
    if isinstance(begin, BadField):
        return begin
    if isinstance(end, BadField):
        return end
    return BadField("quiet_until", "malformed", value=until) if begin == end else QuietHours(begin, end)


def _read_time(field: str, text: str) -> time | BadField:
    if not text:
        return BadField(field, "blank")
    if not _CLOCK.match(text):
        return BadField(field, "malformed", value=text[:40])
    return time.fromisoformat(text)


def told_at(preferences: Preferences, severity: Severity, zone: str, now: datetime) -> datetime | None:
    """When the person is to be told directly of an incident of `severity`: now, or later; None: not at all.

    `zone` is an IANA name; an unknown one counts as UTC.
    """
    if severity is Severity.CRITICAL:
        return now
    if severity in preferences.muted:
        return None
    return _end_of_quiet(preferences.quiet, zone, now) if preferences.quiet else now


def _end_of_quiet(quiet: QuietHours, zone: str, now: datetime) -> datetime:
    """The end of the quiet hours that `now` is in, or `now` where it is in none.

    Where clocks change, the hours are those that the person's clock shows: an hour that comes twice is quiet twice, one
    that never comes ends at the moment in whose stead the clock moved on.
    """
    local = now.astimezone(_zone(zone))
    clock = local.time()
    if quiet.since < quiet.until:
        if not quiet.since <= clock < quiet.until:
            return now
    elif quiet.until <= clock < quiet.since:
        return now
    day = local.date() + timedelta(days=int(clock >= quiet.until))
    ends = [datetime.combine(day, quiet.until.replace(fold=fold), local.tzinfo).astimezone(UTC) for fold in (0, 1)]
    return next((end for end in ends if end > now), now)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    return bool(name) and (name == "UTC" or _zone(name).key == name)
