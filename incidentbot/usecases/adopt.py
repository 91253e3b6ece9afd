"""adopt: the event that NopeSight made of an incident of ours belongs to that incident from then on."""

from dataclasses import replace

from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent, group_key
from incidentbot.domain.own_events import made_of
from incidentbot.effects.kinds import CardCurrent, EventStatusSet
from incidentbot.store import Transaction
from incidentbot.usecases.count_event import count_event
from incidentbot.usecases.follow_event import follow_event
from incidentbot.usecases.perform import write_effects
from incidentbot.usecases.sync_state import owed


def own_incident(tx: Transaction, event: MonitoringEvent) -> int | None:
    """The number of this workspace's incident that the event was made of, if it was of one."""
    found = made_of(event)
    if found is None or found[0] != tx.team_id:
        return None
    return found[1] if tx.incidents.get(found[1]) else None


def adopt(tx: Transaction, number: int, event: MonitoringEvent) -> None:
    """Link `event` to incident `number`, once, whichever way it was heard of first.

    No thread is told: it is the incident itself, told elsewhere. What happened on either side meanwhile is made good.
    """
    incident = tx.incidents.get(number, lock=True)
    if incident is None or tx.events.get(event.source, event.event_id) is not None:
        return
    counted = count_event(tx, incident, event, group_key(event, tx.policy.group_by))
    write_effects(tx, counted, [CardCurrent(counted.number, counted.version)])
    if event.status is not EventStatus.OPEN:
        follow_event(tx, counted, event, replace(event, status=EventStatus.OPEN))
        return
    if counted.state is State.OPEN:
        return
    status, seq = owed(tx, counted)
    if seq:
        told = EventStatusSet(number, counted.version, event.source, event.event_id, status.value, seq)
        write_effects(tx, counted, [told])
