"""report, report_picture and report_forgotten: a report of ours is made, its picture uploaded, its files deleted."""

import secrets
from datetime import timedelta
from typing import Final

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.drawing import PATIENCE, Drawer
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.job import Job, JobState, OwnReportMade, OwnReportOrder
from incidentbot.domain.refusals import Refused
from incidentbot.effects.kinds import Repeat, ReportDrawn, ReportForgotten, ReportPictured
from incidentbot.queries.reports import report_content
from incidentbot.render.plain import words
from incidentbot.render.refusals import refusal
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.make_report import Report, keep_report, report_not_made, report_pictured

MAKING: Final = timedelta(seconds=PATIENCE + 20)
UPLOADING: Final = timedelta(seconds=40)
GONE: Final = frozenset({"file_not_found", "file_deleted"})


class ReportHandler(OneWay):
    """Reads what the report says and has it made."""

    def __init__(self, store: Store, slack: SlackClient, drawer: Drawer) -> None:
        self._store = store
        self._slack = slack
        self._drawer = drawer

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The job; nothing to do where it waits for its report no longer."""
        assert isinstance(row.effect, ReportDrawn)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        if job is None or job.state is not JobState.WAITING or not isinstance(job.order, OwnReportOrder):
            return None
        known = tx.people.get(job.actor.id) if job.actor.id else None
        return Task(row, Repeat.AGAIN, facts={"job": job, "zone": known.tz if known else ""}, longest=MAKING)

    async def send(self, task: Task) -> Report:
        """Make it, on the clocks of whoever ordered it where the order names no others."""
        job: Job = task.facts["job"]
        zone = await self._zone(job, task.facts["zone"])
        try:
            content = await self._store.ask(report_content, job, zone)
        except Refused as refused:
            raise Permanent(words(refusal(refused.refusal).text), "refused") from refused
        key = secrets.token_hex(32)
        if content.quiet:
            return Report(content, b"", b"", b"", key)
        made = await self._drawer.make(content)
        return Report(content, made.picture, made.pictures, made.document, key)

    async def _zone(self, job: Job, known: str) -> str:
        """Slack knows people's time zones; without it the report is on UTC, rather than not made."""
        assert isinstance(job.order, OwnReportOrder)  # noqa: S101 - prepare saw to it
        if job.order.zone or known or not job.actor.id:
            return job.order.zone or known or "UTC"
        try:
            return (await self._slack.person(job.team_id, job.actor.id)).tz or "UTC"
        except ClientError:
            return "UTC"

    def record(self, tx: Transaction, task: Task, result: Report) -> str:
        """Keep it; its picture goes to Slack next."""
        keep_report(tx, task.facts["job"].id, result)
        return ""

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """Its message says why."""
        report_not_made(tx, task.facts["job"].id, error.reason)
        return AfterRefusal.REPLANNED


class ReportPictureHandler(OneWay):
    """Uploads the picture so that the report's message can show it; nobody sees it before."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The picture; nothing to do where the message shows one, or is to show none."""
        assert isinstance(row.effect, ReportPictured)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        report = tx.reports.get(row.effect.job)
        if job is None or report is None or job.state is not JobState.RUNNING:
            return None
        rates = tx.policy.pace
        limits = tuple(
            pace.of_method(rates, method) for method in ("files.getUploadURLExternal", "files.completeUploadExternal")
        )
        finding = job.result.finding if isinstance(job.result, OwnReportMade) else ""
        facts = {"job": job, "picture": report.picture, "finding": finding}
        return Task(row, Repeat.AGAIN, limits, facts=facts, longest=UPLOADING)

    async def send(self, task: Task) -> str:
        """The id of the file."""
        job: Job = task.facts["job"]
        name = f"report-{job.id[:12]}.png"
        return await self._slack.upload_unseen(job.team_id, name, task.facts["picture"], task.facts["finding"])

    def record(self, tx: Transaction, task: Task, result: str) -> str:
        """The message shows it from now on."""
        report_pictured(tx, task.facts["job"].id, result)
        return result[:64]

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """The message goes without it, and says so."""
        report_pictured(tx, task.facts["job"].id, problem=error.code)
        return AfterRefusal.REPLANNED


class ReportForgottenHandler(OneWay):
    """Deletes the files of a report that is kept no longer."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The files that it had."""
        assert isinstance(row.effect, ReportForgotten)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        if job is None or not isinstance(job.result, OwnReportMade):
            return None
        files = tuple(file for file in (job.result.picture, job.result.file) if file)
        limits = (pace.of_method(tx.policy.pace, "files.delete"),)
        return Task(row, Repeat.AGAIN, limits, facts={"files": files}) if files else None

    async def send(self, task: Task) -> bool:
        """Delete each; one that is gone is as it is to be."""
        for file in task.facts["files"]:
            try:
                await self._slack.call(task.row.team_id, "files.delete", {"file": file})
            except Permanent as error:
                if error.code not in GONE:
                    raise
        return True

    def record(self, _tx: Transaction, _task: Task, _result: bool) -> str:  # noqa: FBT001 - what `send` answered
        """Nothing to remember."""
        return ""
