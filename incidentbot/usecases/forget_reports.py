"""forget_reports: reports that were kept for as long as they had to are deleted, here and in Slack."""

from dataclasses import replace
from typing import Final

from incidentbot.domain.job import Job, OwnReportMade
from incidentbot.effects.kinds import JobShown, ReportForgotten
from incidentbot.effects.plan_job import Later
from incidentbot.store import Store, Transaction
from incidentbot.usecases.order_job import write_effects_of

AT_ONCE: Final = 20


def forget_reports(store: Store) -> int:
    """Delete the oldest of what is too old, and have messages and files follow; answers how many, at most AT_ONCE."""

    def once() -> int:
        with store.begin("") as tx:
            old = tx.reports.made_before(tx.now - tx.policy.reports.keep_for, AT_ONCE)
            for team_id, report_id in old:
                _forget(tx.of(team_id), report_id)
            return len(old)

    with store.read("") as tx:
        if not tx.reports.made_before(tx.now - tx.policy.reports.keep_for, 1):
            return 0
    forgotten = store.database.retrying(once)
    store.effects_waiting()
    return forgotten


def _forget(tx: Transaction, report_id: str) -> None:
    tx.reports.delete(report_id)
    for job in tx.jobs.showing(report_id):
        if isinstance(job.result, OwnReportMade) and not job.result.forgotten:
            _say_so(tx, job, job.result)


def _say_so(tx: Transaction, job: Job, made: OwnReportMade) -> None:
    gone = replace(job, result=replace(made, forgotten=True, link=""), version=job.version + 1)
    tx.jobs.save(gone)
    shown = JobShown(gone.incident, gone.version, gone.id)
    write_effects_of(tx, gone, [Later(shown), Later(ReportForgotten(0, gone.polls + 1, gone.id))])
