"""Every role, verb, way in, state and workspace: who may does, who may not changes nothing, wherever they try it."""

import itertools
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from incidentbot.bootstrap import SystemClock
from incidentbot.domain.incident import Draft, Edit, Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Permissions, Right, Role, table_of
from incidentbot.domain.policy import Policy
from incidentbot.domain.refusals import IncidentNotFound, NotPermitted
from incidentbot.domain.roles import IncidentRole
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import find, verify_audit
from incidentbot.store import Store
from incidentbot.usecases import (
    Cause,
    acknowledge,
    add_note,
    assign,
    create,
    invite,
    reopen,
    resolve,
    staff,
    unacknowledge,
    update,
)

OWN, OTHER = "T0ACME", "T0GLOBEX"
API: Final = Actor(Source.API, name="api")
UseCase = Callable[[Store, Cause, str], Outcome]

VERBS: Final[dict[str, tuple[Right, UseCase]]] = {
    "acknowledge": (Right.ACKNOWLEDGE, acknowledge),
    "unacknowledge": (Right.ACKNOWLEDGE, unacknowledge),
    "resolve": (Right.RESOLVE, resolve),
    "reopen": (Right.REOPEN, reopen),
    "update": (Right.UPDATE, lambda store, cause, ref: update(store, cause, ref, Edit(note="changed"))),
    "assign": (Right.ASSIGN, lambda store, cause, ref: assign(store, cause, ref, "U0SOMEONE")),
    "staff": (
        Right.ASSIGN,
        lambda store, cause, ref: staff(store, cause, ref, {IncidentRole.SCRIBE: "U0SOMEONE"}),
    ),
    "note": (Right.COMMENT, lambda store, cause, ref: add_note(store, cause, ref, "a note")),
    "invite": (Right.INVITE, lambda store, cause, ref: invite(store, cause, ref, ("U0SOMEONE",))),
    "create": (Right.CREATE, lambda store, cause, _ref: create(store, cause, Draft("New", Severity.LOW))),
}
ROLES: Final = {
    "admin": Role("admin", frozenset(Right), frozenset(Right)),
    "typist": Role("typist", commands=frozenset(Right)),
    "clicker": Role("clicker", actions=frozenset(Right)),
    "viewer": Role("viewer", frozenset({Right.SHOW}), frozenset({Right.VIEW})),
    "nobody": Role("nobody"),
}
SURFACES: Final = ("slash_command", "mention", "question", "button", "modal", "shortcut", "reaction")
PERMISSIONS: Final = Permissions(ROLES, {f"U0{name.upper()}": name for name in ROLES}, "nobody")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url, clock=SystemClock(), policy=Policy(permissions=PERMISSIONS))
    for team in (OWN, OTHER):
        with store.begin(team) as tx:
            tx.installations.save(Workspace(team), tx.now)
    yield store
    store.close()


class Cells:
    """Tries one cell after the other, each with an incident of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys = itertools.count()

    def _cause(self, team: str, actor: Actor = API, surface: str = "rest") -> Cause:
        return Cause(team, f"key-{next(self._keys)}", actor, surface)

    def _incident(self, team: str, state: State) -> Incident:
        made = create(self._store, self._cause(team), Draft("Something", Severity.HIGH))
        if state is not State.OPEN and isinstance(made, Done):
            move = acknowledge if state is State.ACKNOWLEDGED else resolve
            made = move(self._store, self._cause(team), made.incident.reference)
        assert isinstance(made, Done)
        return made.incident

    def wrong(self, verb: str, role: str, surface: str, state: State, team: str) -> str:
        """What is not as it should be in this cell, "" where all is."""
        right, use_case = VERBS[verb]
        incident = self._incident(team, state)
        # A reference that exists in the other workspace alone.
        ref = incident.reference if team == OWN else "INC-999999"
        actor = Actor(Source.SLACK, f"U0{role.upper()}")
        outcome = use_case(self._store, self._cause(OWN, actor, surface), ref)
        may = ROLES[role].has(right, table_of(right, surface))
        cell = f"{verb} by {role}, {surface}, {state}, {team}: {outcome}"
        if may is isinstance(outcome, NotPermitted):
            return cell
        if team == OTHER and may and verb != "create" and not isinstance(outcome, IncidentNotFound):
            return cell
        unchanged = find(self._store, team, incident.reference) == incident
        return "" if unchanged or (may and team == OWN) else f"{cell}, and yet it changed"


def test_a_sample_of_the_cells(store: Store) -> None:
    cells = Cells(store)
    states = itertools.cycle(State)
    wrong = [
        cells.wrong(verb, role, surface, next(states), OWN)
        for verb, role, surface in itertools.product(VERBS, ("admin", "clicker", "viewer"), ("slash_command", "button"))
    ]
    assert [one for one in wrong if one] == []
    assert verify_audit(store)[1] == []


@pytest.mark.matrix
def test_every_cell(store: Store) -> None:
    cells = Cells(store)
    everything = itertools.product(VERBS, ROLES, SURFACES, State, (OWN, OTHER))
    assert [one for one in itertools.starmap(cells.wrong, everything) if one] == []
    assert verify_audit(store)[1] == []
