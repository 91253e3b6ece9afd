"""expire: an acknowledgement ends by itself, after a notice to whoever has the incident."""

from datetime import timedelta

from incidentbot.domain.incident import Incident, move
from incidentbot.domain.lifecycle import Trigger
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.timers import Timer, next_expiry, notice_of
from incidentbot.store import Transaction
from incidentbot.usecases.perform import save
from incidentbot.usecases.remind import fired, in_charge, minutes_since, tell_reminder


def expire(tx: Transaction, incident: Incident, timer: Timer, interval: timedelta) -> None:
    """First announce the end; then, if nobody kept it, the incident is open again, with all that begins with that."""
    if timer.step == 0:
        tx.timers.put(incident.number, next_expiry(timer, interval, tx.now))
        facts = {"about": "expiring", "minutes": minutes_since(tx, incident), "left_seconds": _seconds(interval)}
        tell_reminder(tx, incident, timer, facts, in_charge(tx, incident))
        return
    facts = {"about": "expired", "minutes": minutes_since(tx, incident), **fired(tx, timer)}
    save(tx, move(incident, Trigger.UNACKNOWLEDGE, actor=Actor(Source.TIMER), now=tx.now, facts=facts))


def _seconds(interval: timedelta) -> int:
    return int(notice_of(interval).total_seconds())
