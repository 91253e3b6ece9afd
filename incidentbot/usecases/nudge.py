"""nudge: whoever has an incident has said nothing for long."""

from datetime import timedelta

from incidentbot.domain.incident import Incident
from incidentbot.domain.timers import Timer, next_reminder
from incidentbot.store import Transaction
from incidentbot.usecases.remind import in_charge, tell_reminder


def nudge(tx: Transaction, incident: Incident, timer: Timer, interval: timedelta) -> None:
    """Ask the assignee, else who acknowledged it, for a word; once more after twice the time."""
    tx.timers.put(incident.number, next_reminder(timer, interval, tx.now))
    silent = interval * (2**timer.step)
    facts = {"about": "no_update", "minutes": int(silent.total_seconds() // 60)}
    tell_reminder(tx, incident, timer, facts, in_charge(tx, incident))
