"""notification_reply: what happened to an event is told below its notification."""

from functools import partial

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.effects.kinds import EventReplied, Repeat
from incidentbot.render import ids
from incidentbot.render.event_notification import event_reply
from incidentbot.render.message import Message
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.notifications import Notification


class NotificationReplyHandler:
    """Posts one reply a change, in their order."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The reply; nothing where there is no notification to stand below."""
        effect = row.effect
        assert isinstance(effect, EventReplied)  # noqa: S101 - the worker hands each kind to its handler
        one = tx.notifications.get(effect.source, effect.event, effect.channel)
        change = tx.notifications.change(effect.source, effect.event, effect.order)
        stored = tx.events.get(effect.source, effect.event)
        if one is None or not one.ts or change is None or stored is None:
            return None
        facts = {"one": one, "change": change.seq, "message": event_reply(stored.event, change.actor, change.data)}
        place = Place(one.place, one.ts)
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, one.place), looked_up, facts, place)

    async def send(self, task: Task) -> str:
        """Post it; where Slack finds fault with the blocks, the words alone."""
        message: Message = task.facts["message"]
        return await blocks_or_words(message, partial(self._post, task))

    async def _post(self, task: Task, message: Message) -> str:
        one: Notification = task.facts["one"]
        facts = {"event": one.event_id, "change": task.facts["change"]}
        sent = {**payload(message, ids.META_EVENT_CHANGE, facts, task.row.id), "thread_ts": one.ts}
        return (await self._slack.post(task.row.team_id, one.place, sent)).ts

    async def look_up(self, task: Task) -> str | None:
        """The reply that an earlier attempt left."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0].ts if found else None

    def record(self, _tx: Transaction, _task: Task, result: str) -> str:
        """The reply's ts."""
        return result

    def refused(self, _tx: Transaction, _task: Task, error: Permanent) -> AfterRefusal:
        """Nothing stands there any more to reply to; anything else parks it."""
        return AfterRefusal.REPLANNED if error.code == "thread_not_found" else AfterRefusal.PARKED
