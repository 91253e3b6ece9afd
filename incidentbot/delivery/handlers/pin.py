"""pin: a message with a pushpin in an incident's thread is in its timeline; without one it is withdrawn."""

from collections.abc import Mapping
from typing import Any

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NotPermitted, Refused
from incidentbot.domain.said import people_in, said
from incidentbot.effects.kinds import MessagePinned, Repeat
from incidentbot.queries import by_thread
from incidentbot.render.refusals import refusal
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.transaction import Origin
from incidentbot.usecases.capture import take_in, withdraw
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.permit import permit


class PinHandler(OneWay):
    """Asks Slack what the message says and in which thread it stands; elsewhere a pushpin means nothing."""

    def __init__(self, store: Store, slack: SlackClient) -> None:
        self._store = store
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task:
        """With why the person may not, where that is so: they are told, if it is an incident's thread."""
        effect = _effect(row)
        limits = (pace.of_method(tx.policy.pace, "conversations.replies"),) if effect.pinned else ()
        workspace = tx.installations.get(row.team_id)
        facts = {"refused": _refused(tx, row), "bot": workspace.bot_id if workspace else ""}
        return Task(row, Repeat.AGAIN, limits, facts=facts)

    async def send(self, task: Task) -> Mapping[str, Any] | None:
        """The message, if it stands in an incident's thread and the person may capture it."""
        row, effect = task.row, _effect(task.row)
        message = await self._slack.message(row.team_id, effect.channel, effect.ts) if effect.pinned else None
        if message is None or (task.facts["bot"] and message.get("bot_id") == task.facts["bot"]):
            return None
        root = _root(message)
        incident = await self._store.ask(by_thread, row.team_id, effect.channel, root)
        refused: NotPermitted | None = task.facts["refused"]
        if incident and refused:
            await self._tell(row, incident, refused)
        return message if incident and not refused else None

    async def _tell(self, row: EffectRow, incident: Incident, refused: NotPermitted) -> None:
        """Once, as well as it can be done: nothing was captured, and nothing waits for it."""
        effect, message = _effect(row), refusal(refused)
        body = {"text": str(message.text), "blocks": list(message.blocks), "thread_ts": incident.root_ts}
        try:
            await self._slack.post_ephemeral(row.team_id, effect.channel, effect.person, body)
        except ClientError:
            return

    def record(self, tx: Transaction, task: Task, result: Mapping[str, Any] | None) -> str:
        """Take it in, or withdraw it."""
        effect, cause = _effect(task.row), _cause(task.row)
        tx.origin = Origin(Right.CAPTURE.value, cause.surface, cause.key, cause.actor)
        if not effect.pinned:
            withdraw(tx, cause, effect.channel, effect.ts)
            return ""
        seen = tx.incidents.by_thread(effect.channel, _root(result)) if result else None
        incident = tx.incidents.get(seen.number, lock=True) if seen else None
        if result and incident:
            known = {one: tx.people.get(one) for one in people_in(result)}
            names = {one: person.name for one, person in known.items() if person and person.name}
            workspace = tx.installations.get(task.row.team_id)
            message = said(result, effect.channel, names, workspace.url if workspace else "")
            take_in(tx, cause, incident, message)
        return ""

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """The message is gone, or we may not read there: there is nothing to capture."""
        return AfterRefusal.REPLANNED


def _refused(tx: Transaction, row: EffectRow) -> NotPermitted | None:
    try:
        permit(tx, _cause(row), Right.CAPTURE)
    except Refused as refused:
        return refused.refusal if isinstance(refused.refusal, NotPermitted) else None
    return None


def _cause(row: EffectRow) -> Cause:
    return Cause(row.team_id, f"effect:{row.id}", Actor(Source.SLACK, _effect(row).person), "reaction")


def _root(message: Mapping[str, Any] | None) -> str:
    found = message or {}
    return str(found.get("thread_ts") or found.get("ts") or "")


def _effect(row: EffectRow) -> MessagePinned:
    assert isinstance(row.effect, MessagePinned)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect
