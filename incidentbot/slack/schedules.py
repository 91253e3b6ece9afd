"""What people say of schedules, by mention, slash command or form: make one, list them, change one, stop one."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.refusals import BadField, MissingArgument, Refusal, Refused
from incidentbot.domain.report_schedule import USAGE, ReportSchedule, read_choices, read_schedule
from incidentbot.languages import fill_plain, phrase
from incidentbot.queries.schedules import schedule_form, schedules_of
from incidentbot.render import ids
from incidentbot.render import schedules as render
from incidentbot.render.message import Message
from incidentbot.render.modals import field_errors, notice_modal, refusal_modal
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_form
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.schedule_report import change_schedule, schedule_report, stop_schedule

_LONGEST = 6


class Scheduling:
    """The buttons about schedules, and the form that they open."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def asked(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form of a new schedule."""
        await self._open(body, asker, kind=action.get("value") or "", number=0)
        await ack()

    async def changing(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form of one that there is."""
        await self._open(body, asker, kind="", number=_number(action.get("value") or ""))
        await ack()

    async def stopped(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Stop it; the list shows what is left."""
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", "button")
        ended = await self._parts.store.run(stop_schedule, cause, _number(action.get("value") or ""))
        if isinstance(ended, ReportSchedule):
            left = await list_schedules(self._parts, asker.team_id)
            answer = self._parts.answerer.replace(asker.response_url, left)
        else:
            answer = self._parts.answerer.respond(asker.response_url, refusal(ended))
        self._parts.tasks.start(answer)
        await ack()

    async def submitted(self, ack: AsyncAck, view: Mapping[str, Any], asker: Asker) -> None:
        """Say when it comes next; or what is wrong, at its field."""
        fields = Fields(view)
        stored = await self._store(fields, asker)
        if isinstance(stored, ReportSchedule):
            told = render.scheduled(stored).text
            await ack(response_action="update", view=notice_modal(fill_plain("Done"), told))
        elif isinstance(stored, BadField) and stored.field != "schedule":
            await ack(response_action="errors", errors=field_errors(stored, ids.SCHEDULE_MODAL))
        else:
            await ack(response_action="update", view=refusal_modal(stored))

    async def _open(self, body: Mapping[str, Any], asker: Asker, *, kind: str, number: int) -> None:
        found, zone = await self._parts.store.ask(schedule_form, asker.team_id, asker.actor.id, number)
        if number and found is None:
            view = refusal_modal(BadField("schedule", "unknown", str(number)))
        else:
            view = render.schedule_modal(kind, found, zone, asker.channel)
        open_form(self._parts, asker, body.get("trigger_id") or "", view, USAGE)

    async def _store(self, fields: Fields, asker: Asker) -> ReportSchedule | Refusal:
        try:
            wanted = read_choices(
                fields.choice(ids.REPORT, ids.REPORT_SELECT),
                fields.conversation(ids.CHANNEL, ids.CHANNEL_SELECT),
                [value for value, _ in fields.choices(ids.DAYS, ids.DAYS_CHECK)],
                fields.time(ids.CLOCK, ids.CLOCK_PICK),
                fields.text(ids.ZONE, ids.ZONE_INPUT),
            )
        except Refused as refused:
            return refused.refusal
        cause = asker.cause(f"view:{fields.id}", "modal")
        number = fields.metadata("schedule")
        if number:
            return await self._parts.store.run(change_schedule, cause, _number(number), wanted)
        return await self._parts.store.run(schedule_report, cause, wanted, "")


def _number(typed: str) -> int:
    """A schedule's number; 0, which none has, for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST else 0


async def make_schedule(parts: SlackParts, cause: Cause, text: str, said_in: str) -> Message:
    """Schedule what `text` says, in the channel that it names or where it was said."""
    try:
        wanted = read_schedule(text)
    except Refused as refused:
        return refusal(refused.refusal)
    made = await parts.store.run(schedule_report, cause, wanted, said_in)
    return render.scheduled(made) if isinstance(made, ReportSchedule) else refusal(made)


async def list_schedules(parts: SlackParts, team_id: str) -> Message:
    """All there are."""
    return render.schedules(await parts.store.ask(schedules_of, team_id))


async def end_schedule(parts: SlackParts, cause: Cause, text: str) -> Message:
    """Stop the one whose number is in `text`: "3", "#3", "schedule 3"."""
    words = [word.lstrip("#") for word in text.split() if word.lower() not in {"schedule", "schedules"}]
    if not words:
        return refusal(MissingArgument(phrase("the number of a schedule"), "@bot stop NUMBER"))
    number = _number(words[0])
    if not number:
        return refusal(BadField("schedule", "unknown", words[0][:80]))
    stopped = await parts.store.run(stop_schedule, cause, number)
    return render.stopped(stopped) if isinstance(stopped, ReportSchedule) else refusal(stopped)
