"""notice: a workflow tells a team something."""

from functools import partial

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.mentions import INSIST_TIMES, Mentioned, shown_mentions
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.domain.permalink import permalink
from incidentbot.domain.workflows import Notice, OutcomeState
from incidentbot.effects.kinds import NoticePosted, Repeat
from incidentbot.render import ids
from incidentbot.render.message import Message
from incidentbot.render.workflows import notice
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.repair import CHANNEL_LOST
from incidentbot.usecases.run_workflow import settle_action, tell_notice


class NoticeHandler:
    """Posts it once."""

    def __init__(self, slack: SlackClient, mentioned: Mentioned) -> None:
        self._slack = slack
        self._mentioned = mentioned

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What the run said, with the thread of the incident that it made."""
        effect = row.effect
        assert isinstance(effect, NoticePosted)  # noqa: S101 - the worker hands each kind to its handler
        run = tx.workflow_runs.get(effect.run)
        step = run.steps[effect.order] if run and effect.order < len(run.steps) else None
        if run is None or not isinstance(step, Notice):
            return None
        incident = tx.incidents.get(effect.incident) if effect.incident else None
        workspace = tx.installations.get(tx.team_id)
        url = permalink(workspace.url, incident.channel, incident.root_ts) if workspace and incident else ""
        place = Place(tx.channels.id_of(effect.channel))
        facts = {"run": run, "step": step, "incident": incident, "url": url}
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, place.target), looked_up, facts, place)

    async def send(self, task: Task) -> Posted:
        """Post it. A name that nobody has is shown as the operator wrote it, and calls nobody."""
        step: Notice = task.facts["step"]
        insist = task.row.attempts < INSIST_TIMES
        found = await self._mentioned.ids(task.row.team_id, step.mentions, insist=insist) if step.mentions else {}
        mentions = shown_mentions(step.mentions, found)
        message = notice(step, task.facts["run"].name, mentions, task.facts["incident"], task.facts["url"])
        return await blocks_or_words(message, partial(self._post, task))

    async def _post(self, task: Task, message: Message) -> Posted:
        sent = payload(message, ids.META_WORKFLOW, {"run": task.facts["run"].id}, task.row.id)
        return await self._slack.post(task.row.team_id, task.place.target, sent)

    async def look_up(self, task: Task) -> Posted | None:
        """The message that an earlier attempt left in the channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0] if found else None

    def record(self, tx: Transaction, task: Task, result: Posted) -> str:
        """The run knows that it was told."""
        effect = task.row.effect
        assert isinstance(effect, NoticePosted)  # noqa: S101 - as in prepare
        settle_action(tx, effect.run, effect.order, OutcomeState.DONE, ts=result.ts)
        if effect.channel.startswith("#"):
            tx.channels.learn(effect.channel, result.channel, tx.now)
        return result.ts

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """A channel that is lost: once, the fallback channel. The run says what was not told."""
        effect = task.row.effect
        assert isinstance(effect, NoticePosted)  # noqa: S101 - as in prepare
        fallback = tx.policy.fallback_channel
        if error.code not in CHANNEL_LOST or not fallback or fallback == effect.channel:
            detail = f"{effect.channel}: {error.reason}"
            settle_action(tx, effect.run, effect.order, OutcomeState.FAILED, detail=detail)
            return AfterRefusal.PARKED
        tell_notice(tx, NoticePosted(effect.incident, effect.order, effect.run, fallback), task.facts["incident"])
        return AfterRefusal.REPLANNED
