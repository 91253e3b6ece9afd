"""Schedules of reports in words: one that was made, all there are, one that was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from incidentbot.domain.own_report import DAILY, INCIDENTS, PERIODS
from incidentbot.domain.report_schedule import EVERY_DAY, USAGE, ReportSchedule, next_times
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids, mrkdwn
from incidentbot.render.message import Message
from incidentbot.render.modals import View, form, labelled, option
from incidentbot.render.mrkdwn import Escaped, Words, code, date, escape, fill, joined, listed, number
from incidentbot.render.plain import words

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
# When the form proposes that it comes.
_USUAL: Final = "09:00"
_SHOWN: Final = 25
# Each takes two blocks of the fifty that a message may have.
_WITH_BUTTONS: Final = 20


def scheduled(made: ReportSchedule) -> Message:
    """The answer to whoever made it, with the next three times."""
    times = joined([date(moment) for moment in next_times(made)], ", ")
    return _said(fill("✅ {what}. Next: {times}. It ends by {way}.", what=_told(made), times=times, way=_stop(made)))


def stopped(schedule: ReportSchedule) -> Message:
    """The answer to whoever stopped it."""
    return _said(fill("Stopped: {what}.", what=_told(schedule)))


def schedules(found: Sequence[ReportSchedule]) -> Message:
    """All there are."""
    another = blocks.actions(*schedule_button(DAILY))
    if not found:
        text = fill("No report is scheduled. {way} makes a schedule.", way=code(USAGE, 200))
        return Message(text, (blocks.section(text), another))
    rows = [fill("{what}. Next: {when}", what=_told(one), when=date(one.next_at)) for one in found]
    shown = listed(rows, most=_SHOWN, limit=2800, separator="\n")
    text = joined([shown, fill("One ends by {way}.", way=code("@bot stop NUMBER", 80))], "\n")
    each = [block for place in range(len(found[:_WITH_BUTTONS])) for block in _row(rows[place], found[place], place)]
    rest = listed(rows[_WITH_BUTTONS:], most=_SHOWN, limit=2800, separator="\n")
    return Message(text, (*each, *([blocks.section(rest)] if rows[_WITH_BUTTONS:] else ()), another))


def schedule_button(kind: str) -> tuple[blocks.Json, ...]:
    """Opens the form; a report of one incident is not scheduled."""
    return (blocks.button(fill_plain("Schedule"), ids.SCHEDULE_REPORT, kind),) if kind in PERIODS else ()


def _row(told: Escaped, one: ReportSchedule, place: int) -> tuple[blocks.Json, ...]:
    change = blocks.button(fill_plain("Edit"), f"{ids.CHANGE_SCHEDULE}:{place}", str(one.number))
    stop = blocks.button(fill_plain("Stop"), f"{ids.STOP_SCHEDULE}:{place}", str(one.number))
    return blocks.section(told), blocks.actions(change, stop)


def schedule_modal(kind: str, schedule: ReportSchedule | None, zone: str, channel: str) -> View:
    """The form of a new schedule, or of `schedule`; `zone` and `channel` are those of whoever opens it."""
    kinds = [option(fill_plain("Daily summary"), DAILY), option(fill_plain("Incidents"), INCIDENTS)]
    chosen = schedule.type if schedule else kind
    days = [option(words(_DAY[day]), day) for day in EVERY_DAY]
    on = schedule.days if schedule else EVERY_DAY
    where = schedule.channel if schedule else channel
    select: dict[str, Any] = {
        "type": "conversations_select",
        "action_id": ids.CHANNEL_SELECT,
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    if where[:1] in {"C", "G"}:
        select["initial_conversation"] = where
    report = {
        "type": "static_select",
        "action_id": ids.REPORT_SELECT,
        "options": kinds,
        "initial_option": next((one for one in kinds if one["value"] == chosen), kinds[0]),
    }
    check = {
        "type": "checkboxes",
        "action_id": ids.DAYS_CHECK,
        "options": days,
        "initial_options": [one for one in days if one["value"] in on],
    }
    at = f"{schedule.at:%H:%M}" if schedule else _USUAL
    zoned = schedule.zone if schedule else zone
    zone_field = {"type": "plain_text_input", "action_id": ids.ZONE_INPUT, "initial_value": zoned, "max_length": 64}
    title = fill_plain("Edit schedule") if schedule else fill_plain("Schedule report")
    return form(
        ids.SCHEDULE_MODAL,
        title,
        fill_plain("Save") if schedule else fill_plain("Schedule"),
        {"schedule": str(schedule.number) if schedule else ""},
        [
            labelled(ids.REPORT, fill_plain("Report"), report, optional=False),
            labelled(ids.CHANNEL, fill_plain("Channel"), select, optional=False),
            labelled(ids.DAYS, fill_plain("Days"), check, optional=False),
            labelled(
                ids.CLOCK,
                fill_plain("Time"),
                {"type": "timepicker", "action_id": ids.CLOCK_PICK, "initial_time": at},
                optional=False,
            ),
            labelled(
                ids.ZONE,
                fill_plain("Time zone"),
                zone_field,
                optional=False,
                hint=fill_plain("By its name: Europe/Berlin, America/New_York, UTC."),
            ),
        ],
    )


def _told(one: ReportSchedule) -> Escaped:
    what = fill("daily summary") if one.type == DAILY else fill("report on incidents")
    return fill(
        "#{number}: {what} {days} at {at} ({zone}) in {channel}",
        number=number(one.number),
        what=what,
        days=_days(one.days),
        at=escape(f"{one.at:%H:%M}"),
        zone=escape(one.zone, 64),
        channel=mrkdwn.channel(one.channel),
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
