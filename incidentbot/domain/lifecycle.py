"""The lifecycle of an incident: one table, with `transitions` as its engine.

A machine is made for each question and thrown away (about 0.2 ms): no model is kept alive, nothing is called back. As
there are only some twenty questions, their answers are kept.
"""

from enum import StrEnum
from functools import cache
from typing import Final

from transitions import Machine, MachineError


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Trigger(StrEnum):
    """What moves an incident from one state to another."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    UNACKNOWLEDGE = "unacknowledge"


TRANSITIONS: Final[tuple[tuple[Trigger, State, State], ...]] = (
    (Trigger.ACKNOWLEDGE, State.OPEN, State.ACKNOWLEDGED),
    (Trigger.UNACKNOWLEDGE, State.ACKNOWLEDGED, State.OPEN),
    (Trigger.RESOLVE, State.OPEN, State.RESOLVED),
    (Trigger.RESOLVE, State.ACKNOWLEDGED, State.RESOLVED),
    (Trigger.REOPEN, State.RESOLVED, State.OPEN),
)


class _Cursor:
    """Carries the state for the length of one decision."""

    state: str


def _machine(cursor: _Cursor, state: State) -> Machine:
    return Machine(
        model=cursor,
        states=[s.value for s in State],
        transitions=[[trigger.value, source.value, target.value] for trigger, source, target in TRANSITIONS],
        initial=state.value,
        auto_transitions=False,
        send_event=False,
    )


@cache
def next_state(state: State, trigger: Trigger) -> State | None:
    """The state that `trigger` leads to from `state`, or None where the table has no such move."""
    cursor = _Cursor()
    machine = _machine(cursor, state)
    try:
        machine.events[trigger.value].trigger(cursor)
    except MachineError:
        return None
    return State(cursor.state)


@cache
def allowed(state: State) -> tuple[Trigger, ...]:
    """The triggers that are legal in `state`, in the table's order."""
    names = _machine(_Cursor(), state).get_triggers(state.value)
    return tuple(trigger for trigger in Trigger if trigger.value in names)
