"""What people say of schedules, by mention or slash command: make one, list them, stop one."""

from incidentbot.domain.refusals import BadField, MissingArgument, Refused
from incidentbot.domain.report_schedule import ReportSchedule, read_schedule
from incidentbot.languages import phrase
from incidentbot.queries.schedules import schedules_of
from incidentbot.render import schedules as render
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.schedule_report import schedule_report, stop_schedule

_LONGEST = 6


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
    if not (words[0].isascii() and words[0].isdigit() and len(words[0]) <= _LONGEST):
        return refusal(BadField("schedule", "unknown", words[0][:80]))
    stopped = await parts.store.run(stop_schedule, cause, int(words[0]))
    return render.stopped(stopped) if isinstance(stopped, ReportSchedule) else refusal(stopped)
