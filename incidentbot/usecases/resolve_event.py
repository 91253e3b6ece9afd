"""resolve_event: a monitoring event is over; where it belongs to an incident, that is."""

from incidentbot.domain.incident import move
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.outcome import Done, EventDone
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import Refusal
from incidentbot.store import Store, Transaction
from incidentbot.usecases.acknowledge_event import load_event, set_status
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import perform, save


def resolve_event(store: Store, cause: Cause, event_id: str, note: str = "") -> Done | EventDone | Refusal:
    """Resolve the event, or its unresolved incident with all its events; refused where that is so already."""

    def work(tx: Transaction) -> Done | EventDone:
        stored = load_event(tx, event_id)
        incident = tx.incidents.get(stored.incident, lock=True) if stored.incident is not None else None
        if incident is not None and incident.state is not State.RESOLVED:
            return save(tx, move(incident, Trigger.RESOLVE, actor=cause.actor, now=tx.now, note=note))
        return set_status(tx, stored, cause, EventStatus.RESOLVED)

    return perform(store, cause, Right.RESOLVE, work)
