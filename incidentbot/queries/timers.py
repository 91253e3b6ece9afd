"""What will happen to an incident by itself."""

from dataclasses import dataclass
from datetime import timedelta

from incidentbot.domain.incident import Incident
from incidentbot.domain.timers import Timer, TimerKind, interval_of
from incidentbot.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Coming:
    """A timer, and the length that the settings give its kind for the incident's severity.

    `promised`: it runs because somebody promised an update, not by the settings.
    """

    timer: Timer
    interval: timedelta
    promised: bool = False


def coming(tx: Transaction, incident: Incident) -> tuple[Coming, ...]:
    """The incident's timers, the next one first; those that ran to their end come last."""
    policy, running = tx.policy.timers, tx.timers.of(incident.number)
    known = [(timer, interval_of(timer.kind, incident, policy)) for timer in running]
    promised = incident.next_update_at is not None
    found = [
        Coming(timer, interval, promised and timer.kind is TimerKind.NUDGE)
        for timer, interval in known
        if interval is not None
    ]
    waiting = [one for one in found if one.timer.due_at is not None]
    over = [one for one in found if one.timer.due_at is None]
    return (*sorted(waiting, key=lambda one: (str(one.timer.due_at), one.timer.kind)), *over)


def timers_of(store: Store, team_id: str, incident: Incident) -> tuple[Coming, ...]:
    """As `coming`."""
    with store.read(team_id) as tx:
        return coming(tx, incident)
