"""hand_over: everything that somebody has in an incident is another one's."""

from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.domain.roles import handed_over, holders
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.perform import load, perform, save
from incidentbot.usecases.staff import take_part


def hand_over(store: Store, cause: Cause, ref: str, person: str, note: str) -> Outcome:
    """Give all that whoever acts has in the incident to `person` (a Slack user id), with `note` in the timeline.

    Refused where they have nothing, or would hand over to themselves.
    """

    def work(tx: Transaction) -> Done:
        check_person(tx, person)
        incident = load(tx, ref)
        change = handed_over(incident, person, actor=cause.actor, now=tx.now, note=note)
        given = {role: who for role, who in holders(change.after).items() if who != holders(incident).get(role)}
        return save(tx, change, also=take_part(tx, incident, given, cause.actor))

    return perform(store, cause, Right.ASSIGN, work)
