"""acknowledge_event: somebody has a monitoring event; where it belongs to an incident, they have that."""

from dataclasses import replace

from incidentbot.domain.incident import move
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent, group_key
from incidentbot.domain.outcome import Done, EventDone
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import EventNotFound, EventRefused, Refusal, Refused
from incidentbot.effects.kinds import EventTold
from incidentbot.effects.plan import TWO_WAY
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import Planned
from incidentbot.store.monitoring_events import StoredEvent
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.notify import notify
from incidentbot.usecases.perform import perform, save


def acknowledge_event(store: Store, cause: Cause, event_id: str) -> Done | EventDone | Refusal:
    """Acknowledge the event, or its unresolved incident with all its events; refused where that is so already."""

    def work(tx: Transaction) -> Done | EventDone:
        stored = load_event(tx, event_id)
        incident = tx.incidents.get(stored.incident, lock=True) if stored.incident is not None else None
        if incident is not None and incident.state is not State.RESOLVED:
            return save(tx, move(incident, Trigger.ACKNOWLEDGE, actor=cause.actor, now=tx.now))
        return set_status(tx, stored, cause, EventStatus.ACKNOWLEDGED)

    return perform(store, cause, Right.ACKNOWLEDGE, work)


def load_event(tx: Transaction, event_id: str) -> StoredEvent:
    """The event with this id at its source."""
    stored = tx.events.find(event_id)
    if stored is None:
        raise Refused(EventNotFound(event_id[:80]))
    return stored


def set_status(tx: Transaction, stored: StoredEvent, cause: Cause, status: EventStatus) -> EventDone:
    """An event that stands alone: it is so here at once, and at its source as soon as that is told."""
    event = stored.event
    if event.status is status or not event.active or status is EventStatus.OPEN:
        raise Refused(refused(event))
    known = tx.people.get(cause.actor.id) if cause.actor.id else None
    name = (known.name if known else "") or cause.actor.name
    taken = replace(event, status=status, actor_name=name, actor_email="", actor_source=cause.actor.source.value)
    key = group_key(event, tx.policy.group_by)
    tx.events.save(taken, incident=stored.incident, group_key=key, now=tx.now)
    data = {"status": taken.status.value}
    seq = tx.notifications.add_change(event.source, event.event_id, cause.actor, data, tx.now)
    notify(tx, taken, event, group_key=key, incident=None, actor=cause.actor, change=seq)
    if event.source == TWO_WAY:
        told = EventTold(0, seq, event.source, event.event_id, taken.status.value)
        tx.effects.add([Planned(told, event.severity, "", waits=False, due_at=tx.now)], tx.now)
        tx.notify()
    return EventDone(event.source, event.event_id, taken.status)


def refused(event: MonitoringEvent) -> EventRefused:
    """The event is where nobody can acknowledge it any more, and who brought it there."""
    return EventRefused(
        event.display_id or event.event_id, event.status, event.actor_name or event.actor_email, event.updated_at
    )
