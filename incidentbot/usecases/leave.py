"""leave: a person takes no part in an incident any more, and gives up what they had."""

from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.domain.roles import left
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save


def leave(store: Store, cause: Cause, ref: str) -> Outcome:
    """Take whoever acts out of the incident that `ref` names; refused where they have no part in it.

    Nobody brings them back but a person: the owners of what is affected are invited once.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        invited = tx.responders.leave(incident.number, cause.actor.id, tx.now)
        return save(tx, left(incident, cause.actor.id, invited=invited, actor=cause.actor, now=tx.now))

    return perform(store, cause, Right.ASSIGN, work)
