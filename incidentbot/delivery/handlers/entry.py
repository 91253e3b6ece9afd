"""entry: a timeline entry stands in the thread as a reply of its own."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from incidentbot.clients.errors import ClientError, Permanent, Retryable, Uncertain
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.domain.incident import Incident
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.effects.kinds import EntryPosted, Repeat
from incidentbot.render import ids
from incidentbot.render.entry import entry
from incidentbot.render.message import Message
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.refresh_card import refresh_card
from incidentbot.usecases.repair import mend


class EntryHandler:
    """Posts one reply an entry, in their order."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The reply, with what could not be posted before it."""
        incident = tx.incidents.get(row.incident)
        told = tx.timeline.get(row.incident, _seq(row))
        if incident is None or told is None:
            return None
        message = entry(incident, told, missed=tx.effects.missed_before(row.incident, _seq(row)))
        facts = {
            "broadcast": _is_broadcast(tx, incident, told),
            "incident": incident,
            "message": message,
            "payload": {"incident": incident.reference, "entry": told.seq, "seq": told.seq, "kind": told.kind.value},
        }
        place = Place(incident.channel, incident.root_ts)
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, incident.channel), looked_up, facts, place)

    async def send(self, task: Task) -> str:
        """Post the reply; where Slack finds fault with the blocks, the words alone."""
        message: Message = task.facts["message"]
        return await blocks_or_words(message, partial(self._post, task))

    async def _post(self, task: Task, message: Message) -> str:
        incident: Incident = task.facts["incident"]
        facts: Mapping[str, Any] = task.facts["payload"]
        sent = {**payload(message, ids.META_ENTRY, facts, task.row.id), "thread_ts": incident.root_ts}
        if task.facts["broadcast"]:
            sent["reply_broadcast"] = True
        reply = await self._slack.post(incident.team_id, incident.channel, sent)
        try:
            return await self._in_thread(incident, reply)
        except Retryable as error:
            # It stands somewhere already: it is looked up, not posted once more.
            raise Uncertain(error.reason) from error

    async def _in_thread(self, incident: Incident, reply: Posted) -> str:
        """The reply's ts. One that stands in the channel, for its root is gone, is taken away: Permanent."""
        if reply.thread_ts or await self._slack.has_thread(incident.team_id, incident.channel, incident.root_ts):
            return reply.ts
        await self._slack.delete(incident.team_id, reply.channel, reply.ts)
        raise Permanent("the thread's root is gone", "thread_not_found")

    async def look_up(self, task: Task) -> str | None:
        """The reply that an earlier attempt left in the thread."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return await self._in_thread(task.facts["incident"], found[0]) if found else None

    def record(self, tx: Transaction, task: Task, result: str) -> str:
        """The reply's ts. One that came late may be the last that the card says is late."""
        if tx.now - task.row.created_at >= tx.policy.show_lag_after:
            refresh_card(tx, task.row.incident, but=task.row.id)
        return result

    def delayed(self, tx: Transaction, task: Task, _error: ClientError) -> None:
        """The card says that the thread is behind."""
        refresh_card(tx, task.row.incident)

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """With a thread again it is tried again; else it keeps its place, and the next reply says so."""
        return AfterRefusal.AGAIN if mend(tx, task.facts["incident"], error.code) else AfterRefusal.PARKED


def _is_broadcast(tx: Transaction, incident: Incident, told: Entry) -> bool:
    """Whether the channel is to see it, too: a status update, where the operator wants that, and of no drill."""
    wanted = incident.severity in tx.policy.broadcast_updates and not incident.drill
    return wanted and told.kind is EntryKind.NOTE and bool(told.data.get("update"))


def _seq(row: EffectRow) -> int:
    assert isinstance(row.effect, EntryPosted)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect.order
