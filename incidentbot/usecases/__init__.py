"""What can be done to incidents: one verb a file, each call one transaction, no network."""

from incidentbot.domain.outcome import Done, Outcome
from incidentbot.usecases.acknowledge import acknowledge
from incidentbot.usecases.acknowledge_event import acknowledge_event
from incidentbot.usecases.action import add_action, change_action, end_action, reopen_action
from incidentbot.usecases.add_note import add_note
from incidentbot.usecases.assign import assign
from incidentbot.usecases.capture import capture
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.correct import correct
from incidentbot.usecases.create import create
from incidentbot.usecases.denied import denied
from incidentbot.usecases.erase import Erased, erase_person
from incidentbot.usecases.export import export
from incidentbot.usecases.fold import fold
from incidentbot.usecases.hand_over import hand_over
from incidentbot.usecases.invite import invite
from incidentbot.usecases.leave import leave
from incidentbot.usecases.permit import not_permitted
from incidentbot.usecases.receive import Receipt, Received, receive
from incidentbot.usecases.reopen import reopen
from incidentbot.usecases.resolve import resolve
from incidentbot.usecases.retrospective import write_retrospective
from incidentbot.usecases.snooze import snooze
from incidentbot.usecases.staff import staff
from incidentbot.usecases.unacknowledge import unacknowledge
from incidentbot.usecases.update import update

__all__ = [
    "Cause",
    "Done",
    "Erased",
    "Outcome",
    "Receipt",
    "Received",
    "acknowledge",
    "acknowledge_event",
    "add_action",
    "add_note",
    "assign",
    "capture",
    "change_action",
    "correct",
    "create",
    "denied",
    "end_action",
    "erase_person",
    "export",
    "fold",
    "hand_over",
    "invite",
    "leave",
    "not_permitted",
    "receive",
    "reopen",
    "reopen_action",
    "resolve",
    "snooze",
    "staff",
    "unacknowledge",
    "update",
    "write_retrospective",
]
