"""make_report: a report of ours was made, pictured and filed, or could not be, and is tried again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from incidentbot.domain.job import (
    Failed,
    Job,
    JobState,
    OwnReportMade,
    Step,
    drawn,
    failed,
    filed,
    pictured,
    tried_again,
)
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, NotPermitted, Refusal, Refused
from incidentbot.domain.report_content import Content
from incidentbot.domain.signing import sign_link
from incidentbot.effects.plan_job import plan_new
from incidentbot.store import Store, Transaction
from incidentbot.store.reports import StoredReport
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import denied
from incidentbot.usecases.order_job import advance_job, note_of, write_effects_of
from incidentbot.usecases.permit import permit

_REPORTS: Final = frozenset({"report", "own_report"})


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was made a moment ago. `key` is chance, by which links to it are signed."""

    content: Content
    picture: bytes
    pictures: bytes
    document: bytes
    key: str


def keep_report(tx: Transaction, job_id: str, report: Report) -> None:
    """Keep what was made; nothing where the job waits for it no longer."""
    job = tx.jobs.get(job_id, lock=True)
    if job is None or job.state is not JobState.WAITING:
        return
    content = report.content
    tx.reports.save(job.id, _stored(report, tx.now))
    made = OwnReportMade(
        name=content.name,
        period=f"{content.period} ({content.zone})",
        summary=content.summary,
        finding=content.charts[0].finding if content.charts else "",
        link=link_to(tx, job, report.key),
        quiet=content.quiet,
    )
    shows = bool(report.picture) and tx.policy.include_charts and tx.policy.use_blocks and tx.policy.posting
    advance_job(tx, job, drawn(job, made, tx.now, pictured=shows))


def _stored(report: Report, now: datetime) -> StoredReport:
    return StoredReport(report.content, report.picture, report.pictures, report.document, report.key, now)


def link_to(tx: Transaction, job: Job, key: str) -> str:
    """The address at which the report is shown as a page, for a while; "" where we have no address."""
    policy = tx.policy.reports
    if not policy.base_url:
        return ""
    until = int((tx.now + min(policy.links_valid_for, policy.keep_for)).timestamp())
    path = f"/reports/{job.team_id}/{job.id}"
    return f"{policy.base_url.rstrip('/')}{path}?until={until}&signature={sign_link(key, path, until)}"


def report_not_made(tx: Transaction, job_id: str, why: str) -> None:
    """It could not be made: its message says why, and offers to try again."""
    job = tx.jobs.get(job_id, lock=True)
    if job is not None and job.state is JobState.WAITING:
        advance_job(tx, job, failed(job, Failed("not_made", detail=why), tx.now))


def report_pictured(tx: Transaction, job_id: str, picture: str = "", problem: str = "") -> None:
    """Slack has the picture, or does not take it."""
    job = tx.jobs.get(job_id, lock=True)
    if job is not None and job.state is JobState.RUNNING:
        advance_job(tx, job, pictured(job, picture, problem))


def report_filed(tx: Transaction, job_id: str, file: str, filename: str) -> None:
    """The document lies below the message, which links to it from now on."""
    job = tx.jobs.get(job_id, lock=True)
    workspace = tx.installations.get(tx.team_id)
    if job is None or workspace is None:
        return
    url = workspace.url.rstrip("/")
    download = f"{url}/files/{workspace.bot_user_id}/{file}/{filename.lower()}" if url else ""
    advance_job(tx, job, Step(filed(job, file, download)))


def retry_report(store: Store, cause: Cause, job_id: str) -> Job | Refusal:
    """The job, from its beginning if it had failed; as it is where somebody tried again before."""
    try:
        job = store.database.retrying(lambda: _once(store, cause, job_id))
    except Refused as refused:
        if isinstance(refused.refusal, NotPermitted):
            denied(store, cause, Right.REPORT, refused.refusal)
        return refused.refusal
    store.effects_waiting()
    return job


def _once(store: Store, cause: Cause, job_id: str) -> Job:
    with store.begin(cause.team_id) as tx:
        tx.origin = Origin(Right.REPORT.value, cause.surface, cause.key, cause.actor)
        permit(tx, cause, Right.REPORT)
        job = tx.jobs.get(job_id, lock=True)
        if job is None or job.order.kind not in _REPORTS:
            raise Refused(BadField("report", "unknown", value=job_id[:80]))
        again = tried_again(job)
        if again is not job:
            tx.jobs.save(again)
            tx.note(note_of(cause, Right.REPORT, again))
            write_effects_of(tx, again, plan_new(again))
        return again
