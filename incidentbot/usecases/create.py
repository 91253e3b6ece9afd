"""create: a new incident, or the unresolved one that has the same dedupe key."""

from incidentbot.domain import incident as decide
from incidentbot.domain.incident import Draft
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NoWorkspace, Refused
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.perform import perform, save


def create(store: Store, cause: Cause, draft: Draft) -> Outcome:
    """Make an incident of `draft`. Its CIs may have no id yet: an effect looks them up, and their owners."""

    def work(tx: Transaction) -> Done:
        if draft.assignee:
            check_person(tx, draft.assignee)
        return make(tx, draft, cause.actor)

    return perform(store, cause, Right.CREATE, work)


def make(tx: Transaction, draft: Draft, actor: Actor) -> Done:
    """Make an incident of `draft` within `tx`."""
    if not draft.foreign:
        decide.check_title(draft.title)
    if draft.dedupe_key:
        tx.installations.take_turn(tx.team_id)
        existing = tx.incidents.by_dedupe_key(draft.dedupe_key, lock=True)
        if existing:
            return Done(existing)
    number = tx.installations.next_number(tx.team_id)
    if number is None:
        raise Refused(NoWorkspace(()))
    channel = tx.channels.id_of(tx.policy.incidents_channel)
    change = decide.create(draft, team_id=tx.team_id, number=number, channel=channel, actor=actor, now=tx.now)
    return save(tx, change)
