"""nudge: whoever has an incident has said nothing for long."""

from datetime import timedelta

from incidentbot.domain.incident import Incident
from incidentbot.domain.timers import Timer, next_reminder
from incidentbot.store import Transaction
from incidentbot.usecases.known_people import unfit
from incidentbot.usecases.remind import in_charge, responsible, tell_reminder


def nudge(tx: Transaction, incident: Incident, timer: Timer, interval: timedelta) -> None:
    """Ask for a word whoever keeps others informed, else whoever has it; once more after twice the time."""
    tx.timers.put(incident.number, next_reminder(timer, interval, tx.now))
    at = incident.next_update_at
    if at is not None and at <= tx.now:
        facts = {"about": "promised", "due": at.isoformat(), "minutes": int((tx.now - at).total_seconds() // 60)}
        tell_reminder(tx, incident, timer, facts, _informing(tx, incident))
        return
    silent = interval * (2**timer.step)
    facts = {"about": "no_update", "minutes": int(silent.total_seconds() // 60)}
    tell_reminder(tx, incident, timer, facts, in_charge(tx, incident))


def _informing(tx: Transaction, incident: Incident) -> tuple[str, ...]:
    """Who has to keep the promise."""
    person = incident.communications
    if person and not unfit(tx.people.get(person)):
        return (person,)
    return in_charge(tx, incident) or responsible(tx, incident)
