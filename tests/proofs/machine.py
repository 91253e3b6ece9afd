"""G4: Hypothesis drives the real use cases against a model of a page's length, on a real database.

The model knows what the contract says and nothing of the code: states, refusals, numbers, first answers to repeats,
one reply an entry. A workspace of its own for each example keeps them apart on one database.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule, run_state_machine_as_test

from incidentbot.bootstrap import policy_of
from incidentbot.domain.incident import Draft, Edit
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import create
from incidentbot.usecases.update import update
from tests.proofs.budget import Budget
from tests.proofs.checker import TRANSITIONS
from tests.proofs.linearizable import MOVES
from tests.proofs.stage import Now
from tests.simulation.people import WORK, Wish, shown

STEPS = 50
PEOPLE = ("U1", "U2", "U3")
KIND_OF = {
    "acknowledge": "acknowledged",
    "unacknowledge": "unacknowledged",
    "resolve": "resolved",
    "reopen": "reopened",
}
_teams = itertools.count(1)


@dataclass
class Known:
    """What the model knows of an incident."""

    ref: str
    severity: str
    dedupe_key: str
    title: str
    state: str = "open"
    kinds: list[str] = field(default_factory=lambda: ["created"])
    invited: set[str] = field(default_factory=set)


class Service(RuleBasedStateMachine):
    """`store` is set by `run`; each step is one wish, and is compared at once."""

    store: Store
    steps = 0
    incidents = Bundle("incidents")
    causes = Bundle("causes")

    def __init__(self) -> None:
        super().__init__()
        self.team = f"T{next(_teams):08}"
        self.all: list[Known] = []
        self._keys = itertools.count(1)
        with self.store.begin(self.team) as tx:
            tx.installations.save(Workspace(self.team, "Model", "https://model.slack.com/"), tx.now)

    # --- wishes ---------------------------------------------------------------------------------------------------

    @rule(target=incidents, severity=st.sampled_from(Severity), dedupe_key=st.sampled_from(("", "", "a", "b")))
    def create(self, severity: Severity, dedupe_key: str) -> Known:
        cause = self._cause("U1")
        title = f"Broken {cause.key}"
        got = shown(create(self.store, cause, Draft(title, severity, dedupe_key=dedupe_key)))
        same = self._open_under(dedupe_key)
        if same:
            assert (got["incident"], got["seqs"]) == (same[0].ref, [])
            return same[0]
        made = Known(f"INC-{len(self.all) + 1}", severity.value, dedupe_key, title)
        self.all.append(made)
        assert (got["incident"], got["state"], got["kinds"]) == (made.ref, "open", ["created"])
        return self._compared(made)

    @rule(target=causes, known=incidents, verb=st.sampled_from(sorted(TRANSITIONS)), who=st.sampled_from(PEOPLE))
    def move(self, known: Known, verb: str, who: str) -> tuple[Any, ...]:
        wish, cause = self._wish(verb, known, who)
        got = shown(WORK[verb](self.store, cause, wish))
        target = MOVES.get((known.state, verb))
        if target is None:
            assert (got["outcome"], got["code"], got["state"]) == ("refused", "transition_refused", known.state)
        else:
            if verb == "reopen" and self._open_under(known.dedupe_key):
                known.dedupe_key = ""
            known.state = target
            known.kinds.append(KIND_OF[verb])
            assert (got["outcome"], got["state"], got["seqs"]) == ("done", target, [len(known.kinds)])
        self._compared(known)
        return wish, cause, got

    @rule(target=causes, known=incidents, who=st.sampled_from(PEOPLE))
    def note(self, known: Known, who: str) -> tuple[Any, ...]:
        wish, cause = self._wish("note", known, who)
        got = shown(WORK["note"](self.store, cause, wish))
        known.kinds.append("note")
        assert (got["kinds"], got["seqs"]) == (["note"], [len(known.kinds)])
        self._compared(known)
        return wish, cause, got

    @rule(target=causes, known=incidents, who=st.sampled_from(PEOPLE))
    def invite(self, known: Known, who: str) -> tuple[Any, ...]:
        wish, cause = self._wish("invite", known, who)
        got = shown(WORK["invite"](self.store, cause, wish))
        if who in known.invited:
            assert got["code"] == "unchanged"
        else:
            known.invited.add(who)
            known.kinds.append("owner_invited")
            assert got["kinds"] == ["owner_invited"]
        self._compared(known)
        return wish, cause, got

    @rule(known=incidents, severity=st.sampled_from(Severity), renamed=st.booleans())
    def update(self, known: Known, severity: Severity, renamed: bool) -> None:
        cause = self._cause("U1")
        title = f"Renamed {cause.key}" if renamed else None
        got = shown(update(self.store, cause, known.ref, Edit(title=title, severity=severity)))
        changed = ["title_changed"] if renamed else []
        changed += ["severity_changed"] if severity.value != known.severity else []
        known.kinds += changed
        known.severity, known.title = severity.value, title or known.title
        assert got.get("kinds", []) == changed
        self._compared(known)

    @rule(before=consumes(causes))
    def repeat(self, before: tuple[Any, ...]) -> None:
        """The same cause again changes nothing and gets the first answer, whatever happened since."""
        wish, cause, first = before
        assert shown(WORK[wish.verb](self.store, cause, wish)) == first
        self._compared(next(one for one in self.all if one.ref == wish.ref))

    # --- comparing ------------------------------------------------------------------------------------------------

    def _compared(self, known: Known) -> Known:
        type(self).steps += 1
        number = int(known.ref.removeprefix("INC-"))
        with self.store.read(self.team) as tx:
            stored = tx.incidents.get(number)
            told = tx.timeline.page(number, limit=1000)
        assert stored is not None
        assert (stored.state.value, stored.severity.value, stored.title) == (known.state, known.severity, known.title)
        assert [entry.kind.value for entry in told] == known.kinds
        assert [entry.seq for entry in told] == list(range(1, len(known.kinds) + 1))
        assert self._replies(number) == list(range(1, len(known.kinds) + 1))
        return known

    def _open_under(self, dedupe_key: str) -> list[Known]:
        """The incident that has the key; resolved ones have left it to whoever comes next."""
        return [one for one in self.all if dedupe_key and one.dedupe_key == dedupe_key and one.state != "resolved"]

    def _replies(self, number: int) -> list[int]:
        query = sa.text(
            "SELECT seq FROM effects WHERE team_id = :team AND incident = :number AND kind = 'entry' ORDER BY seq"
        )
        with self.store.database.read() as connection:
            return list(connection.execute(query, {"team": self.team, "number": number}).scalars())

    def _cause(self, who: str) -> Cause:
        return Cause(self.team, f"key-{next(self._keys)}", Actor(Source.SLACK, who, who), "slash_command")

    def _wish(self, verb: str, known: Known, who: str) -> tuple[Wish, Cause]:
        cause = self._cause(who)
        return Wish(cause.key, verb, known.ref, who, Severity.HIGH), cause


def run(seed: int, budget: Budget, database_url: str) -> dict[str, int]:
    """So many steps in examples of STEPS; Hypothesis shrinks and prints what diverges."""
    clock = Now() if database_url.startswith("sqlite") else None
    policy = policy_of(load({"DATABASE_URL": database_url, "SLACK_SIGNING_SECRET": "s" * 32}))
    store, examples = Store(database_url, clock=clock, policy=policy), 0
    machine = type("Service", (Service,), {"store": store, "steps": 0})
    once = settings(
        max_examples=max(1, min(20, budget.count // STEPS)),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=False,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    try:
        for examples in Budget(10**9, budget.seconds, budget.began).rounds():
            if machine.steps >= budget.count:  # type: ignore[attr-defined] # a class of our own making
                break
            run_state_machine_as_test(seeded(seed + examples)(machine), settings=once)
    finally:
        store.close()
    return {"steps": machine.steps, "rounds": examples}  # type: ignore[attr-defined] # as above
