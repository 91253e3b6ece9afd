"""Two replicas' stores on one database, and people who use both at once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from incidentbot.bootstrap import policy_of
from incidentbot.domain.incident import Draft
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import load
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import create
from tests import databases
from tests.proofs.history import History
from tests.proofs.planted import NO_BUG, Bug
from tests.proofs.stage import Now
from tests.simulation.people import WORK, Wish, shown

TEAM = "T0RIVALS01"


class Rivals:
    """`stores` are of two replicas; `history` tells who asked what when, and what each was answered."""

    def __init__(self, url: str, addresses: tuple[str, ...], planted: Bug) -> None:
        self.url = url
        self.history = History()
        clock = Now() if url.startswith("sqlite") else None
        policy = policy_of(load({"DATABASE_URL": url, "SLACK_SIGNING_SECRET": "s" * 32}))
        self.stores = [Store(address, clock=clock, policy=policy) for address in addresses]
        for store in self.stores:
            planted.plant(store.database.engine)
        self._lock = threading.Lock()
        self._asked = 0
        at_home = Store(url, clock=clock, policy=policy)
        with at_home.begin(TEAM) as tx:
            tx.installations.save(Workspace(TEAM, "Rivals", "https://rivals.slack.com/"), tx.now)
        at_home.close()

    def incident(self) -> str:
        """A new one, for rivals to meet at."""
        with self._lock:
            self._asked += 1
            key = f"incident-{self._asked}"
        made = create(self.stores[0], self._cause(key, "U0"), Draft("Contested", Severity.HIGH))
        assert isinstance(made, Done), made
        return made.incident.reference

    def ask(self, store: Store, verb: str, ref: str, who: str, tries: int = 1) -> dict[str, Any]:
        """One wish, asked for again where nobody knows what became of it; the answer."""
        with self._lock:
            self._asked += 1
            key = f"key-{self._asked}"
        answer: dict[str, Any] = {"outcome": "unknown"}
        for number in range(tries):
            answer = self._try(store, Wish(key, verb, ref, who, Severity.HIGH), f"{key}.{number}")
            if answer["outcome"] != "unknown":
                break
        return answer

    def _try(self, store: Store, wish: Wish, one: str) -> dict[str, Any]:
        facts = {"key": wish.key, "verb": wish.verb, "incident": wish.ref}
        self._note("asked", id=one, **facts)
        try:
            answer = shown(WORK[wish.verb](store, self._cause(wish.key, wish.who), wish))
        except DatabaseUnavailable:
            answer = {"outcome": "unknown"}
        except sa.exc.SQLAlchemyError as error:
            answer = {"outcome": "broken", "error": type(error).__name__}
        self._note("answered", id=one, disturbed=answer["outcome"] == "unknown", **answer)
        return answer

    def kinds(self, ref: str) -> list[str]:
        """The incident's timeline as stored."""
        query = sa.text("SELECT kind FROM timeline_entries WHERE incident = :number ORDER BY seq")
        with databases.connected(self.url) as connection:
            return list(connection.execute(query, {"number": int(ref.removeprefix("INC-"))}).scalars())

    def close(self) -> None:
        for store in self.stores:
            store.close()

    def _note(self, what: str, **facts: Any) -> None:
        # Under the lock, so that the order of the records is the order of the moments.
        with self._lock:
            self.history.note(time.monotonic(), what, **facts)

    def _cause(self, key: str, who: str) -> Cause:
        return Cause(TEAM, key, Actor(Source.SLACK, who, who), "button")


@contextmanager
def rivals(url: str, addresses: tuple[str, ...] = (), planted: Bug = NO_BUG) -> Iterator[Rivals]:
    """Two stores on the database at `url`, which they reach by `addresses`."""
    made = Rivals(url, addresses or (url, url), planted)
    try:
        yield made
    finally:
        made.close()


def at_once(pool: ThreadPoolExecutor, *acts: Any) -> list[Any]:
    """Do several things at the same moment; their results in order."""
    barrier = threading.Barrier(len(acts))

    def act(one: Any) -> Any:
        barrier.wait()
        return one()

    return list(pool.map(act, acts))
