"""job: NopeSight is given a job, or asked how far it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from incidentbot.clients.errors import Absent, Permanent
from incidentbot.clients.nopesight import CiConflict, NopeSightClient, PlaybookRun
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.acting import acting, known_person
from incidentbot.delivery.answering import Answering
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.cmdb import Ci, CiChange
from incidentbot.domain.job import (
    Answered,
    CiOrder,
    Commented,
    CommentOrder,
    Failed,
    Job,
    JobState,
    OwnReportOrder,
    PlaybookOrder,
    QuestionOrder,
    ReportOrder,
    Step,
    answered,
    ci_told,
    execution_told,
    failed,
    ours_instead,
    report_told,
)
from incidentbot.domain.nopesight import Execution, Report, diagnostics_among
from incidentbot.domain.nopesight_event import EventActor
from incidentbot.effects.kinds import JobAdvanced, Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.order_job import advance_job

NOT_CONNECTED = "not_connected"
NO_PLAYBOOK = "no_playbook"
# NopeSight's AI may take 30 s; after that the answer has to be looked up elsewhere.
ANSWERING = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Taken:
    """A change of a CI was taken, or refused: the CI is no longer what the person saw. `ci` is what it is now."""

    ci: Ci
    refused: bool = False


Told = Report | Execution | Taken | Answered | Commented


class JobHandler(OneWay):
    """Starts the job the first time and then asks after it, `first_pause` seconds later and less and less often."""

    def __init__(
        self, nopesight: NopeSightClient | None, slack: SlackClient, answering: Answering, first_pause: float
    ) -> None:
        self._nopesight = nopesight
        self._answering = answering
        self._slack = slack
        self._first_pause = first_pause

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The job as it is; nothing to do once it has ended."""
        assert isinstance(row.effect, JobAdvanced)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        if job is None or job.ended:
            return None
        longest = ANSWERING if isinstance(job.order, QuestionOrder) else timedelta()
        return Task(row, Repeat.AGAIN, facts={"job": job, "known": known_person(tx, job.actor)}, longest=longest)

    async def send(self, task: Task) -> Told:
        """Start it, or ask how far it is. A start that was lost is sent again under the same idempotency key."""
        job: Job = task.facts["job"]
        if isinstance(job.order, QuestionOrder):
            return await self._answering.answer(job, job.order, task.facts["known"])
        if self._nopesight is None:
            raise Permanent("NopeSight is not connected", NOT_CONNECTED)
        if job.state is JobState.WAITING:
            actor = await acting(self._slack, task, job.actor, task.facts["known"])
            return await _start(self._nopesight, job, actor, task.row.id)
        if isinstance(job.order, ReportOrder):
            return await self._nopesight.report(job.remote_id)
        return await self._nopesight.execution(job.remote_id)

    def record(self, tx: Transaction, task: Task, result: Told) -> str:
        """Note how far it is, and what follows from that."""
        job = _locked(tx, task)
        step = self._step(job, result, tx.now)
        advance_job(tx, job, step)
        return step.job.remote_id[:64]

    def _step(self, job: Job, told: Told, now: datetime) -> Step:
        match told:
            case Report():
                return report_told(job, told, now, self._first_pause)
            case Execution():
                return execution_told(job, told, now, self._first_pause)
            case Taken():
                return ci_told(job, told.ci, now, refused=told.refused)
            case Answered() | Commented():
                return answered(job, told, now)
            case _:
                assert_never(told)

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
    if error.code == NO_PLAYBOOK:
        named = job.order.playbook if isinstance(job.order, PlaybookOrder) else ""
        return failed(job, Failed("no_playbook", detail=named), tx.now)
    if isinstance(error, Absent):
        own = ours_instead(job)
        return Step(own) if own else failed(job, Failed("not_there", number), tx.now)
    return failed(job, Failed("refused", number), tx.now)


async def _start(nopesight: NopeSightClient, job: Job, actor: EventActor, key: str) -> Told:
    match job.order:
        case ReportOrder() as order:
            return await nopesight.generate_report(order.type, order.period, actor, key)
        case PlaybookOrder() as order:
            return await _run(nopesight, order, actor, key)
        case CiOrder() as order:
            return await _change(nopesight, order, actor)
        case CommentOrder() as order:
            await nopesight.add_comment(order.event, order.text, actor, key)
            return Commented()
        case QuestionOrder() | OwnReportOrder():
            raise AssertionError("a question is answered and a report of ours is made here, not started")


async def _run(nopesight: NopeSightClient, order: PlaybookOrder, actor: EventActor, key: str) -> Execution:
    playbook, dry_run = order.playbook, False
    if order.chosen_there:
        offered = (await nopesight.playbooks()).items
        chosen = diagnostics_among(offered, order.playbook)
        if chosen is None:
            raise Permanent(f"NopeSight has no playbook {order.playbook or 'for diagnostics'}", NO_PLAYBOOK)
        playbook, dry_run = chosen.id, not order.changes and chosen.risk != "low"
    run = PlaybookRun(playbook, order.event, actor, order.cis, order.parameters, dry_run=dry_run)
    return await nopesight.execute_playbook(run, key)


async def _change(nopesight: NopeSightClient, order: CiOrder, actor: EventActor) -> Taken:
    own = {field.name: field.after for field in order.fields if not field.place}
    attributes = {field.name: field.value for field in order.fields if field.place == "attributes"}
    custom = {field.name: field.value for field in order.fields if field.place == "custom_fields"}
    change = CiChange(status=own.get("status"), attributes=attributes, custom_fields=custom)
    try:
        return Taken(await nopesight.update_ci(order.ci, change, order.version, actor.email or actor.name))
    except CiConflict as conflict:
        return Taken(conflict.ci, refused=True)
