"""A workspace in which Ana does one thing after another, on a clock that the test moves."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from incidentbot.bootstrap import policy_of
from incidentbot.domain.outcome import Outcome
from incidentbot.domain.people import Actor, Person, Source
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.usecases import Cause
from tests.clocks import HandClock

TEAM = "T1"
HOME = Workspace(TEAM, "Acme", "https://acme.slack.com/")
ANA = Actor(Source.SLACK, "UANA", "ana")
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass
class WorkingDesk:
    """What Ana does here; tests add what they look at."""

    surface: ClassVar[str] = "slash_command"
    store: Store
    clock: HandClock
    used: int = 0

    def do(self, work: Callable[..., Outcome], *args: Any, after: float = 0) -> Outcome:
        """Run a use case so many minutes later."""
        self.clock.at += timedelta(minutes=after)
        self.used += 1
        return work(self.store, Cause(TEAM, f"key-{self.used}", ANA, self.surface), *args)


D = TypeVar("D", bound=WorkingDesk)


@contextmanager
def opened(kind: type[D], url: str, *people: Person) -> Iterator[D]:
    """A desk in a workspace that knows these people, at noon."""
    clock = HandClock(NOON)
    policy = policy_of(load({"DATABASE_URL": url, "SLACK_SIGNING_SECRET": "s" * 32}))
    with closing(Store(url, clock=clock, policy=policy)) as store:
        with store.begin(TEAM) as tx:
            tx.installations.save(HOME, tx.now)
            for person in people:
                tx.people.save(person, tx.now)
        yield kind(store, clock)
