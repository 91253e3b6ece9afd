"""correct: when an incident started, was acknowledged or resolved in truth."""

from datetime import datetime

from incidentbot.domain import correction as decide
from incidentbot.domain.correction import TRANSITIONS, Corrected, moments_of
from incidentbot.domain.moments import read_moment
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save


def correct(store: Store, cause: Cause, ref: str, what: Corrected, at: str | datetime) -> Outcome:
    """Say that it happened at another time than was recorded; figures follow, and the timeline tells both times.

    `at` as typed is meant on the clock of who acts.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        moment = read_moment(at, tx.now, _zone(tx, cause)) if isinstance(at, str) else at
        entries = tx.timeline.of_kinds(incident.number, TRANSITIONS)
        moments = moments_of(entries, tx.corrections.of(incident.number))
        change, put = decide.correct(incident, moments, what, moment, actor=cause.actor, now=tx.now)
        tx.corrections.put(incident.number, put.seq, put.kind, put.at)
        return save(tx, change)

    return perform(store, cause, Right.UPDATE, work)


def _zone(tx: Transaction, cause: Cause) -> str:
    known = tx.people.get(cause.actor.id) if cause.actor.id else None
    return known.tz if known else ""
