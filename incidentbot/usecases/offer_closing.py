"""offer_closing: nothing has happened to an incident for so long that it may be over. It is asked, never decided."""

from datetime import timedelta

from incidentbot.domain.incident import Incident
from incidentbot.domain.timers import Timer, next_reminder
from incidentbot.store import Transaction
from incidentbot.usecases.remind import in_charge, responsible, tell_reminder


def offer_closing(tx: Transaction, incident: Incident, timer: Timer, interval: timedelta) -> None:
    """Offer whoever has it, else everybody concerned, to resolve it; once more after twice the time."""
    tx.timers.put(incident.number, next_reminder(timer, interval, tx.now))
    silent = interval * (2**timer.step)
    facts = {"about": "stale", "minutes": int(silent.total_seconds() // 60)}
    tell_reminder(tx, incident, timer, facts, in_charge(tx, incident) or responsible(tx, incident))
