"""acknowledge: open → acknowledged: somebody has it."""

from incidentbot.domain.incident import move
from incidentbot.domain.lifecycle import Trigger
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save


def acknowledge(store: Store, cause: Cause, ref: str, note: str = "") -> Outcome:
    """Move the incident that `ref` names ("" = the only unresolved one); refused where that is no legal move now."""

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        return save(tx, move(incident, Trigger.ACKNOWLEDGE, actor=cause.actor, now=tx.now, note=note))

    return perform(store, cause, Right.ACKNOWLEDGE, work)
