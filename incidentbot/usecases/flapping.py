"""flapping: an incident that its events resolve and open again and again is told once, counted, and told at the end."""

from dataclasses import replace

from incidentbot.domain import incident as decide
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import FlappingOver
from incidentbot.store import Transaction
from incidentbot.store.flapping import Flapping
from incidentbot.usecases.perform import save, write_effects


def held_back(tx: Transaction, incident: Incident, trigger: Trigger) -> bool:
    """Whether this move by an event is only to be counted, since the incident flaps. The incident stays open then."""
    before = tx.flapping.get(incident.number)
    if before is None or tx.now - before.last_at > tx.policy.flaps_within:
        tx.flapping.save(Flapping(incident.number, tx.now, tx.now, 1))
        return False
    now = replace(before, last_at=tx.now, moves=before.moves + 1)
    tx.flapping.save(now)
    return now.moves >= tx.policy.flaps_after and trigger is Trigger.RESOLVE


def count_only(tx: Transaction, incident: Incident) -> None:
    """An event fires again while its flapping incident is kept open."""
    flaps = tx.flapping.get(incident.number)
    if flaps is not None and flaps.told:
        tx.flapping.save(replace(flaps, last_at=tx.now, moves=flaps.moves + 1))


def begin_to_count(tx: Transaction, incident: Incident, event: MonitoringEvent) -> Incident:
    """Say once that from now on it is only counted; the incident after it."""
    flaps = tx.flapping.get(incident.number)
    if flaps is None or flaps.told or flaps.moves < tx.policy.flaps_after:
        return incident
    tx.flapping.save(replace(flaps, told=True))
    data = {
        "event": event.display_id or event.event_id,
        "title": event.title,
        "status": "flapping",
        "count": flaps.moves,
    }
    change = decide.tell(incident, NewEntry(EntryKind.EVENT_UPDATED, Actor(Source.SYSTEM), tx.now, data))
    after = save(tx, change).incident
    _look_later(tx, after, flaps)
    return after


def quiet_down(tx: Transaction, number: int) -> None:
    """Tell how often it flapped, once it has been quiet for long enough, and resolve it if its events are over."""
    incident, flaps = tx.incidents.get(number, lock=True), tx.flapping.get(number)
    if incident is None or flaps is None or not flaps.told:
        return
    if tx.now - flaps.last_at < tx.policy.flaps_within:
        _look_later(tx, incident, flaps)
        return
    tx.flapping.forget(number)
    data = {"event": "", "title": "", "status": "quiet", "count": flaps.moves}
    change = decide.tell(incident, NewEntry(EntryKind.EVENT_UPDATED, Actor(Source.SYSTEM), tx.now, data))
    after = save(tx, change).incident
    linked = tx.events.statuses(number)
    over = EventStatus.RESOLVED in linked and not linked - {EventStatus.RESOLVED, EventStatus.SUPPRESSED}
    if over and after.state is not State.RESOLVED and tx.policy.resolve_with_events:
        save(tx, decide.move(after, Trigger.RESOLVE, actor=Actor(Source.SYSTEM), now=tx.now))


def _look_later(tx: Transaction, incident: Incident, flaps: Flapping) -> None:
    delay = (flaps.last_at + tx.policy.flaps_within - tx.now).total_seconds()
    write_effects(tx, incident, [FlappingOver(incident.number, incident.version * 10_000 + flaps.moves)], delay=delay)
