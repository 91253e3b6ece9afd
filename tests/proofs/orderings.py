"""G12: the deliveries of one story, in every order and some of them twice, end in one state."""

import itertools
import json
import random
from typing import Any

from incidentbot.bootstrap import READERS, policy_of
from incidentbot.domain.workspace import Workspace
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.nopesight import NopeSight, create_nopesight
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.usecases.fold import fold
from incidentbot.usecases.receive import Received, receive
from tests.proofs.budget import Budget, hold
from tests.proofs.stage import Now
from tests.simulation.run import fresh_sqlite

TEAM = "T0ORDERS01"
DELIVERIES = 6


class _Told:
    """Takes what NopeSight tells instead of sending it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def publish(self, kind: str, data: dict[str, Any], department: str, timestamp: str) -> None:
        number = len(self.bodies) + 1
        body = {"id": f"whd_{number}", "type": kind, "timestamp": timestamp, "department": department, "data": data}
        self.bodies.append(json.dumps(body).encode())


def story(seed: int) -> list[bytes]:
    """Six deliveries about one or two events: they begin, change, are acknowledged, end."""
    chance, told = random.Random(seed), _Told()
    clock = Clock()
    sight: NopeSight = create_nopesight(clock)
    sight.webhooks = told  # type: ignore[assignment] # what it tells is collected
    events = [sight.fire("CPU 98% on PROD-WEB-01", "critical", "PROD-WEB-01")]
    if chance.random() < 0.5:
        events.append(sight.fire("Disk full on PROD-WEB-01", "critical", "PROD-WEB-01"))
    while len(told.bodies) < DELIVERIES:
        clock.advance(chance.uniform(1, 300))
        event = chance.choice(events)
        status = sight.events.get(event.id).status
        if status == "open" and chance.random() < 0.4:
            sight.acknowledge(event.id)
        elif status != "resolved" and chance.random() < 0.3:
            sight.resolve(event.id)
        else:
            sight.update(event.id, occurrences=event.occurrences + 1)
    return told.bodies[:DELIVERIES]


def ending(bodies: list[bytes], order: tuple[int, ...], twice: frozenset[int]) -> tuple[Any, ...]:
    """What is true after the deliveries came in this order: events with their status, and the incident's state."""
    policy = policy_of(load({"SLACK_SIGNING_SECRET": "s" * 32}))
    with fresh_sqlite() as url:
        store = Store(url, clock=Now(), policy=policy)
        with store.begin(TEAM) as tx:
            tx.installations.save(Workspace(TEAM, "Orders", "https://orders.slack.com/"), tx.now)
        for number in order:
            for _ in range(1 + (number in twice)):
                receive(store, [Received("nopesight", f"delivery-{number}", bodies[number])])
            fold(store, READERS)
        with store.read(TEAM) as tx:
            incident = tx.incidents.get(1)
            linked = tx.events.linked(1) if incident else ()
            over = incident is not None and incident.state.value == "resolved"
            found = (over, tuple(sorted((event.event_id, event.status.value) for event in linked)))
        store.close()
    return found


def run(seed: int, budget: Budget) -> dict[str, int]:
    """So many orderings: all 720 of one story after another, or as many as fit."""
    chance, tried, stories = random.Random(seed), 0, 0
    rounds = budget.rounds()
    while tried < budget.count:
        stories += 1
        bodies = story(seed + stories)
        expected = ending(bodies, tuple(range(DELIVERIES)), frozenset())
        orders = list(itertools.permutations(range(DELIVERIES)))
        chance.shuffle(orders)
        for order in orders:
            if next(rounds, None) is None:
                return {"orderings": tried, "stories": stories}
            got = ending(bodies, order, frozenset(chance.sample(range(DELIVERIES), 2)))
            tried += 1
            problem = [f"story {seed + stories} in order {order}: {got} instead of {expected}"]
            hold(problem if got != expected else [], f"python -m tests.proofs orderings --seed {seed}")
    return {"orderings": tried, "stories": stories}
