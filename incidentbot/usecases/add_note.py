"""add_note: something to remember, in the timeline."""

from incidentbot.domain import incident as decide
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save


def add_note(store: Store, cause: Cause, ref: str, text: str) -> Outcome:
    """Add `text` (1 to 3,000 characters) to the timeline of the incident that `ref` names."""

    def work(tx: Transaction) -> Done:
        return save(tx, decide.add_note(load(tx, ref), text, actor=cause.actor, now=tx.now))

    return perform(store, cause, Right.COMMENT, work)
