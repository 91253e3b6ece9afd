"""Jobs: what somebody in Slack had NopeSight do (a report, a playbook, an answer, a change of a CI), and how far it is.

A job is one row from the moment it was asked for, so that a restart loses nothing. Everything here decides from its
arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from incidentbot.domain.cmdb import Ci
from incidentbot.domain.inquiry import Reason
from incidentbot.domain.nopesight import AiAnswer, Execution, Report
from incidentbot.domain.people import Actor
from incidentbot.domain.timeline import EntryKind, NewEntry

# NopeSight is asked how far a job is after 2, 4, 8 … and at most 30 seconds, and for 15 minutes in all.
FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 30.0
GIVE_UP_AFTER: Final = timedelta(minutes=15)


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"  # stored here; NopeSight has not taken it yet
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """A report of NopeSight's, by its own words for type and period.

    `shared_from` is the job whose report is shown once more elsewhere, "" for one that is to be made; whoever shares it
    is answered in the channel `asked_in`.
    """

    type: str
    period: str
    shared_from: str = ""
    asked_in: str = ""
    kind: Literal["report"] = "report"


@dataclass(frozen=True, slots=True)
class OwnReportOrder:
    """A report that we make ourselves: `period` as domain/period.py reads it, on the clocks of `zone` (""
    is that of whoever orders it).

    `incident` is the number of the one that it is about, where `type` says so. `stands_in`: NopeSight was asked for it
    and makes none. `late` is how many seconds after its time a schedule ordered it (0 as a rule); `note` is
    what was told of that in words before there was `late`. For the rest see ReportOrder.
    """

    type: str
    period: str
    zone: str = ""
    incident: int = 0
    stands_in: bool = False
    note: str = ""
    late: int = 0
    shared_from: str = ""
    asked_in: str = ""
    kind: Literal["own_report"] = "own_report"


@dataclass(frozen=True, slots=True)
class PlaybookOrder:
    """A playbook to be run, for an event as a rule. `parameters` are text, whatever their types there.

    `chosen_there`: `playbook` is an id or a name, or "" for NopeSight's own diagnostics, and is looked up there first.
    `changes` false: it must change nothing, so that one with any risk is only run dry.
    """

    playbook: str
    name: str
    event: str
    title: str = ""
    cis: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    chosen_there: bool = False
    changes: bool = True
    kind: Literal["playbook"] = "playbook"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a CI before and after, as text. `place` is "" for the CI's own, else attributes or custom_fields.

    `type` (text, number or truth) says what the text is to become again.
    """

    place: Literal["", "attributes", "custom_fields"]
    name: str
    before: str
    after: str
    type: Literal["text", "number", "truth"] = "text"

    @property
    def value(self) -> object:
        """The value after the change, of its own type."""
        if self.type == "truth":
            return self.after == "true"
        if self.type == "number":
            number = float(self.after)
            return int(number) if number.is_integer() else number
        return self.after


@dataclass(frozen=True, slots=True)
class CiOrder:
    """A change of a CI, as somebody saw it at `version`. `asked_in` is the channel where they are answered."""

    ci: str
    name: str
    version: str
    fields: tuple[Field, ...]
    asked_in: str = ""
    kind: Literal["ci_change"] = "ci_change"


@dataclass(frozen=True, slots=True)
class QuestionOrder:
    """A question in words."""

    text: str
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class CommentOrder:
    """A comment on an event, of an incident or not. `asked_in` is the channel where its author is answered."""

    event: str
    text: str
    asked_in: str = ""
    kind: Literal["comment"] = "comment"


Order = ReportOrder | OwnReportOrder | PlaybookOrder | CiOrder | QuestionOrder | CommentOrder


@dataclass(frozen=True, slots=True)
class Failed:
    """It came to nothing. `reason` as in NotAnswered, or timed_out, or told (`detail` is what NopeSight says).

    Or no_playbook: NopeSight has none called `detail`, or, where that is "", none for diagnostics. Or not_posted: Slack
    does not let us post where it was to be shared; `detail` is Slack's word for why. Or not_made: we could not make the
    report; `detail` says why.

    `number` is the reference number under which the log tells more.
    """

    reason: Reason | Literal["timed_out", "told", "no_playbook", "not_posted", "not_made"]
    number: str = ""
    detail: str = ""
    kind: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class ReportMade:
    """The report as NopeSight last told it; `unfiled` is why Slack does not take its file here, or ""."""

    report: Report
    unfiled: str = ""
    kind: Literal["report"] = "report"


@dataclass(frozen=True, slots=True)
class OwnReportMade:
    """A report of ours: its name, its period in words, its summary, and what its picture shows in words.

    `picture` and `file` are Slack's ids of what was uploaded, "" while it is not; `unpictured` and `unfiled` say why
    Slack does not take it. `download` opens the file, `link` the report as a page, "" where there is none.
    `quiet`: nothing happened, and one line says so. `forgotten`: it was kept for as long as it had to.
    """

    name: str
    period: str
    summary: tuple[str, ...]
    finding: str = ""
    picture: str = ""
    file: str = ""
    download: str = ""
    unpictured: str = ""
    unfiled: str = ""
    link: str = ""
    quiet: bool = False
    forgotten: bool = False
    kind: Literal["own_report"] = "own_report"


@dataclass(frozen=True, slots=True)
class PlaybookRan:
    """The execution as NopeSight last told it, and the last quarter of it (0 to 3) that people were told of."""

    execution: Execution
    quarter: int = 0
    kind: Literal["playbook"] = "playbook"


@dataclass(frozen=True, slots=True)
class CiChanged:
    """NopeSight has the change."""

    kind: Literal["ci_changed"] = "ci_changed"


@dataclass(frozen=True, slots=True)
class CiMeanwhile:
    """Somebody else changed the CI first, so nothing was written. `fields`: what was seen, and what is there now."""

    fields: tuple[Field, ...]
    kind: Literal["ci_meanwhile"] = "ci_meanwhile"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question: `by` NopeSight's AI, by ourselves, or nobody understood it.

    `missing` is why NopeSight's AI did not answer, "" if it did. A proposed action is `settled` once it was confirmed
    or dismissed, by the person `settled_by`.
    """

    answer: AiAnswer
    by: Literal["ai", "own", "nobody"]
    missing: Reason | Literal[""] = ""
    number: str = ""
    settled: Literal["", "confirmed", "dismissed"] = ""
    settled_by: str = ""
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class Commented:
    """NopeSight has the comment."""

    kind: Literal["commented"] = "commented"


Result = Failed | ReportMade | OwnReportMade | PlaybookRan | CiChanged | CiMeanwhile | Answered | Commented


@dataclass(frozen=True, slots=True)
class Job:
    """One job as stored. `channel` is where its message goes (a name, then the id), `thread_ts` the thread there or "".

    `message_ts` is the message once it stands; `incident` the number of the incident that the job is about, 0 for
    none. `remote_id` is NopeSight's own id. `version` grows with everything that its message shows; `polls` counts how
    often NopeSight was asked how far it is.
    """

    team_id: str
    id: str
    order: Order
    actor: Actor
    channel: str
    created_at: datetime
    thread_ts: str = ""
    message_ts: str = ""
    incident: int = 0
    state: JobState = JobState.WAITING
    version: int = 1
    polls: int = 0
    remote_id: str = ""
    started_at: datetime | None = None
    result: Result | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {JobState.DONE, JobState.FAILED}


@dataclass(frozen=True, slots=True)
class Step:
    """What an answer of NopeSight's leads to: the job after it, when to ask again, and an entry for the incident.

    `again_in` is None where there is nothing more to ask.
    """

    job: Job
    again_in: float | None = None
    entry: NewEntry | None = None


def pause(polls: int, first: float) -> float:
    """Seconds until NopeSight is asked again after `polls` times: `first`, then twice as long each time."""
    return min(LONGEST_PAUSE, first * float(2 ** min(polls, 10)))


def failed(job: Job, failure: Failed, now: datetime) -> Step:
    """The job after NopeSight refused it, or after nobody waits for it any longer."""
    ended = replace(job, state=JobState.FAILED, result=failure, version=job.version + 1)
    return Step(ended, None, _playbook_entry(job, now, "failed", failure.detail) if _is_told(job) else None)


def report_told(job: Job, report: Report, now: datetime, first: float = FIRST_PAUSE) -> Step:
    """The job after NopeSight told how far its report is."""
    started = _started(job, report.id, now)
    if report.status == "failed":
        return failed(started, Failed("told", detail=report.error), now)
    if report.status == "ready":
        return Step(replace(started, state=JobState.DONE, result=ReportMade(report), version=job.version + 1))
    before = job.result.report.status if isinstance(job.result, ReportMade) else ""
    told = replace(
        started, result=ReportMade(report), version=job.version + 1 if report.status != before else job.version
    )
    return _go_on(told, now, first)


def drawn(job: Job, made: OwnReportMade, now: datetime, *, pictured: bool) -> Step:
    """The job after its report was made; `pictured`: its picture has to be uploaded before its message can show it."""
    started = _started(job, job.id, now)
    state = JobState.RUNNING if pictured else JobState.DONE
    return Step(replace(started, state=state, result=made, version=job.version + 1))


def pictured(job: Job, picture: str = "", problem: str = "") -> Step:
    """The job after its picture was uploaded, or refused."""
    if not isinstance(job.result, OwnReportMade):
        return Step(job)
    result = replace(job.result, picture=picture, unpictured=problem)
    return Step(replace(job, state=JobState.DONE, result=result, version=job.version + 1))


def filed(job: Job, file: str, download: str) -> Job:
    """The job after the document of its report lies in the thread of its message."""
    if not isinstance(job.result, OwnReportMade) or job.result.file == file:
        return job
    return replace(job, result=replace(job.result, file=file, download=download), version=job.version + 1)


def tried_again(job: Job) -> Job:
    """A report that failed, from its beginning; as it is where it did not fail."""
    if not isinstance(job.order, ReportOrder | OwnReportOrder) or job.order.shared_from:
        return job
    if job.state is not JobState.FAILED:
        return job
    again = replace(job, state=JobState.WAITING, result=None, started_at=None, remote_id="")
    return replace(again, version=job.version + 1, polls=job.polls + 1)


def ours_instead(job: Job) -> Job | None:
    """The job as a report of ours, where NopeSight makes none and we make one of this type; else None."""
    order = job.order
    if not isinstance(order, ReportOrder) or order.type not in {"daily_summary", "incidents"}:
        return None
    own = OwnReportOrder(order.type, order.period.removeprefix("last_"), stands_in=True)
    return replace(job, order=own, state=JobState.WAITING, version=job.version + 1)


def ci_told(job: Job, ci: Ci, now: datetime, *, refused: bool) -> Step:
    """The job after NopeSight took its change, or `refused` it because `ci` is not what the person saw."""
    if not isinstance(job.order, CiOrder):
        return Step(job)
    if refused and any(current(ci, field) != field.after for field in job.order.fields):
        seen = (replace(field, after=current(ci, field)) for field in job.order.fields)
        result: Result = CiMeanwhile(tuple(seen))
    else:
        # Where NopeSight refuses what is so already, an earlier attempt of ours arrived and its answer was lost.
        result = CiChanged()
    state = JobState.DONE if isinstance(result, CiChanged) else JobState.FAILED
    started = _started(job, ci.id, now)
    return Step(replace(started, state=state, result=result, version=job.version + 1))


def answered(job: Job, answer: Answered | Commented, now: datetime) -> Step:
    """The job after its question was answered, or its comment taken."""
    started = replace(_started(job, "", now), state=JobState.DONE, result=answer, version=job.version + 1)
    return Step(started)


def settled(job: Job, how: Literal["confirmed", "dismissed"], person: str) -> Step:
    """The job after somebody confirmed or dismissed what its answer proposes; as it is where somebody did before."""
    if not isinstance(job.result, Answered) or job.result.answer.action is None or job.result.settled:
        return Step(job)
    result = replace(job.result, settled=how, settled_by=person)
    return Step(replace(job, result=result, version=job.version + 1))


def current(ci: Ci, field: Field) -> str:
    """What the CI has in a field now, as text."""
    if not field.place:
        return ci.status
    held = ci.attributes if field.place == "attributes" else ci.custom_fields
    return as_field(held.get(field.name))[0]


def as_field(value: object) -> tuple[str, Literal["text", "number", "truth"]]:
    """A value of a CI as text, and what it is; what nobody can edit in a form reads as ""."""
    if isinstance(value, bool):
        return ("true" if value else "false"), "truth"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value), "number"
    return (value if isinstance(value, str) else ""), "text"


def not_posted(job: Job, reason: str) -> Job:
    """A report that was shared, after Slack refused its message."""
    return replace(job, state=JobState.FAILED, result=Failed("not_posted", detail=reason), version=job.version + 1)


def unfiled(job: Job, reason: str) -> Step:
    """The job after Slack refused the file of its report."""
    if not isinstance(job.result, ReportMade | OwnReportMade):
        return Step(job)
    return Step(replace(job, result=replace(job.result, unfiled=reason), version=job.version + 1))


def execution_told(job: Job, execution: Execution, now: datetime, first: float = FIRST_PAUSE) -> Step:
    """The job after NopeSight told how far its playbook is. People hear of every change of status and every quarter."""
    started = _started(job, execution.id, now)
    before = job.result.execution.status if isinstance(job.result, PlaybookRan) else ""
    told = job.result.quarter if isinstance(job.result, PlaybookRan) else 0
    quarter = max(told, min(execution.progress // 25, 3))
    after = replace(started, result=PlaybookRan(execution, quarter))
    if execution.ended:
        state = JobState.DONE if execution.status == "succeeded" else JobState.FAILED
        return _step(replace(after, state=state), now, execution.status, execution.summary or execution.error)
    going_on = _go_on(after, now, first)
    if going_on.again_in is None:
        return going_on
    if execution.status == before and quarter == told:
        return going_on
    return replace(_step(going_on.job, now, execution.status, _progress(execution)), again_in=going_on.again_in)


def _started(job: Job, remote_id: str, now: datetime) -> Job:
    if job.state is not JobState.WAITING:
        return job
    return replace(job, state=JobState.RUNNING, remote_id=remote_id, started_at=now, version=job.version + 1)


def _go_on(job: Job, now: datetime, first: float) -> Step:
    if job.started_at is not None and now - job.started_at >= GIVE_UP_AFTER:
        ended = replace(job, state=JobState.FAILED, result=Failed("timed_out"), version=job.version + 1)
        return Step(ended, None, _playbook_entry(job, now, "timed_out") if _is_told(job) else None)
    return Step(replace(job, polls=job.polls + 1), pause(job.polls, first))


def _step(job: Job, now: datetime, status: str, detail: str) -> Step:
    entry = _playbook_entry(job, now, status, detail) if _is_told(job) else None
    return Step(replace(job, version=job.version + 1), None, entry)


def _is_told(job: Job) -> bool:
    """Whether an incident's timeline tells of the job."""
    return bool(job.incident) and isinstance(job.order, PlaybookOrder)


def _progress(execution: Execution) -> str:
    done = [step.name for step in execution.steps if step.status == "succeeded"]
    running = [step.name for step in execution.steps if step.status == "running"]
    parts = [f"{execution.progress} %" if execution.progress else "", f"done: {', '.join(done)}" if done else ""]
    parts.append(f"now: {', '.join(running)}" if running else "")
    return " · ".join(part for part in parts if part)


def _playbook_entry(job: Job, now: datetime, status: str, detail: str = "") -> NewEntry:
    name = job.order.name if isinstance(job.order, PlaybookOrder) else ""
    return NewEntry(EntryKind.PLAYBOOK, job.actor, now, {"name": name, "status": status, "detail": detail})


def requested(job: Job) -> NewEntry | None:
    """The entry that tells of a job that was just asked for."""
    return _playbook_entry(job, job.created_at, "requested", _parameters(job)) if _is_told(job) else None


def _parameters(job: Job) -> str:
    given = job.order.parameters if isinstance(job.order, PlaybookOrder) else {}
    return "\n".join(f"{name}: {value}" for name, value in given.items() if value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job's message goes."""

    channel: str
    thread_ts: str = ""
    incident: int = 0
