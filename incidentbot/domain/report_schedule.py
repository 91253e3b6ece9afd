"""Schedules of reports: how people say one, and when it is due next on the clocks of a time zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from incidentbot.domain.moments import shown_at, zone_named, zone_of
from incidentbot.domain.own_report import DAILY, INCIDENTS, PERIODS
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import BadField, MissingArgument, Refused
from incidentbot.languages import phrase

USAGE: Final = "@bot schedule daily summary at 9:30 am [every Monday|on weekdays] [in #channel]"
EVERY_DAY: Final = "0123456"
# What fires later than this after its time says so.
LATE: Final = timedelta(minutes=5)
# More schedules than this in one workspace nobody reads.
MOST: Final = 100
_NEXT_TOLD: Final = 3
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS: Final = {"day": EVERY_DAY, "daily": EVERY_DAY, "weekday": "01234", "workday": "01234", "weekend": "56"}
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm)?", re.ASCII)
_CHANNEL: Final = re.compile(r"<#(C[A-Z0-9]{2,30}|G[A-Z0-9]{2,30})(?:\|[^<>]*)?>|(#[^\s<>#@&,;!/\\]{1,80})")
_CHOSEN: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_FILLERS: Final = frozenset({"the", "a", "please", "report", "of", "on", "every", "each", "and", ",", "for", "to"})
_HOURS: Final = 24
_NOON: Final = 12
_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: `days` are digits, 0 is Monday; `channel` is an id or a name, "" for where it was said.

    `zone` names a time zone, "" the one of whoever asks.
    """

    type: str
    at: time
    days: str = EVERY_DAY
    channel: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class ReportSchedule:
    """A schedule as stored, by its `number` in the workspace; `next_at` is when it is due, aware UTC."""

    number: int
    type: str
    days: str
    at: time
    zone: str
    channel: str
    actor: Actor
    next_at: datetime


def read_schedule(text: str) -> Wanted:
    """What follows the word "schedule": which report, at what time, on which days, in which channel, in any order.

    Refused where there is no time, or a word is none of these.
    """
    channel, rest = _channel(text)
    words = rest.lower().replace(",", " , ").split()
    at, words = _time(words)
    kind, days = DAILY, ""
    for word in words:
        if word in {"daily", "summary", "daily_summary"}:
            continue
        if word == INCIDENTS:
            kind = INCIDENTS
        elif found := _days(word):
            days += found
        elif word not in _FILLERS:
            raise Refused(
                BadField("day", "unknown", word[:80], choices=(*(day.capitalize() for day in _DAYS), "weekdays"))
            )
    return Wanted(kind, at, "".join(sorted(set(days))) or EVERY_DAY, channel)


def read_choices(kind: str, channel: str, days: Sequence[str], at: str, zone: str) -> Wanted:
    """What was chosen in a form: `days` are digits, `at` is "09:30". Refused with the field of what is missing.

    Refused too where there is no such report, time or time zone.
    """
    if kind not in PERIODS:
        raise Refused(BadField("type", "unknown", kind[:80] or "?", choices=tuple(PERIODS)))
    if not channel:
        raise Refused(BadField("channel", "blank"))
    chosen = "".join(sorted(set(days) & set(EVERY_DAY)))
    if not chosen:
        raise Refused(BadField("day", "unknown", "-", choices=tuple(day.capitalize() for day in _DAYS)))
    if not _CHOSEN.fullmatch(at):
        raise Refused(BadField("time", "malformed", at[:80] or "-", choices=("09:30", "17:00")))
    known = zone_named(zone)
    if not known:
        raise Refused(
            BadField("zone", "unknown", zone[:80] or "-", choices=("Europe/Berlin", "America/New_York", "UTC"))
        )
    return Wanted(kind, _clock(at), chosen, channel, known)


def _channel(text: str) -> tuple[str, str]:
    """The channel that is named after "in", and the text without it."""
    found = _CHANNEL.search(text)
    if found is None:
        return "", text
    before = re.sub(r"\b(in|to)\s*$", "", text[: found.start()], flags=re.IGNORECASE)
    return found[1] or found[2], f"{before} {text[found.end() :]}"


def _days(word: str) -> str:
    single = word.rstrip("s") if word not in _DAYS else word
    if single in _SETS:
        return _SETS[single]
    named = [str(place) for place, day in enumerate(_DAYS) if day == single or (len(single) >= 3 and day[:3] == single)]  # noqa: PLR2004 - mon, tue …
    return named[0] if named else ""


def _time(words: Sequence[str]) -> tuple[time, list[str]]:
    """The time, and the words without it."""
    left = list(words)
    if "at" not in left:
        raise Refused(MissingArgument(phrase("a time"), USAGE))
    place = left.index("at")
    said = left[place + 1 : place + 2]
    half = [word.replace(".", "") for word in left[place + 2 : place + 3] if word.replace(".", "") in {"am", "pm"}]
    del left[place : place + 1 + len(said) + len(half)]
    return _clock("".join([*said, *half])), left


def _clock(typed: str) -> time:
    """A time as people write it: 9, 9:30, 9:30am, 17:00, noon, midnight."""
    named = {"noon": time(_NOON), "midday": time(_NOON), "midnight": time(0)}.get(typed)
    if named is not None:
        return named
    found = _TIME.fullmatch(typed)
    if found is None:
        raise Refused(BadField("time", "malformed", typed[:80] or "?", choices=("9:30 am", "17:00", "noon")))
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= _NOON:
        hour = _HOURS
    elif half:
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    if hour >= _HOURS or minute >= _MINUTES:
        raise Refused(BadField("time", "out_of_range", typed[:80], choices=("9:30 am", "17:00", "noon")))
    return time(hour, minute)


def next_after(schedule: ReportSchedule | Wanted, zone: str, moment: datetime) -> datetime:
    """When it is due first after `moment`, aware UTC.

    A time that the clocks leave out is due when they go on; one that comes twice, the first time alone.
    """
    clocks = zone_of(zone)
    day = moment.astimezone(clocks).date() - timedelta(days=1)
    while True:
        if str(day.weekday()) in schedule.days:
            due = shown_at(datetime.combine(day, schedule.at), clocks)
            if due > moment:
                return due
        day += timedelta(days=1)


def next_times(schedule: ReportSchedule, count: int = _NEXT_TOLD) -> list[datetime]:
    """When it is due next, and after that."""
    found = [schedule.next_at]
    while len(found) < count:
        found.append(next_after(schedule, schedule.zone, found[-1]))
    return found


def period_of(kind: str) -> str:
    """The period that a scheduled report is about."""
    return PERIODS[kind]


def is_late(schedule: ReportSchedule, now: datetime) -> bool:
    """Whether nobody was there when it was due."""
    return now - schedule.next_at > LATE
