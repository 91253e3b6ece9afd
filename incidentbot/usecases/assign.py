"""assign: one person is to see to it."""

from incidentbot.domain.incident import Edit, edit
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.perform import load, perform, save


def assign(store: Store, cause: Cause, ref: str, person: str) -> Outcome:
    """Make `person` (a Slack user id) the assignee of the incident that `ref` names."""

    def work(tx: Transaction) -> Done:
        check_person(tx, person)
        return save(tx, edit(load(tx, ref), Edit(assignee=person), actor=cause.actor, now=tx.now))

    return perform(store, cause, Right.ASSIGN, work)
