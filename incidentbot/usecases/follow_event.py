"""follow_event: an incident follows what happens to its events at their source."""

from dataclasses import replace
from typing import Final

from incidentbot.domain import incident as decide
from incidentbot.domain.event_actors import changer, reporter
from incidentbot.domain.incident import Change, Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.people import Source
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.store import Transaction
from incidentbot.usecases.flapping import begin_to_count, count_only, held_back
from incidentbot.usecases.perform import save
from incidentbot.usecases.tell_event import tell_event

# Where events come from: their own times say which of their changes is the newest.
_MONITORING: Final = frozenset({Source.NOPESIGHT, Source.ALERTMANAGER, Source.MONITORING})


def follow_event(tx: Transaction, incident: Incident, event: MonitoringEvent, before: MonitoringEvent) -> Incident:
    """The incident after its event changed from `before`, which is stored by now.

    What Slack's people changed there came from us; it is no news, however late it is told. A change that is older than
    what a person last did with the incident does not move it.
    """
    if event.actor_source == Source.SLACK:
        return incident
    if event.active and event.severity.rank < before.severity.rank and incident.state is not State.RESOLVED:
        incident = worsen(tx, incident, event)
    if event.status is before.status:
        return incident
    if _overtaken(incident, event):
        # The later action of a person wins, and both stay in the timeline.
        return _told(tx, incident, event) if _by_somebody(event) else incident
    if event.active and before.over and incident.state is State.RESOLVED:
        held_back(tx, incident, Trigger.REOPEN)
        note = f"{event.display_id or event.event_id} fires again"
        return begin_to_count(tx, _moved(tx, incident, Trigger.REOPEN, event, note), event)
    if event.active and before.over:
        count_only(tx, incident)
    return settle(tx, incident, event)


def settle(tx: Transaction, incident: Incident, event: MonitoringEvent) -> Incident:
    """The incident where the event's status puts it: acknowledged with it, resolved with the last one of its events.

    What was acknowledged at the source is open again once no event there is acknowledged any more.
    """
    if event.status is EventStatus.ACKNOWLEDGED and incident.state is State.OPEN:
        return _moved(tx, incident, Trigger.ACKNOWLEDGE, event, event.notes)
    if event.status is EventStatus.OPEN and _given_back(tx, incident):
        return _moved(tx, incident, Trigger.UNACKNOWLEDGE, event, "")
    if event.over and incident.state is not State.RESOLVED and tx.policy.resolve_with_events:
        linked = tx.events.statuses(incident.number)
        if EventStatus.RESOLVED in linked and not linked - {EventStatus.RESOLVED, EventStatus.SUPPRESSED}:
            if held_back(tx, incident, Trigger.RESOLVE):
                return begin_to_count(tx, incident, event)
            return _moved(tx, incident, Trigger.RESOLVE, event, event.notes)
    if event.status is EventStatus.SUPPRESSED and incident.state is not State.RESOLVED:
        return tell_event(tx, incident, event)
    return incident


def _given_back(tx: Transaction, incident: Incident) -> bool:
    """Whether it was acknowledged at the source of its events, and no longer is."""
    taken_there = incident.state is State.ACKNOWLEDGED and incident.state_by.source in _MONITORING
    return taken_there and EventStatus.ACKNOWLEDGED not in tx.events.statuses(incident.number)


def worsen(tx: Transaction, incident: Incident, event: MonitoringEvent) -> Incident:
    """The incident is at least as bad as its event."""
    if event.severity.rank >= incident.severity.rank:
        return incident
    data = {"before": incident.severity.value, "after": event.severity.value}
    entry = NewEntry(EntryKind.SEVERITY_CHANGED, reporter(event), tx.now, data)
    worse = replace(incident, severity=event.severity, version=incident.version + 1)
    return save(tx, Change(incident, worse, (entry,))).incident


def _overtaken(incident: Incident, event: MonitoringEvent) -> bool:
    """Whether a person moved the incident after this happened at the source."""
    return incident.state_by.source not in _MONITORING and event.updated_at <= incident.state_since


def _by_somebody(event: MonitoringEvent) -> bool:
    """Whether a person brought the event where it is, as far as its source says."""
    return bool(event.actor_name or event.actor_email) and event.status is not EventStatus.OPEN


def _moved(tx: Transaction, incident: Incident, trigger: Trigger, event: MonitoringEvent, note: str) -> Incident:
    note = note[: decide.NOTE_LIMIT]
    return save(tx, decide.move(incident, trigger, actor=changer(event), now=tx.now, note=note)).incident


def _told(tx: Transaction, incident: Incident, event: MonitoringEvent) -> Incident:
    data = {"event": event.display_id or event.event_id, "title": event.title, "status": event.status.value}
    return save(tx, decide.tell(incident, NewEntry(EntryKind.EVENT_UPDATED, changer(event), tx.now, data))).incident
