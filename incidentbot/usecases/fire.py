"""fire: what an incident's timers do when their time has come, one timer a transaction.

However many replicas look, one of them holds the incident while the row is still due; the others find it moved on. A
process that dies in between has done nothing. After a downtime each incident says one thing, and how late it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog

from incidentbot import tracing
from incidentbot.crashpoints import crashpoint
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.reference import reference
from incidentbot.domain.timers import Timer, TimerKind, due, given_way, interval_of, is_moot, lateness
from incidentbot.store import OutcomeUnknown, Store, Transaction
from incidentbot.store.database import RunAgain
from incidentbot.store.incidents import VersionConflict
from incidentbot.store.transaction import Origin
from incidentbot.usecases.escalate import escalate
from incidentbot.usecases.expire import expire
from incidentbot.usecases.fold import DEFECTS
from incidentbot.usecases.nudge import nudge
from incidentbot.usecases.offer_closing import offer_closing
from incidentbot.usecases.remind import remind

# One that cannot be fired, whatever the reason, is tried again after so long and holds up no other.
PUT_OFF: Final = timedelta(minutes=5)
FIRE: Final[Mapping[TimerKind, Callable[[Transaction, Incident, Timer, timedelta], None]]] = {
    TimerKind.EXPIRE: expire,
    TimerKind.ESCALATE: escalate,
    TimerKind.REMIND: remind,
    TimerKind.NUDGE: nudge,
    TimerKind.STALE: offer_closing,
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that was due: `kind` None where it was another replica's, or had no reason any more."""

    kind: TimerKind | None
    late: timedelta = timedelta()


NOTHING_DONE: Final = Fired(None)


def fire_due(store: Store) -> Fired | None:
    """Fire the timer that has been due for longest; None where none is due."""
    try:
        fired = store.database.retrying(lambda: _once(store))
    except OutcomeUnknown:
        # If it did commit, the row has moved on and is not found due again.
        fired = store.database.retrying(lambda: _once(store))
    if fired is not None and fired.kind is not None:
        crashpoint("timer_committed")
        store.effects_waiting()
    return fired


def _once(store: Store) -> Fired | None:
    try:
        with store.begin("") as tx:
            found = tx.timers.first_due(tx.now)
            if found is None:
                return None
            with tracing.begun("timer", "internal"):
                fired = _fire_one(tx.of(found.team_id), found.incident)
            crashpoint("timer_fired")
            return fired
    except VersionConflict as conflict:
        raise RunAgain("another change came first") from conflict


def _fire_one(tx: Transaction, number: int) -> Fired:
    incident = tx.incidents.get(number, lock=True)
    ready = due(tx.timers.of(number), tx.now)
    if incident is None or not ready:
        return NOTHING_DONE
    timer, *others = ready
    interval = interval_of(timer.kind, incident, tx.policy.timers)
    if interval is None or is_moot(timer, incident, tx.policy.timers):
        tx.timers.cancel(number, timer.kind)
        return NOTHING_DONE
    _give_way(tx, incident, others)
    tx.origin = Origin(f"timer_{timer.kind.value}", "timer", _key(incident, timer), Actor(Source.TIMER))
    try:
        with tx.apart():
            FIRE[timer.kind](tx, incident, timer, interval)
    except DEFECTS:
        log.exception("timer.failed", team=tx.team_id, incident=incident.reference, kind=timer.kind.value)
        tx.timers.put(number, replace(timer, due_at=tx.now + PUT_OFF))
        return NOTHING_DONE
    late = lateness(timer, tx.now)
    facts = {"incident": reference(number), "kind": timer.kind.value, "step": timer.step}
    log.info("timer.fired", team=tx.team_id, late_seconds=int(late.total_seconds()), **facts)
    return Fired(timer.kind, late)


def _give_way(tx: Transaction, incident: Incident, others: list[Timer]) -> None:
    """The others that are due say nothing now: their next turn comes after their whole interval."""
    for timer in others:
        interval = interval_of(timer.kind, incident, tx.policy.timers)
        if interval is None:
            tx.timers.cancel(incident.number, timer.kind)
        else:
            tx.timers.put(incident.number, given_way(timer, interval, tx.now))


def _key(incident: Incident, timer: Timer) -> str:
    """What names this firing, and no other, for ever."""
    return f"timer:{incident.reference}:{timer.kind.value}:{timer.armed}:{timer.step}"
