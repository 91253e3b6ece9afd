"""event_status, event_told and event_comment: what people did here is true in NopeSight too, with their name."""

from dataclasses import dataclass
from typing import Any

from incidentbot.clients.errors import Absent, ClientError, Conflict, Permanent
from incidentbot.clients.nopesight import EventConflict, NopeSightClient
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.acting import acting, known_person
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.event_actors import changer
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent, group_key
from incidentbot.domain.nopesight_event import EventActor
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.effects.kinds import EventCommented, EventStatusSet, EventTold, Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.notifications import EventChange
from incidentbot.usecases.notify import notify
from incidentbot.usecases.sync_state import sync_failed, synced
from incidentbot.usecases.take import take


@dataclass(frozen=True, slots=True)
class Further:
    """Somebody in NopeSight brought the event further than what was to be told: it is taken as its webhook tells it."""

    event: MonitoringEvent


class EventHandler(OneWay):
    """Both kinds: a status, or a comment where NopeSight knows no way back."""

    def __init__(self, nopesight: NopeSightClient | None, slack: SlackClient) -> None:
        self._nopesight = nopesight
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """Who did what; nothing to do without a NopeSight."""
        effect = _effect(row)
        told: Entry | EventChange | None
        if isinstance(effect, EventTold):
            told = tx.notifications.change(effect.source, effect.event, effect.order)
        else:
            told = tx.timeline.get(row.incident, effect.seq)
        if told is None or self._nopesight is None:
            return None
        return Task(row, Repeat.AGAIN, facts={"entry": told, "known": known_person(tx, told.actor)})

    async def send(self, task: Task) -> MonitoringEvent | Further | None:
        """Set the status or add the comment; answers the event where NopeSight shows it."""
        assert self._nopesight is not None  # noqa: S101 - prepare saw to it
        entry: Entry | EventChange = task.facts["entry"]
        actor = await acting(self._slack, task, entry.actor, task.facts["known"])
        note = str(entry.data.get("note", ""))
        effect = _effect(task.row)
        if isinstance(effect, EventStatusSet | EventTold):
            resolved = effect.status == EventStatus.RESOLVED
            try:
                return await self._nopesight.set_event_status(
                    effect.event,
                    EventStatus(effect.status),
                    actor,
                    comment="" if resolved else note,
                    notes=note if resolved else "",
                )
            except EventConflict as conflict:
                return Further(conflict.event)
            except Conflict:
                return None  # they are further than that already; we are told where sooner or later
        assert isinstance(entry, Entry)  # noqa: S101 - comments are of incidents
        try:
            await self._nopesight.add_comment(effect.event, _comment(entry, note, actor), actor, task.row.id)
        except Absent:
            return None  # no comments there: our timeline has it
        return None

    def record(self, tx: Transaction, task: Task, result: Any) -> str:
        """The event as it now stands there, so that its echo is no news."""
        synced(tx, task.row.incident, _effect(task.row), task.row.id)
        if isinstance(result, Further):
            take(tx, result.event)
        if isinstance(result, MonitoringEvent):
            stored = tx.events.get(result.source, result.event_id)
            if stored and stored.event.updated_at <= result.updated_at:
                key = group_key(result, tx.policy.group_by)
                tx.events.save(result, incident=stored.incident, group_key=key, now=tx.now)
                incident = tx.incidents.get(stored.incident) if stored.incident is not None else None
                notify(tx, result, stored.event, group_key=key, incident=incident, actor=changer(result))
        return ""

    def delayed(self, tx: Transaction, task: Task, error: ClientError) -> None:
        """The thread and the card say that NopeSight does not know yet."""
        sync_failed(tx, task.row.incident, _effect(task.row), error.reason)

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """What is not there may come back, so it is tried until a person gives it up; anything else is given up."""
        comes_back = isinstance(error, Absent)
        if not comes_back or tx.now - task.row.created_at >= tx.policy.show_lag_after:
            sync_failed(tx, task.row.incident, _effect(task.row), error.reason)
        return AfterRefusal.AGAIN if comes_back else AfterRefusal.PARKED


def _effect(row: EffectRow) -> EventStatusSet | EventCommented | EventTold:
    assert isinstance(row.effect, EventStatusSet | EventCommented | EventTold)  # noqa: S101 - the worker sees to it
    return row.effect


def _comment(entry: Entry, note: str, actor: EventActor) -> str:
    what = "reopened the incident" if entry.kind is EntryKind.REOPENED else "gave the incident back (unacknowledged)"
    return f"{actor.name} {what}" + (f": {note}" if note else ".")
