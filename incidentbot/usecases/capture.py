"""capture: a message that somebody wrote is taken into the timeline, once, at its own time."""

from dataclasses import replace

from incidentbot.domain import capture as decide
from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.store import Store, Transaction
from incidentbot.store.captures import Capture
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save


def capture(store: Store, cause: Cause, ref: str, message: SaidMessage) -> Outcome:
    """Take `message` into the timeline of the incident that `ref` names; one that stands there is not told again."""

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        way = f"{cause.surface}:{cause.actor.id}"
        known = tx.captures.get(message.channel, message.ts, incident.number)
        if known and known.held_by:
            tx.captures.save(replace(known, held_by=known.held_by | {way}))
            return Done(incident)
        done = save(tx, decide.capture(incident, message, actor=cause.actor, now=tx.now))
        (seq,) = done.seqs
        tx.captures.save(Capture(message.channel, message.ts, incident.number, seq, frozenset({way})))
        return done

    return perform(store, cause, Right.CAPTURE, work)
