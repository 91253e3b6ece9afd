"""update: title, severity, assignee or description, with a note."""

from incidentbot.domain.incident import Edit, edit
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.perform import load, perform, save


def update(store: Store, cause: Cause, ref: str, wanted: Edit) -> Outcome:
    """Change what `wanted` says; refused (Unchanged) where all of it is so already."""

    def work(tx: Transaction) -> Done:
        if wanted.assignee:
            check_person(tx, wanted.assignee)
        return save(tx, edit(load(tx, ref), wanted, actor=cause.actor, now=tx.now))

    return perform(store, cause, Right.UPDATE, work)
