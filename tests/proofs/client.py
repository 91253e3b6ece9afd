"""People at work, in the test's own process: they ask use cases on the service's database, and are not killed."""

import random
from concurrent.futures import ThreadPoolExecutor

from incidentbot.bootstrap import policy_of
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.settings import load
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases.cause import Cause
from tests.proofs.stage import Now, Stage
from tests.simulation.people import VERBS, WORK, Wish, shown

INCIDENTS_IN_PLAY = 6
TRIES = 20


class Client:
    """Asks by `chance`; each wish has its own key, and is asked for again where the database was away."""

    def __init__(self, stage: Stage, chance: random.Random, *, first: int = 0) -> None:
        self.stage = stage
        self.chance = chance
        clock = Now() if stage.database_url.startswith("sqlite") else None
        self.store = Store(stage.database_url, clock=clock, policy=policy_of(load(stage.environ)))
        self.known: list[str] = []
        self._asked = first
        self._team = stage.server.workspace.team_id

    def act(self, acts: int = 1) -> None:
        """So many wishes, some of them rivals at the same moment."""
        wishes = [self._wish() for _ in range(acts)]
        with ThreadPoolExecutor(min(4, len(wishes))) as pool:
            list(pool.map(self.insist, wishes))

    def insist(self, wish: Wish) -> None:
        """Ask until there is an answer."""
        for number in range(TRIES):
            if self._ask(wish, f"{wish.key}.{number}"):
                return

    def close(self) -> None:
        self.store.close()

    def _wish(self) -> Wish:
        self._asked += 1
        verb = self.chance.choice(VERBS) if self.known else "create"
        ref = self.chance.choice(self.known[-INCIDENTS_IN_PLAY:]) if verb != "create" else ""
        who, severity = self.chance.choice(self.stage.members), self.chance.choice(list(Severity))
        return Wish(f"key-{self._asked}", verb, ref, who, severity)

    def _ask(self, wish: Wish, one: str) -> bool:
        facts = {"key": wish.key, "verb": wish.verb, "incident": wish.ref, "marked": wish.verb in ("note", "create")}
        self.stage.note("asked", id=one, **facts)
        cause = Cause(self._team, wish.key, Actor(Source.SLACK, wish.who, wish.who), "slash_command")
        try:
            answer = shown(WORK[wish.verb](self.store, cause, wish))
        except DatabaseUnavailable as error:
            self.stage.note("answered", id=one, outcome="unknown", disturbed=True, error=str(error))
            return False
        # How fast answers are is measured elsewhere; here the machine is busy killing.
        self.stage.note("answered", id=one, disturbed=True, **answer)
        if answer["outcome"] == "done" and wish.verb == "create":
            self.known.append(answer["incident"])
        return True
