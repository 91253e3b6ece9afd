"""arm: the timers of an incident follow each of its changes, in the same transaction."""

from incidentbot.domain.incident import Change, Incident
from incidentbot.domain.severity import Severity
from incidentbot.domain.timers import Timer, TimerKind, moved, rearmed, regraded
from incidentbot.store import Transaction
from incidentbot.usecases.reach import catch_up


def arm(tx: Transaction, change: Change, after: Incident) -> None:
    """Cancel the timers whose reason went away with `change`, and begin those that have one now.

    `after` is the incident as stored, with the number of its newest entry.
    """
    policy, number = tx.policy.timers, after.number
    if change.before is not None and not moved(change) and change.before.severity is not after.severity:
        timers = regraded(after, tx.timers.of(number), after.last_seq, policy, tx.now)
        tx.timers.cancel_all(number)
        tx.timers.begin(number, timers)
        if after.severity is Severity.CRITICAL:
            catch_up(tx, after)
        return
    begun = rearmed(change, after.last_seq, policy, tx.now)
    if begun.ended:
        if change.before is not None:
            tx.timers.cancel_all(number)
        tx.timers.begin(number, begun.armed)
    elif change.before is not None and change.before.next_update_at != after.next_update_at:
        _follow_promise(tx, number, begun.armed)
    elif begun.armed:
        _begin_anew(tx, number, begun.armed)


def _follow_promise(tx: Transaction, number: int, armed: tuple[Timer, ...]) -> None:
    """What was promised last holds, also where it is sooner than what was due before."""
    nudges = [timer for timer in armed if timer.kind is TimerKind.NUDGE]
    tx.timers.cancel(number, TimerKind.NUDGE)
    tx.timers.begin(number, nudges)
    _begin_anew(tx, number, tuple(timer for timer in armed if timer.kind is not TimerKind.NUDGE))


def _begin_anew(tx: Transaction, number: int, armed: tuple[Timer, ...]) -> None:
    """A word puts a timer off; it never brings forward what was snoozed for longer."""
    running = {timer.kind: timer for timer in tx.timers.of(number)}
    for timer in armed:
        before = running.get(timer.kind)
        later = before and before.due_at and timer.due_at and before.due_at > timer.due_at
        if not later:
            tx.timers.put(number, timer)
