"""join: an event becomes an incident, or one more event of an incident."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from incidentbot.domain import incident as decide
from incidentbot.domain.conditions import explain, fields_of
from incidentbot.domain.decision import seen_by
from incidentbot.domain.event_actors import changer, reporter
from incidentbot.domain.incident import Change, Draft, Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import LinksTold
from incidentbot.store import Transaction
from incidentbot.usecases.count_event import count_event
from incidentbot.usecases.create import make
from incidentbot.usecases.perform import save, write_effects

LINKS_TOLD_EVERY: Final = timedelta(minutes=1)


def create_from(tx: Transaction, event: MonitoringEvent, key: str) -> Incident:
    """A new incident of the event; one that somebody has acknowledged at its source is acknowledged here too."""
    draft = Draft(
        title=event.title,
        severity=event.severity,
        description=event.description,
        cis=event.cis,
        event=event.display_id or event.event_id,
        foreign=True,
        why=_why(tx, event, key),
    )
    tx.events.save(event, incident=None, group_key=key, now=tx.now)
    incident = make(tx, draft, reporter(event)).incident
    counted = count_event(tx, incident, event, key)
    if event.status is not EventStatus.ACKNOWLEDGED:
        return counted
    change = decide.move(counted, Trigger.ACKNOWLEDGE, actor=changer(event), now=tx.now, note=event.notes)
    return save(tx, change).incident


def _why(tx: Transaction, event: MonitoringEvent, key: str) -> dict[str, str]:
    """What made it an incident, as it is seen now: rules and events change."""
    when = tx.policy.create_when
    if when is None:
        return {}
    return {"condition": str(when), "seen": seen_by(explain(when, fields_of(event)))[:1_000], "group": key}


def join(tx: Transaction, incident: Incident, event: MonitoringEvent, key: str) -> Incident:
    """The event joins: told at once, or counted where the thread was told of another less than a minute ago."""
    tx.events.save(event, incident=incident.number, group_key=key, now=tx.now)
    known = {ci.id for ci in incident.cis}
    cis = (*incident.cis, *(ci for ci in event.cis if ci.id not in known))
    severity = min(incident.severity, event.severity, key=lambda one: one.rank)
    if incident.state is State.RESOLVED:
        severity = incident.severity
    joined = replace(
        incident, cis=cis, severity=severity, event_count=incident.event_count + 1, version=incident.version + 1
    )
    told_at, untold = tx.incidents.links_told(incident.number)
    entries = []
    if severity != incident.severity:
        data = {"before": incident.severity.value, "after": severity.value}
        entries.append(NewEntry(EntryKind.SEVERITY_CHANGED, reporter(event), tx.now, data))
    if told_at is None or tx.now - told_at >= LINKS_TOLD_EVERY:
        entries.append(_linked_entry(event, untold + 1, tx))
        after = save(tx, Change(incident, joined, tuple(entries))).incident
        tx.incidents.tell_links(incident.number, told_at=tx.now, untold=0)
        return after
    after = save(tx, Change(incident, joined, tuple(entries))).incident
    tx.incidents.tell_links(incident.number, told_at=told_at, untold=untold + 1)
    if untold == 0:
        delay = (told_at + LINKS_TOLD_EVERY - tx.now).total_seconds()
        write_effects(tx, joined, [LinksTold(joined.number, joined.version)], delay=delay)
    return after


def _linked_entry(event: MonitoringEvent, count: int, tx: Transaction) -> NewEntry:
    data = {
        "count": count,
        "title": event.title,
        "event": event.display_id or event.event_id,
        "severity": event.severity.value,
    }
    return NewEntry(EntryKind.EVENT_LINKED, reporter(event), tx.now, data)
