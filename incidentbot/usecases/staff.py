"""staff: people take roles in an incident, and others are brought in, all of it or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from incidentbot.domain.incident import Incident
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor, Invitee
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import Refused, Unchanged
from incidentbot.domain.roles import IncidentRole, staffed
from incidentbot.effects.kinds import InvitationSent
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.invite import bring_in
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.perform import load, perform, save
from incidentbot.usecases.permit import permit


def staff(
    store: Store, cause: Cause, ref: str, wanted: Mapping[IncidentRole, str], invited: tuple[str, ...] = ()
) -> Outcome:
    """Give roles to people (Slack user ids; "" takes one away) and invite `invited`, which takes the right for it.

    Refused where all of it is so already, or where it is nothing.
    """

    def work(tx: Transaction) -> Done:
        for field, person in (*wanted.items(), *(("responders", one) for one in invited)):
            if person:
                check_person(tx, person, field)
        if invited:
            permit(tx, cause, Right.INVITE)
        incident = load(tx, ref)
        changed = {role: person for role, person in wanted.items() if getattr(incident, role.value) != person}
        done = Done(incident)
        if changed:
            done = save(
                tx,
                staffed(incident, changed, actor=cause.actor, now=tx.now),
                also=take_part(tx, incident, changed, cause.actor),
            )
        brought = bring_in(tx, done.incident, invited, cause.actor)
        if brought:
            done = replace(brought, kinds=(*done.kinds, *brought.kinds), seqs=(*done.seqs, *brought.seqs))
        if not done.kinds:
            raise Refused(_unchanged(incident, wanted, invited))
        return done

    return perform(store, cause, Right.ASSIGN, work)


def take_part(
    tx: Transaction, incident: Incident, given: Mapping[IncidentRole, str], actor: Actor
) -> list[InvitationSent]:
    """Whoever was given a role takes part from now on; those who did not yet and did not take it are told directly."""
    why: dict[str, list[str]] = {}
    for role, person in given.items():
        if person:
            why.setdefault(person, []).append(role.value)
    told: list[InvitationSent] = []
    for person, roles in why.items():
        new = tx.responders.add(incident.number, Invitee(person, ", ".join(roles)), tx.now)
        if new and person != actor.id:
            told.append(InvitationSent(incident.number, 1, person))
        elif not new:
            tx.responders.come_back(incident.number, person)
    return told


def _unchanged(incident: Incident, wanted: Mapping[IncidentRole, str], invited: Iterable[str]) -> Unchanged:
    field, value = next(((role.value, person) for role, person in wanted.items()), ("", ""))
    invitee = next(iter(invited), "")
    return Unchanged(incident.reference, field or "responder", value if field else invitee)
