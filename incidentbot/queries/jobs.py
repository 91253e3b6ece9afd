"""What people had NopeSight do."""

from incidentbot.domain.job import Job
from incidentbot.store import Store


def report_made(store: Store, team_id: str, report_id: str) -> Job | None:
    """The job that made NopeSight's report `report_id`."""
    with store.read(team_id) as tx:
        return tx.jobs.report(report_id)


def job(store: Store, team_id: str, job_id: str) -> Job | None:
    """The job with this id."""
    with store.read(team_id) as tx:
        return tx.jobs.get(job_id)
