"""invite: people are told of an incident by a direct message, once each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from incidentbot.domain.incident import Change, Incident, tell
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor, Invitee, Unreachable
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import MissingArgument, Refused, Unchanged
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import InvitationSent, OwnersFound
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.perform import load, perform, save, write_effects
from incidentbot.usecases.reach import reach

# More people than this are not told one by one because a name stands for all of them.
MOST_TOLD: Final = 20


def invite(store: Store, cause: Cause, ref: str, people: tuple[str, ...]) -> Outcome:
    """Invite `people` (Slack user ids) to the incident that `ref` names; refused where all of them are in already."""

    def work(tx: Transaction) -> Done:
        if not people:
            raise Refused(MissingArgument("a person", "/incident invite REF @user"))
        for person in people:
            check_person(tx, person)
        incident = load(tx, ref)
        done = bring_in(tx, incident, people, cause.actor)
        if done is None:
            raise Refused(Unchanged(incident.reference, "responder", people[0]))
        return done

    return perform(store, cause, Right.INVITE, work)


def bring_in(tx: Transaction, incident: Incident, people: Sequence[str], actor: Actor, why: str = "") -> Done | None:
    """Invite `people`, and have those back who had left; None where all of them take part already.

    Each has one direct message an incident: who comes back is named in the thread alone.
    """
    named = [Invitee(person, why) for person in dict.fromkeys(people)]
    new = _added(tx, incident, named)
    back = [one for one in named if one not in new and tx.responders.come_back(incident.number, one.id)]
    return _told(tx, incident, incident, new, (), actor, back=back) if new or back else None


def find_owners(tx: Transaction, number: int) -> None:
    """Look once more who is responsible for what incident `number` is about, unless it is over."""
    incident = tx.incidents.get(number, lock=True)
    if incident is None or incident.state is State.RESOLVED:
        return
    again = replace(incident, version=incident.version + 1)
    tx.incidents.update(incident, again)
    write_effects(tx, again, [OwnersFound(again.number, again.version)])


def invite_owners(
    tx: Transaction,
    incident: Incident,
    *,
    owners: Sequence[Invitee],
    unreachable: Sequence[Unreachable],
    cis: tuple[CiRef, ...],
    unknown_cis: tuple[str, ...],
    actor: Actor,
) -> Done | None:
    """Note what a look-up of owners found, and invite those who are not in yet; None where nothing is new."""
    found = replace(incident, cis=cis, unknown_cis=unknown_cis)
    new = _added(tx, incident, owners)
    told_before = _told_unreachable(tx, incident)
    unreachable = [one for one in unreachable if (one.name, one.email, one.why) not in told_before]
    newly_unknown = [name for name in unknown_cis if name not in incident.unknown_cis]
    if not (new or unreachable or newly_unknown):
        if found != incident:
            save(tx, Change(incident, replace(found, version=incident.version + 1), ()))
        return None
    return _told(tx, incident, found, new, unreachable, actor, unknown_cis=newly_unknown)


def _told_unreachable(tx: Transaction, incident: Incident) -> set[tuple[str, str, str]]:
    """Whom the thread already names as not to be reached."""
    entries = tx.timeline.page(incident.number, limit=incident.last_seq)
    return {
        (one["name"], one["email"], one["why"])
        for entry in entries
        if entry.kind is EntryKind.OWNER_INVITED
        for one in entry.data.get("unreachable", ())
    }


def _added(tx: Transaction, incident: Incident, people: Sequence[Invitee]) -> list[Invitee]:
    return [invitee for invitee in people if tx.responders.add(incident.number, invitee, tx.now)]


def _told(
    tx: Transaction,
    before: Incident,
    found: Incident,
    new: Sequence[Invitee],
    unreachable: Sequence[Unreachable],
    actor: Actor,
    unknown_cis: Sequence[str] = (),
    back: Sequence[Invitee] = (),
) -> Done:
    """One entry that names everybody, and a direct message to each who is new."""
    data: Mapping[str, Any] = {
        "people": [asdict(invitee) for invitee in (*new, *back)],
        "unreachable": [asdict(one) for one in unreachable],
        "unknown_cis": list(unknown_cis),
    }
    change = tell(found, NewEntry(EntryKind.OWNER_INVITED, actor, tx.now, data))
    done = save(tx, Change(before, change.after, change.entries))
    reach(
        tx,
        done.incident,
        [invitee.id for invitee in new],
        lambda person: InvitationSent(done.incident.number, 1, person),
    )
    return done
