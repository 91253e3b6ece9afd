"""reach: direct messages about an incident, each when the person wants to be told: at once, later, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from incidentbot.domain.incident import Incident
from incidentbot.domain.preferences import told_at
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import InvitationSent, ReminderSent
from incidentbot.store import Transaction
from incidentbot.store.effects import Planned

Direct = InvitationSent | ReminderSent


def reach(tx: Transaction, incident: Incident, people: Sequence[str], message: Callable[[str], Direct]) -> None:
    """Plan `message` for each of `people` who want to be told of an incident of this severity."""
    for person in people:
        at = _told_at(tx, person, incident.severity)
        if at is not None:
            _plan(tx, incident, message(person), at)


def catch_up(tx: Transaction, incident: Incident) -> None:
    """The incident is critical from now on: whoever was spared so far is told after all, and at once."""
    tx.effects.hasten(incident.number, (InvitationSent.kind, ReminderSent.kind), tx.now)
    for invitee in tx.responders.of(incident.number):
        invitation = InvitationSent(incident.number, 1, invitee.id)
        if tx.effects.next_seq(invitation.lane) == 1:
            _plan(tx, incident, invitation, tx.now)


def _told_at(tx: Transaction, person: str, severity: Severity) -> datetime | None:
    known = tx.people.get(person)
    return told_at(tx.preferences.of(person), severity, known.tz if known else "", tx.now)


def _plan(tx: Transaction, incident: Incident, message: Direct, at: datetime) -> None:
    if not tx.policy.posting:
        return
    waits = message.needs_card and not incident.root_ts
    later = replace(message, later=True) if at > tx.now else message
    tx.effects.add([Planned(later, incident.severity, message.person, waits, at)], tx.now)
    tx.notify()
