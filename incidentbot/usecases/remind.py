"""remind: nobody has acknowledged an incident; the thread says so, and whoever it concerns is told directly."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.domain.timers import Timer, lateness, next_reminder
from incidentbot.effects.kinds import ReminderSent
from incidentbot.store import Transaction
from incidentbot.usecases.known_people import unfit
from incidentbot.usecases.perform import save
from incidentbot.usecases.reach import reach


def remind(tx: Transaction, incident: Incident, timer: Timer, interval: timedelta) -> None:
    """Say how long nobody has had it, and once more after twice the time."""
    tx.timers.put(incident.number, next_reminder(timer, interval, tx.now))
    facts = {"about": "unacknowledged", "minutes": minutes_since(tx, incident)}
    tell_reminder(tx, incident, timer, facts, responsible(tx, incident))


def tell_reminder(
    tx: Transaction, incident: Incident, timer: Timer, facts: Mapping[str, Any], people: tuple[str, ...]
) -> None:
    """One entry in the timeline, and a direct message about it to each of `people`."""
    names = [known.name for person in people if (known := tx.people.get(person))]
    data = {**facts, **fired(tx, timer), "people": list(people), "names": names}
    entry = NewEntry(EntryKind.REMINDER, Actor(Source.TIMER), tx.now, data)
    after = save(tx, tell(incident, entry)).incident
    reach(tx, after, people, lambda person: ReminderSent(after.number, after.last_seq, person))


def fired(tx: Transaction, timer: Timer) -> dict[str, Any]:
    """What an entry keeps of the timer that it tells of: kind, armed and step are never the same twice."""
    late = int(lateness(timer, tx.now).total_seconds() // 60)
    return {
        "timer": timer.kind.value,
        "armed": timer.armed,
        "step": timer.step,
        **({"late_minutes": late} if late else {}),
    }


def minutes_since(tx: Transaction, incident: Incident) -> int:
    """For how long the incident has been in its state."""
    return int((tx.now - incident.state_since).total_seconds() // 60)


def responsible(tx: Transaction, incident: Incident) -> tuple[str, ...]:
    """The assignee and everybody invited, as far as they can be told anything."""
    invited = [invitee.id for invitee in tx.responders.of(incident.number)]
    people = dict.fromkeys(person for person in (incident.assignee, *invited) if person)
    return tuple(person for person in people if not unfit(tx.people.get(person)))


def in_charge(tx: Transaction, incident: Incident) -> tuple[str, ...]:
    """Whoever has it: the assignee, else who acknowledged it."""
    taker = incident.acknowledged_by.id if incident.acknowledged_by else ""
    person = incident.assignee or taker
    return (person,) if person and not unfit(tx.people.get(person)) else ()
