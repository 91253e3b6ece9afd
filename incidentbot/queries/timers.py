"""What will happen to an incident by itself."""

from dataclasses import dataclass
from datetime import timedelta

from incidentbot.domain.incident import Incident
from incidentbot.domain.timers import Timer
from incidentbot.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Coming:
    """A timer, and the length that the settings give its kind for the incident's severity."""

    timer: Timer
    interval: timedelta


def coming(tx: Transaction, incident: Incident) -> tuple[Coming, ...]:
    """The incident's timers, the next one first; those that ran to their end come last."""
    policy, running = tx.policy.timers, tx.timers.of(incident.number)
    known = [(timer, policy.after(timer.kind, incident.severity)) for timer in running]
    found = [Coming(timer, interval) for timer, interval in known if interval is not None]
    waiting = [one for one in found if one.timer.due_at is not None]
    over = [one for one in found if one.timer.due_at is None]
    return (*sorted(waiting, key=lambda one: (str(one.timer.due_at), one.timer.kind)), *over)


def timers_of(store: Store, team_id: str, incident: Incident) -> tuple[Coming, ...]:
    """As `coming`."""
    with store.read(team_id) as tx:
        return coming(tx, incident)
