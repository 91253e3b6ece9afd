"""adjust: an incident is as somebody wants it, whatever of that is so already."""

from collections.abc import Mapping
from typing import Final

from incidentbot.domain import incident as decide
from incidentbot.domain.incident import Edit, Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.domain.severity import Severity
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save
from incidentbot.usecases.permit import permit

_MOVES: Final[Mapping[tuple[State, State], tuple[Trigger, Right]]] = {
    (State.OPEN, State.ACKNOWLEDGED): (Trigger.ACKNOWLEDGE, Right.ACKNOWLEDGE),
    (State.ACKNOWLEDGED, State.OPEN): (Trigger.UNACKNOWLEDGE, Right.ACKNOWLEDGE),
    (State.OPEN, State.RESOLVED): (Trigger.RESOLVE, Right.RESOLVE),
    (State.ACKNOWLEDGED, State.RESOLVED): (Trigger.RESOLVE, Right.RESOLVE),
    (State.RESOLVED, State.OPEN): (Trigger.REOPEN, Right.REOPEN),
    # Refused, and the refusal says what may be done instead.
    (State.RESOLVED, State.ACKNOWLEDGED): (Trigger.ACKNOWLEDGE, Right.ACKNOWLEDGE),
}


def adjust(
    store: Store, cause: Cause, ref: str, *, severity: Severity | None, state: State | None, text: str
) -> Outcome:
    """Change what differs (None: whatever it is), all of it or nothing. `text` is told with it, or as a note.

    Each change needs the right that it would need alone; where nothing has to change, the right to see it.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        trigger = _permitted(tx, cause, incident, severity, state, text)
        done = Done(incident)
        told = text
        if trigger is not None:
            done = save(tx, decide.move(incident, trigger, actor=cause.actor, now=tx.now, note=text))
            told = ""
        if severity not in (None, incident.severity):
            wanted = Edit(severity=severity, note=told)
            done = save(tx, decide.edit(done.incident, wanted, actor=cause.actor, now=tx.now))
        elif told:
            done = save(tx, decide.add_note(done.incident, told, actor=cause.actor, now=tx.now))
        return done

    return perform(store, cause, Right.VIEW, work)


def _permitted(
    tx: Transaction, cause: Cause, incident: Incident, severity: Severity | None, state: State | None, text: str
) -> Trigger | None:
    """How the state has to move, if it has to. Refused before anything is written."""
    trigger = None
    if state not in (None, incident.state):
        trigger, right = _MOVES[incident.state, state]
        permit(tx, cause, right)
    if severity not in (None, incident.severity):
        permit(tx, cause, Right.UPDATE)
    elif text and trigger is None:
        permit(tx, cause, Right.COMMENT)
    return trigger
