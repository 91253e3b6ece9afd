"""The message of a report that we make ourselves: how far it is, then the integration guide's message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from incidentbot.domain.job import Failed, Job, JobState, OwnReportMade, OwnReportOrder
from incidentbot.domain.own_report import DAILY
from incidentbot.domain.reference import reference
from incidentbot.domain.text import clean_line
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, capital, counted, date, escape, fill, fit, joined
from incidentbot.render.schedules import schedule_button
from incidentbot.render.vocabulary import duration, person

TEXT_LIMIT: Final = 3900
_ALT_TEXT: Final = 2000
_NAME: Final = 150


def ordered_own_report(order: OwnReportOrder) -> Message:
    """The answer to the person who ordered it."""
    text = fill("The {report} is being made. It appears here, with the PDF in its thread.", report=_named(order))
    return Message(text, (blocks.section(text),))


def own_report(job: Job, order: OwnReportOrder, *, charts: bool) -> Message:
    """The message as it must look now; `charts` lets it show its picture."""
    if isinstance(job.result, Failed):
        return _not_made(job, order, job.result)
    if not isinstance(job.result, OwnReportMade):
        return _under_way(job, order, fill("it is being made"))
    if job.result.forgotten:
        return _forgotten(job.result)
    if job.state is not JobState.DONE:
        return _under_way(job, order, fill("it is made, and its picture is on its way to Slack"))
    if job.result.quiet:
        return _quiet(job, order, job.result)
    return _made(job, order, job.result, charts=charts)


def _named(order: OwnReportOrder) -> Escaped:
    """What was ordered: "daily summary of the last 24 hours"."""
    if order.incident:
        return fill("report on {ref}", ref=escape(reference(order.incident)))
    if order.type == DAILY:
        return fill("daily summary of {period}", period=_period(order.period))
    return fill("report on incidents of {period}", period=_period(order.period))


def _period(name: str) -> Escaped:
    count, unit = name[:-1], name[-1:]
    if not count.isdigit():
        return escape(name, 40)
    match unit:
        case "h":
            return counted(int(count), "the last hour", "the last {count} hours")
        case "w":
            return counted(int(count), "the last week", "the last {count} weeks")
        case _:
            return counted(int(count), "the last day", "the last {count} days")


def _under_way(job: Job, order: OwnReportOrder, standing: Escaped) -> Message:
    text = fill("⏳ {named}: {standing}.", named=capital(_named(order)), standing=standing)
    return Message(text, (blocks.section(text), blocks.context([_by(job, order)])))


def _not_made(job: Job, order: OwnReportOrder, failure: Failed) -> Message:
    why = escape(failure.detail.rstrip("."), 500) or fill("no reason is known")
    text = fill("⚠️ {named} could not be made: {why}.", named=capital(_named(order)), why=why)
    again = blocks.button(fill_plain("Try again"), ids.RETRY_REPORT, job.id)
    return Message(
        fit(text, TEXT_LIMIT), (blocks.section(text), blocks.actions(again), blocks.context([_by(job, order)]))
    )


def _forgotten(made: OwnReportMade) -> Message:
    text = fill(
        "🗑️ {name} ({period}) is deleted: reports are not kept for longer here. `/incident report` makes one.",
        name=escape(made.name, _NAME),
        period=escape(made.period, _NAME),
    )
    return Message(text, (blocks.section(text),))


def _quiet(job: Job, order: OwnReportOrder, made: OwnReportMade) -> Message:
    """Nothing happened, and one line says so."""
    text = fill("🟢 *{name}:* {summary}", name=escape(made.name, _NAME), summary=escape(" ".join(made.summary), 1000))
    return Message(text, (blocks.section(text), blocks.context([_note(order), _by(job, order)])))


def _made(job: Job, order: OwnReportOrder, made: OwnReportMade, *, charts: bool) -> Message:
    name, period = escape(made.name, _NAME), escape(made.period, _NAME)
    heading = fill(
        "📊 *Report Generated Successfully*\n*Report:* {name}\n*Type:* {kind}\n*Period:* {period}",
        name=name,
        kind=escape(order.type),
        period=period,
    )
    sentences = [escape(sentence, 600) for sentence in made.summary]
    shown: list[dict[str, Any]] = [
        blocks.section(heading),
        blocks.section(joined([fill("*Summary:*"), *sentences], "\n")),
    ]
    if charts and made.picture:
        shown.append(_picture(made))
    buttons = [
        *blocks.link_buttons(fill_plain("Download PDF"), ids.DOWNLOAD_REPORT, made.download),
        *blocks.link_buttons(fill_plain("View Online"), ids.OPEN_REPORT, made.link),
        blocks.button(fill_plain("Share"), ids.SHARE_REPORT, job.remote_id),
        *schedule_button(order.type),
    ]
    shown += [blocks.actions(*buttons), blocks.context(_small_print(job, order, made))]
    text = fill(
        "📊 {name} ({period}): {summary}", name=name, period=period, summary=escape(" ".join(made.summary), 1500)
    )
    return Message(fit(text, TEXT_LIMIT), tuple(shown))


def _picture(made: OwnReportMade) -> dict[str, Any]:
    """The picture; its text is what can be seen in it."""
    return {
        "type": "image",
        "slack_file": {"id": made.picture},
        "alt_text": clean_line(made.finding or made.name, _ALT_TEXT),
    }


def _small_print(job: Job, order: OwnReportOrder, made: OwnReportMade) -> list[Escaped]:
    unpictured = fill("Slack did not take the picture ({why}).", why=escape(made.unpictured, 60))
    stands_in = fill("NopeSight makes no reports here: this one is ours, from our own incidents.")
    return [
        _note(order),
        _by(job, order),
        stands_in if order.stands_in else NOTHING,
        unpictured if made.unpictured else NOTHING,
        _unfiled(made),
        NOTHING if made.link else fill("It cannot be viewed online, since `INCIDENTBOT_BASE_URL` is not set."),
    ]


def _unfiled(made: OwnReportMade) -> Escaped:
    if made.unfiled == "not_in_channel":
        return fill("The PDF is not attached, since I am not in this channel: invite me, then order again.")
    if made.unfiled:
        return fill("The PDF could not be attached ({why}).", why=escape(made.unfiled, 60))
    return NOTHING if made.file else fill("The PDF is on its way.")


def _note(order: OwnReportOrder) -> Escaped:
    if not order.late:
        return escape(order.note, 300)
    length = duration(timedelta(seconds=order.late))
    return fill("This was due {length} ago, when I was not running.", length=length)


def _by(job: Job, order: OwnReportOrder) -> Escaped:
    who, when = person(job.actor), date(job.created_at)
    if order.shared_from:
        return fill("Shared by {who}", who=who)
    return fill("Ordered by {who}, {when}", who=who, when=when)
