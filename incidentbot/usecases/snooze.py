"""snooze: reminders, escalation and expiry of one incident rest for a while."""

from datetime import timedelta

from incidentbot.domain.incident import tell
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NothingToSnooze, Refused
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.domain.timers import snoozed
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save


def snooze(store: Store, cause: Cause, ref: str, length: timedelta) -> Outcome:
    """Let every timer of the incident that `ref` names rest until `length` from now, as the thread then says.

    Refused where none of them would fire before. The next change of state ends it.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        until = tx.now + length
        running = tx.timers.of(incident.number)
        resting = [(timer, snoozed(timer, until)) for timer in running]
        if all(before == after for before, after in resting):
            raise Refused(NothingToSnooze(incident.reference, incident.state))
        facts = {"about": "snoozed", "until": until.isoformat(), "minutes": int(length.total_seconds() // 60)}
        done = save(tx, tell(incident, NewEntry(EntryKind.REMINDER, cause.actor, tx.now, facts)))
        for before, after in resting:
            if before != after:
                tx.timers.put(incident.number, after)
        return done

    return perform(store, cause, Right.ACKNOWLEDGE, work)
