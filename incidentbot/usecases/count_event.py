"""count_event: the event that an incident is made of belongs to it."""

from dataclasses import replace

from incidentbot.domain.incident import Incident
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.store import Transaction


def count_event(tx: Transaction, incident: Incident, event: MonitoringEvent, key: str) -> Incident:
    """The incident with the event; its `created` entry tells of that."""
    tx.events.save(event, incident=incident.number, group_key=key, now=tx.now)
    counted = replace(incident, event_count=incident.event_count + 1, version=incident.version + 1)
    tx.incidents.update(incident, counted)
    return counted
