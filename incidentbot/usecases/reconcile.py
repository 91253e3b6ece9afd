"""reconcile: an incident and one of its events, compared with what NopeSight has; what differs is repaired and told.

The rule where both sides changed: the later action of a person wins, and both stay in the timeline.
"""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent, is_news
from incidentbot.domain.nopesight_event import SOURCE
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.sync import OpenEvent
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import EventStatusSet
from incidentbot.store import Store, Transaction
from incidentbot.usecases.perform import save, write_effects
from incidentbot.usecases.sync_state import TARGET, owed, status_of
from incidentbot.usecases.take import take
from incidentbot.usecases.tell_event import tell_event

# What happened this moment may not have reached the other side yet.
SETTLES_WITHIN: Final = timedelta(minutes=1)


class Repair(StrEnum):
    """What was done about a difference."""

    NONE = "none"
    TAKEN = "taken"  # NopeSight had more than we: taken as its webhook would have told it
    TOLD_AGAIN = "told_again"  # we had more than NopeSight: told again
    GONE = "gone"  # NopeSight has the event no more


def reconcile(store: Store, one: OpenEvent, told: MonitoringEvent | None) -> Repair:
    """Compare what is stored with what NopeSight `told` (None: there is no such event) and repair what differs."""

    def once() -> Repair:
        with store.begin(one.team_id) as tx:
            return _compared(tx, one, told)

    repair = store.database.retrying(once)
    if repair is not Repair.NONE:
        store.effects_waiting()
    return repair


def _compared(tx: Transaction, one: OpenEvent, told: MonitoringEvent | None) -> Repair:
    incident, stored = tx.incidents.get(one.incident, lock=True), tx.events.get(SOURCE, one.event_id)
    if incident is None or stored is None or stored.incident != one.incident:
        return Repair.NONE
    if told is None:
        return _gone(tx, stored.event)
    if is_news(told, stored.event) and told.status is not stored.event.status and not _echo(incident, told):
        return _taken(tx, incident, told)
    if is_news(told, stored.event):
        take(tx, told)
    return _told_again(tx, tx.incidents.get(one.incident, lock=True) or incident, told)


def _echo(incident: Incident, told: MonitoringEvent) -> bool:
    """Whether it says what people did here: NopeSight has heard of it from us, and we not yet of that."""
    agreed = told.status is status_of(incident.state) and incident.state_by.source is not Source.NOPESIGHT
    return agreed or told.actor_source == Source.SLACK


def _gone(tx: Transaction, event: MonitoringEvent) -> Repair:
    """Nobody can act on it any more, as on a suppressed one."""
    if event.over:
        return Repair.NONE
    gone = replace(
        event,
        status=EventStatus.SUPPRESSED,
        updated_at=max(event.updated_at, tx.now),
        actor_name="",
        actor_email="",
        actor_source=SOURCE,
        notes="",
    )
    take(tx, gone)
    return Repair.GONE


def _taken(tx: Transaction, incident: Incident, told: MonitoringEvent) -> Repair:
    take(tx, told)
    after = tx.incidents.get(incident.number, lock=True) or incident
    tell_event(tx, after, told, reconciled=True)
    return Repair.TAKEN


def _told_again(tx: Transaction, incident: Incident, told: MonitoringEvent) -> Repair:
    """NopeSight does not have what people did here, and nothing is on its way that would change that."""
    status = status_of(incident.state)
    settled = tx.now - incident.state_since >= SETTLES_WITHIN
    if status in {None, told.status} or told.over or not settled or not tx.lags.synced(incident.number, but=""):
        return Repair.NONE
    status, seq = owed(tx, incident)
    if not seq:
        return Repair.NONE
    lane = EventStatusSet(incident.number, 0, SOURCE, told.event_id, status.value, seq).lane
    again = EventStatusSet(incident.number, tx.effects.next_seq(lane), SOURCE, told.event_id, status.value, seq)
    reason = f"{told.display_id or told.event_id} was found to be {told.status.value} there"
    data = {"target": TARGET, "action": status.value, "reason": reason}
    told_of = save(tx, tell(incident, NewEntry(EntryKind.SYNC_FAILED, Actor(Source.SYSTEM), tx.now, data)))
    write_effects(tx, told_of.incident, [again])
    return Repair.TOLD_AGAIN
