"""take: one monitoring event is stored, and joins, creates or moves an incident, or is told of by itself.

Deliveries come in any order and more than once. What is told depends on the event as it is at its source; the order of
its deliveries changes when that is told, not what is true in the end.
"""

from datetime import timedelta
from typing import Final

from incidentbot.domain import incident as decide
from incidentbot.domain.event_actors import changer, reporter
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.maintenance import Window
from incidentbot.domain.monitoring import MonitoringEvent, group_key, is_news
from incidentbot.store import Transaction
from incidentbot.store.monitoring_events import StoredEvent
from incidentbot.usecases.adopt import adopt, own_incident
from incidentbot.usecases.flapping import begin_to_count, held_back
from incidentbot.usecases.follow_event import follow_event, settle, worsen
from incidentbot.usecases.invite import find_owners
from incidentbot.usecases.join import create_from, join
from incidentbot.usecases.notify import notify, told_anew
from incidentbot.usecases.perform import save

# An older delivery still counts as proof that the event was open; what comes even later is history.
LATE_FOR: Final = timedelta(hours=1)


def take(tx: Transaction, event: MonitoringEvent) -> None:
    """Take note of one event as its source tells it."""
    known = tx.events.get(event.source, event.event_id)
    if known is not None and event == known.event:
        return
    own = own_incident(tx, event) if known is None else None
    if own is not None:
        adopt(tx, own, event)
        return
    if known is not None and not is_news(event, known.event):
        _take_late(tx, event, known)
        return
    incident = _own_incident(tx, known)
    if known is None or incident is None or _fires_anew(tx, event, known.event, incident):
        _take_unlinked(tx, event, known)
        return
    tx.events.save(event, incident=incident.number, group_key=_key(tx, event), now=tx.now)
    after = follow_event(tx, incident, event, known.event)
    _tell(tx, event, known.event, after)


def _take_unlinked(tx: Transaction, event: MonitoringEvent, known: StoredEvent | None) -> None:
    """An event that belongs to no incident, or to one that has been over for long."""
    key, before = _key(tx, event), known.event if known else None
    window = next((one for one in tx.maintenance.running(tx.now) if one.covers(event)), None) if event.active else None
    if window is not None:
        _keep_silent(tx, event, known, window)
        return
    incident = _joined_by(tx, key) if event.active else None
    if incident is None and event.active and tx.policy.creates(event):
        incident = _reopened(tx, event, key) or create_from(tx, event, key)
    elif incident is not None:
        incident = join(tx, incident, event, key)
    else:
        tx.events.save(event, incident=None, group_key=key, now=tx.now)
    if before is not None and before.over:
        told_anew(tx, event, tx.now - tx.policy.reopen_within)
    _tell(tx, event, before, incident)


def _keep_silent(tx: Transaction, event: MonitoringEvent, known: StoredEvent | None, window: Window) -> None:
    """Maintenance: stored and counted once, and told when the window ends."""
    if known is None or known.maintenance != window.number:
        tx.maintenance.count(window.number)
    tx.events.save(event, incident=None, group_key=_key(tx, event), now=tx.now, maintenance=window.number)


def take_again(tx: Transaction, stored: StoredEvent) -> None:
    """Take an event that maintenance kept silent as if it came now."""
    _take_unlinked(tx, stored.event, None)


def _take_late(tx: Transaction, event: MonitoringEvent, known: StoredEvent) -> None:
    """A delivery from before what is known: it proves that the event was open, and how bad it was, and no more."""
    if not event.active or known.maintenance is not None or tx.now - known.event.updated_at > LATE_FOR:
        return
    incident = _own_incident(tx, known)
    if incident is not None:
        if known.event.active and incident.state is not State.RESOLVED:
            worsen(tx, incident, event)
        return
    key = _key(tx, known.event)
    joined = _joined_by(tx, key) or _resolved_lately(tx, key)
    if joined is None and not tx.policy.creates(event):
        return
    incident = join(tx, joined, event, key) if joined is not None else create_from(tx, event, key)
    tx.events.save(known.event, incident=incident.number, group_key=key, now=tx.now)
    after = settle(tx, _fresh(tx, incident), known.event)
    _tell(tx, known.event, known.event, after)


def _key(tx: Transaction, event: MonitoringEvent) -> str:
    return group_key(event, tx.policy.group_by)


def _own_incident(tx: Transaction, known: StoredEvent | None) -> Incident | None:
    return tx.incidents.get(known.incident, lock=True) if known and known.incident is not None else None


def _joined_by(tx: Transaction, key: str) -> Incident | None:
    """The unresolved incident of the event's group."""
    number = tx.events.unresolved_incident(key)
    return tx.incidents.get(number, lock=True) if number is not None else None


def _fires_anew(tx: Transaction, event: MonitoringEvent, before: MonitoringEvent, incident: Incident) -> bool:
    """Whether the event fires again after its incident has been over for so long that it is another one."""
    again = event.active and before.over and incident.state is State.RESOLVED
    return again and not _lately(tx, incident)


def _lately(tx: Transaction, incident: Incident) -> bool:
    return tx.now - incident.state_since <= tx.policy.reopen_within and bool(tx.policy.reopen_within)


def _resolved_lately(tx: Transaction, key: str) -> Incident | None:
    """The group's newest incident, if it was resolved within the time in which it would be opened again."""
    number = tx.events.newest_incident(key)
    incident = tx.incidents.get(number, lock=True) if number is not None else None
    return incident if incident and incident.state is State.RESOLVED and _lately(tx, incident) else None


def _reopened(tx: Transaction, event: MonitoringEvent, key: str) -> Incident | None:
    """The group's incident that was resolved a moment ago, open again, with the event."""
    incident = _resolved_lately(tx, key)
    if incident is None:
        return None
    note = f"{event.display_id or event.event_id} fires: {event.title}"[: decide.NOTE_LIMIT]
    held_back(tx, incident, Trigger.REOPEN)
    change = decide.move(incident, Trigger.REOPEN, actor=reporter(event), now=tx.now, note=note)
    return begin_to_count(tx, join(tx, save(tx, change).incident, event, key), event)


def _fresh(tx: Transaction, incident: Incident) -> Incident:
    return tx.incidents.get(incident.number, lock=True) or incident


def _tell(tx: Transaction, event: MonitoringEvent, before: MonitoringEvent | None, incident: Incident | None) -> None:
    notify(tx, event, before, group_key=_key(tx, event), incident=incident, actor=changer(event))
    assigned_before = before.assigned_email if before is not None else ""
    if incident is not None and event.active and event.assigned_email not in {"", assigned_before}:
        find_owners(tx, incident.number)
