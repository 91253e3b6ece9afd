"""job: NopeSight is given a job, or asked how far it is."""

from incidentbot.clients.errors import Absent, Permanent
from incidentbot.clients.nopesight import NopeSightClient, PlaybookRun
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.acting import acting, known_person
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.job import (
    Failed,
    Job,
    JobState,
    PlaybookOrder,
    ReportOrder,
    Step,
    execution_told,
    failed,
    report_told,
)
from incidentbot.domain.nopesight import Execution, Report
from incidentbot.domain.nopesight_event import EventActor
from incidentbot.effects.kinds import JobAdvanced, Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.order_job import advance_job

NOT_CONNECTED = "not_connected"


class JobHandler(OneWay):
    """Starts the job the first time and then asks after it, `first_pause` seconds later and less and less often."""

    def __init__(self, nopesight: NopeSightClient | None, slack: SlackClient, first_pause: float) -> None:
        self._nopesight = nopesight
        self._slack = slack
        self._first_pause = first_pause

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The job as it is; nothing to do once it has ended."""
        assert isinstance(row.effect, JobAdvanced)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        if job is None or job.ended:
            return None
        return Task(row, Repeat.AGAIN, facts={"job": job, "known": known_person(tx, job.actor)})

    async def send(self, task: Task) -> Report | Execution:
        """Start it, or ask how far it is. A start that was lost is sent again under the same idempotency key."""
        job: Job = task.facts["job"]
        if self._nopesight is None:
            raise Permanent("NopeSight is not connected", NOT_CONNECTED)
        if job.state is JobState.WAITING:
            actor = await acting(self._slack, task, job.actor, task.facts["known"])
            return await _start(self._nopesight, job, actor, task.row.id)
        if isinstance(job.order, ReportOrder):
            return await self._nopesight.report(job.remote_id)
        return await self._nopesight.execution(job.remote_id)

    def record(self, tx: Transaction, task: Task, result: Report | Execution) -> str:
        """Note how far it is, and what follows from that."""
        job = _locked(tx, task)
        if isinstance(result, Report):
            step = report_told(job, result, tx.now, self._first_pause)
        else:
            step = execution_told(job, result, tx.now, self._first_pause)
        advance_job(tx, job, step)
        return step.job.remote_id[:64]

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """It will never be done, which its message and the incident's thread say."""
        job = _locked(tx, task)
        advance_job(tx, job, _refused(job, error, task.row.id, tx))
        return AfterRefusal.REPLANNED


def _locked(tx: Transaction, task: Task) -> Job:
    stored: Job = task.facts["job"]
    return tx.jobs.get(stored.id, lock=True) or stored


def _refused(job: Job, error: Permanent, effect_id: str, tx: Transaction) -> Step:
    """The log names the effect by its id, of which a person is told the beginning."""
    number = effect_id[:8]
    if error.code == NOT_CONNECTED:
        return failed(job, Failed("not_connected"), tx.now)
    if isinstance(error, Absent):
        return failed(job, Failed("not_there", number), tx.now)
    return failed(job, Failed("refused", number), tx.now)


async def _start(nopesight: NopeSightClient, job: Job, actor: EventActor, key: str) -> Report | Execution:
    order = job.order
    if isinstance(order, ReportOrder):
        return await nopesight.generate_report(order.type, order.period, actor, key)
    assert isinstance(order, PlaybookOrder)  # noqa: S101 - the only other kind
    run = PlaybookRun(order.playbook, order.event, actor, order.cis, order.parameters)
    return await nopesight.execute_playbook(run, key)
