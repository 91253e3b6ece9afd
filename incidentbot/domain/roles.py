"""Who does what in an incident: one assignee and at most one person a role. Arguments in, a change out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from incidentbot.domain.incident import NOTE_LIMIT, Change, Incident, check_text
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import NotInvolved, Refused, Unchanged
from incidentbot.domain.timeline import EntryKind, NewEntry


class IncidentRole(StrEnum):
    """What somebody can be in an incident; each value is the incident's field of that name."""

    ASSIGNEE = "assignee"
    COMMANDER = "commander"
    COMMUNICATIONS = "communications"
    SCRIBE = "scribe"


# What somebody is who was invited and has no role; nothing that is given, but it can be left.
RESPONDER: Final = "responder"


def holders(incident: Incident) -> Mapping[IncidentRole, str]:
    """The roles that somebody has, each with their Slack user id."""
    found = {role: str(getattr(incident, role.value)) for role in IncidentRole}
    return {role: person for role, person in found.items() if person}


def roles_of(incident: Incident, person: str) -> tuple[IncidentRole, ...]:
    """The roles that `person` has."""
    return tuple(role for role, holder in holders(incident).items() if holder == person)


def staffed(incident: Incident, wanted: Mapping[IncidentRole, str], *, actor: Actor, now: datetime) -> Change:
    """The incident with these people in these roles ("" takes one away), and an entry for each that changes.

    Refused (Unchanged) where all of it is so already.
    """
    changed = {role: person for role, person in wanted.items() if getattr(incident, role.value) != person}
    if not changed:
        role, person = next(iter(wanted.items()), (IncidentRole.ASSIGNEE, ""))
        raise Refused(Unchanged(incident.reference, role.value, person))
    entries = [_assigned(incident, role, person, actor, now) for role, person in changed.items()]
    fields: dict[str, Any] = {role.value: person for role, person in changed.items()}
    return Change(incident, replace(incident, version=incident.version + 1, **fields), tuple(entries))


def handed_over(incident: Incident, person: str, *, actor: Actor, now: datetime, note: str) -> Change:
    """Everything that `actor` has is `person`'s, with `note` for them; refused where that is nothing.

    Whoever acknowledged an incident that has no assignee has it, so that its new holder becomes the assignee.
    """
    mine = list(roles_of(incident, actor.id))
    taker = incident.acknowledged_by
    if not incident.assignee and taker is not None and taker.id and taker.id == actor.id:
        mine.insert(0, IncidentRole.ASSIGNEE)
    if not mine:
        raise Refused(NotInvolved(incident.reference, actor.id))
    note = check_text("note", note, NOTE_LIMIT)
    change = staffed(incident, dict.fromkeys(mine, person), actor=actor, now=now)
    said = (NewEntry(EntryKind.NOTE, actor, now, {"text": note}),) if note else ()
    return replace(change, entries=(*change.entries, *said))


def left(incident: Incident, person: str, *, invited: bool, actor: Actor, now: datetime) -> Change:
    """The incident without `person`, who may have been `invited`; refused where they have no part in it."""
    mine = roles_of(incident, person)
    if not (mine or invited):
        raise Refused(NotInvolved(incident.reference, person))
    gone = {"role": RESPONDER, "before": person, "after": ""}
    entries = [_assigned(incident, role, "", actor, now) for role in mine]
    if invited:
        entries.append(NewEntry(EntryKind.ASSIGNED, actor, now, gone))
    fields: dict[str, Any] = {role.value: "" for role in mine}
    return Change(incident, replace(incident, version=incident.version + 1, **fields), tuple(entries))


def _assigned(incident: Incident, role: IncidentRole, person: str, actor: Actor, now: datetime) -> NewEntry:
    """An entry of the assignee names no role, as it always did."""
    named = {} if role is IncidentRole.ASSIGNEE else {"role": role.value}
    data = {**named, "before": getattr(incident, role.value), "after": person}
    return NewEntry(EntryKind.ASSIGNED, actor, now, data)
