"""The message of a job: what was asked of NopeSight, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, assert_never

from incidentbot.domain.inquiry import NotAnswered
from incidentbot.domain.job import (
    CiMeanwhile,
    CiOrder,
    CommentOrder,
    Failed,
    Field,
    Job,
    JobState,
    OwnReportOrder,
    PlaybookOrder,
    PlaybookRan,
    QuestionOrder,
    ReportMade,
    ReportOrder,
)
from incidentbot.domain.nopesight import Execution
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.answer import answer
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    Words,
    capital,
    channel,
    code,
    date,
    escape,
    fill,
    fit,
    is_web_address,
    joined,
    listed,
    number,
)
from incidentbot.render.nopesight import reference_number, why_not
from incidentbot.render.reports import own_report
from incidentbot.render.vocabulary import person

TEXT_LIMIT: Final = 3900
_NAME: Final = 120
_PICTURE_URL: Final = 3000
PERIOD_WORD: Final[Mapping[str, Escaped]] = Words(
    {
        "last_24h": fill("the last 24 hours"),
        "last_7d": fill("the last 7 days"),
        "last_30d": fill("the last 30 days"),
    }
)
EXECUTION_WORD: Final[Mapping[str, Escaped]] = Words(
    {
        "queued": fill("is queued"),
        "awaiting_approval": fill("waits for somebody to approve it in NopeSight"),
        "running": fill("is running"),
        "succeeded": fill("succeeded"),
        "failed": fill("failed"),
        "cancelled": fill("was cancelled"),
    }
)


def event_type(job: Job) -> str:
    """By what the message is recognised."""
    match job.order:
        case ReportOrder() | OwnReportOrder():
            return ids.META_REPORT
        case PlaybookOrder():
            return ids.META_PLAYBOOK
        case CiOrder():
            return ids.META_CI_CHANGE
        case QuestionOrder():
            return ids.META_ANSWER
        case CommentOrder():
            return ids.META_COMMENT
        case _:
            assert_never(job.order)


def facts_of(job: Job) -> dict[str, Any]:
    """What the message carries in its metadata: NopeSight's id of the thing, "" while it has none."""
    if isinstance(job.order, CiOrder):
        return {"ci": job.order.ci}
    if isinstance(job.order, QuestionOrder):
        return {"question": job.id, "state": job.state.value}
    return {event_type(job): job.remote_id, "state": job.state.value}


def job_message(job: Job, *, charts: bool = True) -> Message:
    """The message as it must look now; `charts` lets it show pictures."""
    match job.order:
        case ReportOrder():
            return _report(job, job.order, charts=charts)
        case OwnReportOrder():
            return own_report(job, job.order, charts=charts)
        case PlaybookOrder():
            return _playbook(job, job.order)
        case CiOrder():
            return _ci_change(job, job.order)
        case QuestionOrder():
            return answer(job)
        case CommentOrder():
            return _comment(job)
        case _:
            assert_never(job.order)


def ordered_report(order: ReportOrder) -> Message:
    """The answer to the person who ordered it."""
    text = fill(
        "Ordered {report} from NopeSight. Its message appears here, with the PDF in its thread.", report=_named(order)
    )
    return Message(text, (blocks.section(text),))


def ordered_playbook(name: str) -> Message:
    """The answer to the person who had it run."""
    text = fill("NopeSight is to run {name}. Its progress is told in the thread.", name=escape(name, _NAME))
    return Message(text, (blocks.section(text),))


def _named(order: ReportOrder) -> Escaped:
    """What was ordered: "the daily summary of the last 24 hours"."""
    period = PERIOD_WORD.get(order.period) or escape(order.period, 40)
    return fill("the {type} of {period}", type=escape(order.type.replace("_", " "), 60), period=period)


def _report(job: Job, order: ReportOrder, *, charts: bool) -> Message:
    who = person(job.actor)
    if isinstance(job.result, ReportMade) and job.state is JobState.DONE:
        return _made(job.result, order, who, charts=charts)
    if isinstance(job.result, Failed):
        text = fill("⚠️ {named} could not be made. {why}", named=capital(_named(order)), why=why_failed(job.result))
        small = blocks.context([fill("Ordered by {who}, {when}", who=who, when=date(job.created_at))])
        again = blocks.actions(blocks.button(fill_plain("Try again"), ids.RETRY_REPORT, job.id))
        return Message(text, (blocks.section(text), again, small))
    told = job.result.report.status if isinstance(job.result, ReportMade) else ""
    standing = fill("NopeSight is working on it") if told == "running" else fill("NopeSight has it in its queue")
    if job.state is JobState.WAITING:
        standing = fill("it has not been handed to NopeSight yet")
    text = fill("⏳ {named}: {standing}.", named=capital(_named(order)), standing=standing)
    return _said(text, fill("Ordered by {who}, {when}", who=who, when=date(job.created_at)))


def _made(made: ReportMade, order: ReportOrder, who: Escaped, *, charts: bool) -> Message:
    """The integration guide's message."""
    report = made.report
    name = escape(report.name or order.type.replace("_", " "), _NAME)
    kind, period = escape(report.type or order.type, 60), escape(report.period or order.period, 60)
    heading = blocks.section(
        fill(
            "📊 *Report Generated Successfully*\n*Report:* {name}\n*Type:* {kind}\n*Period:* {period}",
            name=name,
            kind=kind,
            period=period,
        )
    )
    if charts and _is_picture(report.preview_url):
        heading["accessory"] = {
            "type": "image",
            "image_url": report.preview_url,
            "alt_text": fill_plain("Report preview"),
        }
    shown = [heading]
    quoted, left = blocks.body(report.summary)
    if quoted:
        shown += [blocks.section(fill("*Summary:*")), *quoted]
    buttons = [
        *blocks.link_buttons(fill_plain("Download PDF"), ids.DOWNLOAD_REPORT, report.pdf_url),
        *blocks.link_buttons(fill_plain("View Online"), ids.OPEN_REPORT, report.web_url),
        blocks.button(fill_plain("Share"), ids.SHARE_REPORT, report.id),
    ]
    shown += [
        blocks.actions(*buttons),
        blocks.context([_by(order, who), left, _unfiled(made.unfiled)]),
    ]
    text = fill(
        "📊 Report {name} ({period}) is ready: {summary}", name=name, period=period, summary=escape(report.summary, 500)
    )
    return Message(fit(text, TEXT_LIMIT), tuple(shown))


def _by(order: ReportOrder, who: Escaped) -> Escaped:
    return fill("Shared by {who}", who=who) if order.shared_from else fill("Ordered by {who}", who=who)


def _unfiled(reason: str) -> Escaped:
    if not reason:
        return NOTHING
    if reason == "not_in_channel":
        return fill("The PDF is not attached, since I am not in this channel: invite me, then order again.")
    return fill("The PDF could not be attached ({reason}).", reason=escape(reason, 60))


def _is_picture(url: str) -> bool:
    """Slack fetches pictures itself, over https alone."""
    return url.startswith("https://") and is_web_address(url) and len(url) <= _PICTURE_URL


def _playbook(job: Job, order: PlaybookOrder) -> Message:
    """How far a playbook is that belongs to no incident."""
    named = fill(
        "Playbook {name} for {event}", name=escape(order.name, _NAME), event=escape(order.title or order.event, _NAME)
    )
    small = fill("Run by {who}, {when}", who=person(job.actor), when=date(job.created_at))
    if isinstance(job.result, Failed):
        return _said(fill("⚠️ {named} did not end well. {why}", named=named, why=why_failed(job.result)), small)
    if isinstance(job.result, PlaybookRan):
        execution = job.result.execution
        return _said(_standing(named, execution), small, _outcome(execution))
    return _said(fill("⏳ {named} has not been handed to NopeSight yet.", named=named), small)


def _standing(named: Escaped, execution: Execution) -> Escaped:
    sign = {"succeeded": fill("✅"), "failed": fill("❌"), "cancelled": fill("⏹️")}.get(execution.status, fill("▶️"))
    standing = EXECUTION_WORD.get(execution.status) or escape(execution.status, 40)
    progress = NOTHING
    if execution.progress and not execution.ended:
        progress = fill(" ({progress} %)", progress=number(execution.progress))
    return fill("{sign} {named} {standing}{progress}.", sign=sign, named=named, standing=standing, progress=progress)


def _outcome(execution: Execution) -> str:
    if execution.ended:
        return execution.summary or execution.error
    return "\n".join(f"{step.name}: {step.status.replace('_', ' ')}" for step in execution.steps)


def _ci_change(job: Job, order: CiOrder) -> Message:
    """Who changed what about a CI, for everybody in the changes channel."""
    text = fill("🔧 *{name}* was changed by {who}", name=escape(order.name, _NAME), who=person(job.actor))
    rows = listed([_change(field) for field in order.fields], most=30, limit=2500, separator="\n")
    small = blocks.context([fill("{ci} · {when}", ci=code(order.ci, 100), when=date(job.started_at or job.created_at))])
    shown = (blocks.section(joined([text, rows], "\n")), small)
    return Message(fit(fill("{text}: {rows}", text=text, rows=rows), TEXT_LIMIT), shown)


def job_answer(job: Job, order: CiOrder | CommentOrder | ReportOrder | OwnReportOrder) -> Message:
    """What came of a job, to whoever asked for it."""
    match order:
        case CiOrder():
            return ci_answer(job, order)
        case CommentOrder():
            return _comment(job)
        case ReportOrder() | OwnReportOrder():
            return _not_shared(job)


def _not_shared(job: Job) -> Message:
    why = why_failed(job.result) if isinstance(job.result, Failed) else NOTHING
    text = fill("⚠️ The report could not be shared in {channel}. {why}", channel=channel(job.channel), why=why)
    return Message(text, (blocks.section(text),))


def shared_report(name: str, channel_id: str) -> Message:
    """The answer to the person who shared it; the report may have no name."""
    text = fill(
        "Shared {name} in {channel}.", name=escape(name, _NAME) or fill("the report"), channel=channel(channel_id)
    )
    return Message(text, (blocks.section(text),))


def _comment(job: Job) -> Message:
    if isinstance(job.result, Failed):
        text = fill("⚠️ The comment did not reach NopeSight. {why}", why=why_failed(job.result))
    else:
        text = fill("NopeSight has the comment.")
    return Message(text, (blocks.section(text),))


def ci_answer(job: Job, order: CiOrder) -> Message:
    """What came of a change, to whoever made it."""
    name, way = escape(order.name, _NAME), code(f"/cmdb update {order.name}", 120)
    if isinstance(job.result, CiMeanwhile):
        differing = [_change(field) for field in job.result.fields if field.before != field.after]
        now = listed(differing, most=20, limit=2000, separator="\n") or fill("What you changed is as you saw it.")
        text = fill(
            "⚠️ {name} was changed by somebody else while your form was open, so nothing of yours was written.\n"
            "{now}\n{way} opens the form with what it is now.",
            name=name,
            now=now,
            way=way,
        )
    elif isinstance(job.result, Failed):
        text = fill("⚠️ {name} could not be changed. {why}", name=name, why=why_failed(job.result))
    else:
        rows = listed([_change(field) for field in order.fields], most=20, limit=2000, separator="\n")
        text = fill("{name} is changed in NopeSight.\n{rows}", name=name, rows=rows)
    return Message(fit(text, TEXT_LIMIT), (blocks.section(text),))


def ordered_ci_change(order: CiOrder) -> Message:
    """The answer while the change is on its way."""
    text = fill("The change of {name} is on its way to NopeSight.", name=escape(order.name, _NAME))
    return Message(text, (blocks.section(text),))


def _change(field: Field) -> Escaped:
    nothing = fill("(empty)")
    return fill(
        "{name}: {before} → {after}",
        name=escape(field.name.replace("_", " "), 80),
        before=escape(field.before, 200) or nothing,
        after=escape(field.after, 200) or nothing,
    )


def why_failed(failure: Failed) -> Escaped:
    """Why it came to nothing, and what to do."""
    match failure.reason:
        case "timed_out":
            return fill("NopeSight did not end it within 15 minutes. Look there for how it ends.")
        case "told":
            detail = escape(failure.detail, 500) or fill("it does not say why")
            return fill("NopeSight says: {detail}.", detail=detail)
        case "no_playbook":
            named = fill(" called {name}", name=escape(failure.detail, _NAME)) if failure.detail else NOTHING
            return fill("NopeSight has no playbook{named} for it.", named=named)
        case "not_posted":
            reason = escape(failure.detail, 60)
            return fill("I cannot post there ({reason}): invite me to it, then share the report again.", reason=reason)
        case "not_made":
            return fill("{why}.", why=escape(failure.detail, 500))
        case "not_there":
            return joined([fill("This NopeSight does not offer that."), reference_number(failure.number)])
        case _:
            return why_not(NotAnswered(failure.reason, failure.number))


def _said(text: Escaped, small: Escaped, quoted: str = "") -> Message:
    shown, left = blocks.body(quoted)
    whole = joined([text, escape(quoted, 500)]) if quoted else text
    return Message(fit(whole, TEXT_LIMIT), (blocks.section(text), *shown, blocks.context([small, left])))
