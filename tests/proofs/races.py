"""G5: two people acknowledge one incident at once, at two replicas: one of them wins, and the other is told who did."""

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.proofs.budget import Budget, hold
from tests.proofs.linearizable import Operation, linearizable
from tests.proofs.planted import NO_BUG, Bug
from tests.proofs.rivals import Rivals, at_once, rivals


def run(seed: int, budget: Budget, database_url: str, planted: Bug = NO_BUG) -> dict[str, int]:
    """Race until the budget is used up; the first race without exactly one winner ends it."""
    chance, raced, won_by_first = random.Random(seed), 0, 0
    with rivals(database_url, planted=planted) as both, ThreadPoolExecutor(3) as pool:
        for _ in budget.rounds():
            raced += 1
            ref = both.incident()
            first = _race(both, pool, ref, chance.choice((2, 2, 3)))
            won_by_first += first
    return {"races": raced, "won by the first replica": won_by_first}


def _race(both: Rivals, pool: ThreadPoolExecutor, ref: str, runners: int) -> bool:
    """One race; whether the first replica won it."""
    stores = [both.stores[number % 2] for number in range(runners)]
    acts = [partial(both.ask, store, "acknowledge", ref, f"U{number}") for number, store in enumerate(stores)]
    answers = at_once(pool, *acts)
    winners = [number for number, answer in enumerate(answers) if answer["outcome"] == "done"]
    losers = [answer for answer in answers if answer["outcome"] == "refused" and answer["state"] == "acknowledged"]
    told = both.kinds(ref)
    problems = []
    if len(winners) != 1 or len(losers) != runners - 1:
        problems.append(f"{ref}: {len(winners)} winners of {runners}: {answers}")
    if told != ["created", "acknowledged"]:
        problems.append(f"{ref}: the timeline tells {told}")
    if not linearizable([Operation("acknowledge", 0, 1, answer["outcome"] == "done") for answer in answers]):
        problems.append(f"{ref}: no order explains {answers}")
    hold(problems, "python -m tests.proofs races")
    return bool(winners[0] % 2 == 0)
