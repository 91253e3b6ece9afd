"""G6: what many do to one incident at once, at two replicas whose lines to the database are cut, fits one order.

The lines are cut at any moment, before COMMIT has arrived and after it was carried out. An answer that was lost is
asked for again under the same key, at the other replica, or never.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial

import sqlalchemy as sa

from incidentbot.store import DatabaseUnavailable, OutcomeUnknown
from tests.proofs.budget import Budget, hold
from tests.proofs.checker import TRANSITIONS, VERB_OF
from tests.proofs.history import History
from tests.proofs.linearizable import MOVES, Operation, linearizable
from tests.proofs.planted import NO_BUG, Bug
from tests.proofs.proxy import Cuts, proxy
from tests.proofs.rivals import Rivals, at_once, rivals

OPERATIONS = 50
AT_ONCE = 4
CUT = 0.03
SURELY_CUT = 10


def run(seed: int, budget: Budget, database_url: str, planted: Bug = NO_BUG) -> dict[str, int]:
    """One incident a round; a history that no order explains ends it."""
    chance, histories = random.Random(seed), 0
    cuts = Cuts(CUT, CUT, 0.002)
    with ExitStack() as stack:
        addresses: tuple[str, ...] = ()
        if database_url.startswith("postgresql"):
            addresses = tuple(stack.enter_context(proxy(database_url, cuts, seed + number)) for number in range(2))
        both = stack.enter_context(rivals(database_url, addresses, planted))
        if not addresses:
            _cut_commits(both, cuts, random.Random(seed))
        pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        for _ in budget.rounds():
            histories += 1
            ref = _insisted(both)
            _live(both, pool, chance, ref)
            hold(explained(both, ref), f"python -m tests.proofs histories --seed {seed} --count {budget.count}")
    assert sum(cuts.made.values()) or histories < SURELY_CUT, "no line was cut, so nothing was tried"
    asked = len(list(both.history.all("asked")))
    return {"histories": histories, "asked": asked, **{f"cut {name}": count for name, count in cuts.made.items()}}


def _insisted(both: Rivals) -> str:
    """A new incident, however often it takes."""
    while True:
        with suppress(DatabaseUnavailable):
            return both.incident()


def _live(both: Rivals, pool: ThreadPoolExecutor, chance: random.Random, ref: str) -> None:
    verbs = sorted(TRANSITIONS)
    for _ in range(OPERATIONS // AT_ONCE):
        acts = [
            partial(both.ask, chance.choice(both.stores), chance.choice(verbs), ref, f"U{n}", chance.choice((1, 3)))
            for n in range(AT_ONCE)
        ]
        at_once(pool, *acts)


def explained(both: Rivals, ref: str) -> list[str]:
    """What no order of events explains: of the answers, and of what the timeline tells."""
    problems = [] if linearizable(operations(both.history, ref)) else [f"{ref}: no order explains the answers"]
    problems += [f"{ref}: {got['error']}" for got in both.history.all("answered") if got["outcome"] == "broken"]
    state, walked = "open", list[str]()
    for kind in both.kinds(ref)[1:]:
        verb = VERB_OF[kind]
        if (state, verb) not in MOVES:
            problems.append(f"{ref}: {verb} out of {state}, after {walked}")
        state = MOVES.get((state, verb), state)
        walked.append(verb)
    done = sum(one.done is True for one in operations(both.history, ref))
    unknown = sum(one.done is None for one in operations(both.history, ref))
    if not done <= len(walked) <= done + unknown:
        problems.append(f"{ref}: {done} were confirmed and {unknown} unanswered, the timeline tells of {len(walked)}")
    return problems


def operations(history: History, ref: str) -> list[Operation]:
    """One operation a key, from when it was first asked until it was answered."""
    asked = [record for record in history.all("asked") if record["incident"] == ref]
    answers = {record["id"]: record for record in history.all("answered")}
    found: dict[str, Operation] = {}
    for record in asked:
        answer = answers[record["id"]]
        known = found.get(record["key"])
        began = known.asked if known else record.at
        if answer["outcome"] in ("done", "refused"):
            done = answer["outcome"] == "done"
            found[record["key"]] = Operation(record["verb"], began, answer.at, done, answer["state"])
        else:
            found.setdefault(record["key"], Operation(record["verb"], began))
    return list(found.values())


def _cut_commits(both: Rivals, cuts: Cuts, chance: random.Random) -> None:
    """SQLite has no line to be cut; its COMMIT can fail before and after it was done, as on a broken disk."""

    def committing(connection: sa.Connection) -> None:
        fate = cuts.fate(chance, b"COMMIT")
        raw = connection.connection.dbapi_connection
        assert raw is not None
        if fate == "after":
            raw.commit()
        if fate:
            raise OutcomeUnknown("cut")

    for store in both.stores:
        sa.event.listen(store.database.engine, "commit", committing)
