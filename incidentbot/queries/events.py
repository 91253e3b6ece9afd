"""Monitoring events, as people act on them."""

from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.refusals import EventNotFound, EventTaken
from incidentbot.store import Store


def event_to_take(store: Store, team_id: str, event_id: str) -> MonitoringEvent | EventNotFound | EventTaken:
    """The event with this id at its source, if an incident may be made of it."""
    with store.read(team_id) as tx:
        stored = tx.events.find(event_id)
        if stored is None:
            return EventNotFound(event_id[:80])
        incident = tx.incidents.get(stored.incident) if stored.incident is not None else None
    if incident is not None and incident.state is not State.RESOLVED:
        return EventTaken(stored.event.display_id or stored.event.event_id, incident.reference)
    return stored.event
