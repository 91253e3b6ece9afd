"""tell_event: a thread hears that an event changed where that moves nothing; of many at once it hears in one entry."""

from datetime import timedelta
from typing import Any, Final

from incidentbot.domain.event_actors import changer
from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import EventsTold
from incidentbot.store import Transaction
from incidentbot.usecases.perform import save, write_effects

TOLD_EVERY: Final = timedelta(minutes=1)


def tell_event(tx: Transaction, incident: Incident, event: MonitoringEvent, *, reconciled: bool = False) -> Incident:
    """The incident, whose thread hears of it now or, within a minute of the last such entry, with all others later."""
    last = tx.timeline.last_at(incident.number, EntryKind.EVENT_UPDATED)
    if last is not None and tx.now - last < TOLD_EVERY:
        later = EventsTold(incident.number, 0)
        again = EventsTold(incident.number, tx.effects.next_seq(later.lane))
        write_effects(tx, incident, [again], delay=(last + TOLD_EVERY - tx.now).total_seconds())
        return incident
    data: dict[str, Any] = {
        "event": event.display_id or event.event_id,
        "title": event.title,
        "status": event.status.value,
        **({"reconciled": True} if reconciled else {}),
    }
    return save(tx, tell(incident, NewEntry(EntryKind.EVENT_UPDATED, changer(event), tx.now, data))).incident


def tell_events(tx: Transaction, number: int) -> None:
    """Tell where the events of incident `number` stand by now."""
    incident = tx.incidents.get(number, lock=True)
    if incident is None:
        return
    counts = {status.value: count for status, count in tx.events.counts(number).items()}
    data = {"event": "", "title": "", "status": "several", "counts": counts}
    save(tx, tell(incident, NewEntry(EntryKind.EVENT_UPDATED, Actor(Source.SYSTEM), tx.now, data)))
