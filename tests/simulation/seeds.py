"""G3: seed after seed of the simulated world, in fair shares of bad, late and sleepy days."""

from dataclasses import replace

from tests.proofs.budget import Budget, hold
from tests.proofs.checker import check, nothing_is_given_up
from tests.simulation.run import fresh_sqlite, simulate
from tests.simulation.weather import BAD

DAYS = (BAD, BAD, BAD, replace(BAD, lost=0.1, late=3.0), replace(BAD, stop_after_claim=0.1))


def run(seed: int, budget: Budget, acts: int = 40) -> dict[str, int]:
    """A run a round, with two or three replicas; the first that does not hold ends it."""
    runs = happened = 0
    for number in budget.rounds():
        one = seed + number
        with fresh_sqlite() as url:
            history = simulate(one, url, DAYS[one % len(DAYS)], acts, replicas=2 + one % 2)
        hold(check(history, nothing_is_given_up), f"python -m tests.proofs simulation --seed {one} --count 1")
        runs, happened = runs + 1, happened + len(history.records)
    return {"seeds": runs, "things that happened": happened}
