"""job_message and job_file: a job's message shows how far it is, and the file that it made lies in its thread."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from incidentbot.clients.errors import NotYet, Permanent, Retryable, Unauthorised, Uncertain
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.task import AfterRefusal, OneWay, Place, Task
from incidentbot.domain.job import CiOrder, CommentOrder, Job, OwnReportOrder, ReportMade, ReportOrder, unfiled
from incidentbot.effects.kinds import JobAnswered, JobFiled, JobShown, Repeat
from incidentbot.languages import fill_plain
from incidentbot.render.jobs import event_type, facts_of, job_answer, job_message
from incidentbot.render.message import Message
from incidentbot.render.plain import plain
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.make_report import report_filed
from incidentbot.usecases.order_job import advance_job, move_job, show_job
from incidentbot.usecases.repair import CHANNEL_LOST
from incidentbot.usecases.share_report import shares, tell_not_shared

# A large file from a slow NopeSight, and how long to wait where it has none to give.
DOWNLOAD: Final = timedelta(seconds=60)
ASK_AGAIN: Final = 10.0
_ANSWERED: Final = CiOrder | CommentOrder | ReportOrder | OwnReportOrder


class JobMessageHandler:
    """Posts the message the first time and edits it afterwards."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The message as of now."""
        assert isinstance(row.effect, JobShown)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        if job is None:
            return None
        message = job_message(job, charts=tx.policy.include_charts)
        facts = {"job": job, "message": message, "effect": row.id}
        if isinstance(job.order, OwnReportOrder):
            facts["message"] = message if tx.policy.use_blocks else plain(message)
            facts["instead"] = job_message(job, charts=False)
        if job.message_ts:
            # An edit keeps the id of the effect that posted it, by which its twin, should it get one, is told apart.
            facts["effect"] = tx.effects.poster_of(row.effect.lane, job.message_ts) or row.id
            return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "chat.update"),), facts=facts)
        place = Place(job.channel, job.thread_ts)
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, job.channel), looked_up, facts, place)

    async def send(self, task: Task) -> Posted:
        """Post or edit; where Slack finds fault with the blocks (a picture that it cannot fetch), the words alone."""
        job, message = task.facts["job"], task.facts["message"]
        put = partial(self._put, job, task.facts["effect"])
        if "instead" not in task.facts:
            return await blocks_or_words(message, put)
        # Slack looks at a picture that was uploaded a moment ago for a while, and takes no message with it until then.
        return await blocks_or_words(message, partial(blocks_or_words, put=put), task.facts["instead"])

    async def _put(self, job: Job, effect_id: str, message: Message) -> Posted:
        sent = _payload(job, message, effect_id)
        if job.message_ts:
            return await self._slack.edit(job.team_id, job.channel, job.message_ts, sent)
        thread = {"thread_ts": job.thread_ts} if job.thread_ts else {}
        return await self._slack.post(job.team_id, job.channel, {**sent, **thread})

    async def look_up(self, task: Task) -> Posted | None:
        """The message that an earlier attempt left behind."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0] if found else None

    def record(self, tx: Transaction, task: Task, result: Posted) -> str:
        """Where it stands, and what follows from that."""
        shown: Job = task.facts["job"]
        job = tx.jobs.get(shown.id, lock=True)
        if job:
            show_job(tx, job, shown, result.channel, result.ts)
        return result.ts

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """A report whose channel is closed to us: the reports channel instead, once."""
        shown: Job = task.facts["job"]
        job = tx.jobs.get(shown.id, lock=True)
        if job is not None and shares(job) and error.code in CHANNEL_LOST:
            tell_not_shared(tx, job, error.code)
            return AfterRefusal.REPLANNED
        instead = tx.channels.id_of(tx.policy.reports_channel)
        movable = job is not None and isinstance(job.order, ReportOrder | OwnReportOrder) and not job.message_ts
        if job is None or not movable or error.code not in CHANNEL_LOST or job.channel == instead:
            return AfterRefusal.PARKED
        move_job(tx, job, instead)
        return AfterRefusal.REPLANNED


class JobFileHandler:
    """Fetches the report's PDF from NopeSight and uploads it to Slack, in three steps."""

    def __init__(self, nopesight: NopeSightClient | None, slack: SlackClient) -> None:
        self._nopesight = nopesight
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The report; nothing to do where it has no message to lie below."""
        assert isinstance(row.effect, JobFiled)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        if job is None or not job.message_ts:
            return None
        own = isinstance(job.order, OwnReportOrder)
        report = tx.reports.get(job.order.shared_from or job.id) if isinstance(job.order, OwnReportOrder) else None
        if own and report is None:
            return None
        if not own and (not isinstance(job.result, ReportMade) or self._nopesight is None):
            return None
        rates = tx.policy.pace
        limits = (
            *pace.of_post(rates, job.channel),
            pace.of_method(rates, "files.getUploadURLExternal"),
            pace.of_method(rates, "files.completeUploadExternal"),
        )
        looked_up = (pace.of_method(rates, "conversations.replies"),)
        facts = {"job": job, "name": filename(job), "document": report.document if report else b""}
        return Task(row, Repeat.LOOK_UP, limits, looked_up, facts, longest=DOWNLOAD)

    async def send(self, task: Task) -> str:
        """Upload it into the thread of the report's message."""
        job, name = task.facts["job"], task.facts["name"]
        pdf = task.facts["document"] or await self._downloaded(job)
        said = fill_plain("Full report attached")
        return await self._slack.upload(job.team_id, job.channel, job.thread_ts or job.message_ts, name, pdf, said)

    async def _downloaded(self, job: Job) -> bytes:
        assert self._nopesight is not None  # noqa: S101 - prepare saw to it
        assert isinstance(job.result, ReportMade)  # noqa: S101 - prepare saw to it
        try:
            return await self._nopesight.download_report(job.result.report.id)
        except (Unauthorised, Retryable, Uncertain) as error:
            # NopeSight's trouble, not Slack's, which has to be told apart: there is no file yet, so ask again later.
            raise NotYet(f"the report's file: {error.reason}", ASK_AGAIN) from error

    async def look_up(self, task: Task) -> str | None:
        """The file that an earlier attempt left in the thread."""
        job, thread = task.facts["job"], task.facts["job"].thread_ts or task.facts["job"].message_ts
        return await self._slack.find_file(job.team_id, job.channel, thread, task.facts["name"]) or None

    def record(self, tx: Transaction, task: Task, result: str) -> str:
        """The file's id; a report of ours links to it from now on."""
        report_filed(tx, task.facts["job"].id, result, task.facts["name"])
        return result[:64]

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """The message says so; it has the link to NopeSight all the same."""
        filed: Job = task.facts["job"]
        job = tx.jobs.get(filed.id, lock=True)
        if job is None:
            return AfterRefusal.PARKED
        advance_job(tx, job, unfiled(job, error.code))
        return AfterRefusal.REPLANNED


class JobAnswerHandler(OneWay):
    """Tells whoever asked for a job what came of it, where they asked or, failing that, directly."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What there is to tell."""
        assert isinstance(row.effect, JobAnswered)  # noqa: S101 - the worker hands each kind to its handler
        job = tx.jobs.get(row.effect.job)
        if job is None or not isinstance(job.order, _ANSWERED) or not job.actor.id:
            return None
        facts = {"job": job, "message": job_answer(job, job.order), "asked_in": job.order.asked_in}
        return Task(row, Repeat.AGAIN, pace.of_post(tx.policy.pace, job.order.asked_in or job.actor.id), facts=facts)

    async def send(self, task: Task) -> bool:
        """Show it to them alone."""
        job, message = task.facts["job"], task.facts["message"]
        body = {"text": str(message.text), "blocks": list(message.blocks)}
        if task.facts["asked_in"]:
            try:
                await self._slack.post_ephemeral(job.team_id, task.facts["asked_in"], job.actor.id, body)
            except Permanent:
                pass
            else:
                return True
        await self._slack.post(job.team_id, job.actor.id, body)
        return True

    def record(self, _tx: Transaction, _task: Task, _result: bool) -> str:  # noqa: FBT001 - what `send` answered
        """Nothing to remember."""
        return ""


def filename(job: Job) -> str:
    """A name for the report's file that no other file of the thread has."""
    report = job.result.report if isinstance(job.result, ReportMade) else None
    named = report.type if report else getattr(job.order, "type", "")
    safe = "".join(one if one.isalnum() or one in "-_" else "_" for one in (report.id if report else job.id))
    kind = "".join(one if one.isalnum() else "_" for one in named or "report")
    return f"{kind[:40]}-{safe[:60]}.pdf"


def _payload(job: Job, message: Message, effect_id: str) -> Mapping[str, Any]:
    return payload(message, event_type(job), facts_of(job), effect_id)
