"""Schedules of reports in words: one that was made, all there are, one that was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from incidentbot.domain.own_report import DAILY
from incidentbot.domain.report_schedule import EVERY_DAY, USAGE, ReportSchedule, next_times
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import Escaped, Words, channel, code, date, escape, fill, joined, listed, number

_DAY: Final = Words(
    {
        "0": fill("Monday"),
        "1": fill("Tuesday"),
        "2": fill("Wednesday"),
        "3": fill("Thursday"),
        "4": fill("Friday"),
        "5": fill("Saturday"),
        "6": fill("Sunday"),
    }
)
_WORKING: Final = "01234"
_SHOWN: Final = 25


def scheduled(made: ReportSchedule) -> Message:
    """The answer to whoever made it, with the next three times."""
    times = joined([date(moment) for moment in next_times(made)], ", ")
    return _said(fill("✅ {what}. Next: {times}. It ends by {way}.", what=_told(made), times=times, way=_stop(made)))


def stopped(schedule: ReportSchedule) -> Message:
    """The answer to whoever stopped it."""
    return _said(fill("Stopped: {what}.", what=_told(schedule)))


def schedules(found: Sequence[ReportSchedule]) -> Message:
    """All there are."""
    if not found:
        return _said(fill("No report is scheduled. {way} makes a schedule.", way=code(USAGE, 200)))
    rows = [fill("{what}. Next: {when}", what=_told(one), when=date(one.next_at)) for one in found]
    shown = listed(rows, most=_SHOWN, limit=2800, separator="\n")
    return _said(joined([shown, fill("One ends by {way}.", way=code("@bot stop NUMBER", 80))], "\n"))


def _told(one: ReportSchedule) -> Escaped:
    what = fill("daily summary") if one.type == DAILY else fill("report on incidents")
    return fill(
        "#{number}: {what} {days} at {at} ({zone}) in {channel}",
        number=number(one.number),
        what=what,
        days=_days(one.days),
        at=escape(f"{one.at:%H:%M}"),
        zone=escape(one.zone, 64),
        channel=channel(one.channel),
    )


def _days(days: str) -> Escaped:
    if days == EVERY_DAY:
        return fill("every day")
    if days == _WORKING:
        return fill("on weekdays")
    return fill("every {days}", days=joined([_DAY[day] for day in days], ", "))


def _stop(made: ReportSchedule) -> Escaped:
    return code(f"@bot stop {made.number}", 80)


def _said(text: Escaped) -> Message:
    return Message(text, (blocks.section(text),))
