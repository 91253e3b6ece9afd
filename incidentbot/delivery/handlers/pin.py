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
from incidentbot.domain.refusals import NotPermitted
from incidentbot.domain.said import people_in, said
from incidentbot.effects.kinds import MessagePinned, Repeat
from incidentbot.queries.incidents import by_place
from incidentbot.render.refusals import refusal
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.transaction import Origin
from incidentbot.usecases.capture import held_by, take_in, withdraw
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import without_change
from incidentbot.usecases.permit import missing_right


class PinHandler(OneWay):
    """Asks Slack what the message says and in which thread it stands; elsewhere a pushpin means nothing."""

    def __init__(self, store: Store, slack: SlackClient) -> None:
        self._store = store
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task:
        """With why the person may not, where that is so: they are told, if it is an incident's thread."""
        effect, cause = _effect(row), _cause(row)
        limits = (pace.of_method(tx.policy.pace, "conversations.replies"),) if effect.pinned else ()
        workspace = tx.installations.get(row.team_id)
        held = () if effect.pinned else held_by(tx, cause, effect.channel, effect.ts)
        facts = {
            "refused": missing_right(tx, cause, Right.CAPTURE),
            "bot": workspace.bot_id if workspace else "",
            "withdrawn_from": tx.incidents.get(held[0].incident) if held else None,
        }
        return Task(row, Repeat.AGAIN, limits, facts=facts)

    async def send(self, task: Task) -> Mapping[str, Any] | None:
        """The message, if it stands in an incident's thread."""
        row, effect = task.row, _effect(task.row)
        message = await self._slack.message(row.team_id, effect.channel, effect.ts) if effect.pinned else None
        if message and task.facts["bot"] and message.get("bot_id") == task.facts["bot"]:
            return None
        incident: Incident | None = task.facts["withdrawn_from"]
        if message:
            incident = await self._store.ask(by_place, row.team_id, effect.channel, _root(message))
        refused: NotPermitted | None = task.facts["refused"]
        if incident and refused:
            await self._tell(row, incident, refused)
        return message if incident else None

    async def _tell(self, row: EffectRow, incident: Incident, refused: NotPermitted) -> None:
        """Once, as well as it can be done: nothing was captured, and nothing waits for it."""
        effect, message = _effect(row), refusal(refused)
        body = {"text": str(message.text), "blocks": list(message.blocks), **_in_thread(incident, effect.channel)}
        try:
            await self._slack.post_ephemeral(row.team_id, effect.channel, effect.person, body)
        except ClientError:
            return

    def record(self, tx: Transaction, task: Task, result: Mapping[str, Any] | None) -> str:
        """Take it in, or withdraw it, if the person may at this moment."""
        effect, cause = _effect(task.row), _cause(task.row)
        tx.origin = Origin(Right.CAPTURE.value, cause.surface, cause.key, cause.actor)
        refused = missing_right(tx, cause, Right.CAPTURE)
        if not (result or task.facts["withdrawn_from"]):
            return ""
        if refused:
            tx.note(without_change(tx.origin, refused))
        elif result:
            _take_in(tx, task, cause, result)
        else:
            withdraw(tx, cause, effect.channel, effect.ts)
        return ""

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """The message is gone, or we may not read there: there is nothing to capture."""
        return AfterRefusal.REPLANNED


def _take_in(tx: Transaction, task: Task, cause: Cause, result: Mapping[str, Any]) -> None:
    channel = _effect(task.row).channel
    seen = tx.incidents.by_thread(channel, _root(result)) or tx.incidents.by_own_channel(channel)
    incident = tx.incidents.get(seen.number, lock=True) if seen else None
    if incident is None:
        return
    known = {one: tx.people.get(one) for one in people_in(result)}
    names = {one: person.name for one, person in known.items() if person and person.name}
    workspace = tx.installations.get(task.row.team_id)
    take_in(tx, cause, incident, said(result, channel, names, workspace.url if workspace else ""))


def _in_thread(incident: Incident, channel: str) -> Mapping[str, str]:
    return {"thread_ts": incident.root_ts} if channel == incident.channel else {}


def _cause(row: EffectRow) -> Cause:
    return Cause(row.team_id, f"effect:{row.id}", Actor(Source.SLACK, _effect(row).person), "reaction")


def _root(message: Mapping[str, Any] | None) -> str:
    found = message or {}
    return str(found.get("thread_ts") or found.get("ts") or "")


def _effect(row: EffectRow) -> MessagePinned:
    assert isinstance(row.effect, MessagePinned)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect
