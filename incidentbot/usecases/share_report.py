"""share_report: a report that was made is shown once more, in another channel, by whoever shares it."""

import hashlib
from dataclasses import replace

from incidentbot.crashpoints import crashpoint
from incidentbot.domain.job import Job, JobState, OwnReportMade, OwnReportOrder, ReportMade, ReportOrder, not_posted
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, NotPermitted, Refusal, Refused
from incidentbot.effects.kinds import JobAnswered, JobShown
from incidentbot.effects.plan_job import Later
from incidentbot.store import OutcomeUnknown, Store, Transaction
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import denied
from incidentbot.usecases.order_job import note_of, write_effects_of
from incidentbot.usecases.permit import permit


def share_report(store: Store, cause: Cause, report_id: str, channel: str, asked_in: str) -> Job | Refusal:
    """The job that shows report `report_id`, NopeSight's or ours, in `channel` too, with its file.

    The same cause again answers the same job. Where Slack does not let us post there, the person is told in `asked_in`.
    """
    try:
        try:
            job = store.database.retrying(lambda: _once(store, cause, report_id, channel, asked_in))
        except OutcomeUnknown:
            job = store.database.retrying(lambda: _once(store, cause, report_id, channel, asked_in))
    except Refused as refused:
        if isinstance(refused.refusal, NotPermitted):
            denied(store, cause, Right.SHARE, refused.refusal)
        return refused.refusal
    crashpoint("after_commit")
    store.effects_waiting()
    return job


def _once(store: Store, cause: Cause, report_id: str, channel: str, asked_in: str) -> Job:
    with store.begin(cause.team_id) as tx:
        tx.origin = Origin(Right.SHARE.value, cause.surface, cause.key, cause.actor)
        permit(tx, cause, Right.SHARE)
        made = tx.jobs.report(report_id)
        if made is None or not isinstance(made.order, ReportOrder | OwnReportOrder) or _gone(made):
            raise Refused(BadField("report", "unknown", value=report_id[:80]))
        if not channel:
            raise Refused(BadField("channel", "blank"))
        job = Job(
            cause.team_id,
            hashlib.sha256(f"{cause.surface}\0{cause.key}".encode()).hexdigest()[:32],
            replace(made.order, shared_from=made.order.shared_from or made.id, asked_in=asked_in),
            cause.actor,
            channel,
            tx.now,
            state=JobState.DONE,
            remote_id=made.remote_id,
            result=_afresh(made),
        )
        if not tx.jobs.add(job):
            return tx.jobs.get(job.id) or job
        tx.note(note_of(cause, Right.SHARE, job))
        write_effects_of(tx, job, [Later(JobShown(0, job.version, job.id))])
    return job


def _gone(job: Job) -> bool:
    """Whether there is no report to be shown any more."""
    return not isinstance(job.result, ReportMade | OwnReportMade) or getattr(job.result, "forgotten", False)


def _afresh(made: Job) -> ReportMade | OwnReportMade:
    """The report without what became of its file elsewhere."""
    if isinstance(made.result, OwnReportMade):
        return replace(made.result, file="", download="", unfiled="")
    assert isinstance(made.result, ReportMade)  # noqa: S101 - its caller saw to it
    return ReportMade(made.result.report)


def shares(job: Job) -> bool:
    """Whether the job shows a report again, and stands nowhere yet."""
    return isinstance(job.order, ReportOrder | OwnReportOrder) and bool(job.order.shared_from) and not job.message_ts


def tell_not_shared(tx: Transaction, job: Job, reason: str) -> None:
    """Slack does not let us post there: whoever shared it hears of it."""
    ended = not_posted(job, reason)
    tx.jobs.save(ended)
    write_effects_of(tx, ended, [Later(JobAnswered(0, ended.version, ended.id))])
