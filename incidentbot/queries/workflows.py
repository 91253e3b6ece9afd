"""Runs of workflows, with how far what they set off is by now."""

from dataclasses import replace

from incidentbot.domain.job import JobState
from incidentbot.domain.workflows import ActionOutcome, OutcomeState, Run
from incidentbot.store import Store, Transaction

_ENDED = {JobState.DONE: OutcomeState.DONE, JobState.FAILED: OutcomeState.FAILED}


def workflow_runs(store: Store, team_id: str, slug: str = "", limit: int = 20) -> tuple[Run, ...]:
    """The newest runs of the workflow `slug`, or of all."""
    with store.read(team_id) as tx:
        return tuple(_by_now(tx, run) for run in tx.workflow_runs.latest(slug, limit))


def workflow_run(store: Store, team_id: str, run_id: str) -> Run | None:
    """One run."""
    with store.read(team_id) as tx:
        run = tx.workflow_runs.get(run_id)
        return _by_now(tx, run) if run else None


def _by_now(tx: Transaction, run: Run) -> Run:
    return replace(run, outcomes=tuple(_outcome(tx, one) for one in run.outcomes))


def _outcome(tx: Transaction, one: ActionOutcome) -> ActionOutcome:
    """Diagnostics are a job, which knows by itself how far it is."""
    job = tx.jobs.get(one.job) if one.job else None
    return replace(one, outcome=_ENDED.get(job.state, one.outcome)) if job else one
