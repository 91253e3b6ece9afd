"""Events taken by the real use case on the real database, with time as a hand that is moved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from incidentbot.domain.conditions import parse
from incidentbot.domain.incident import Incident
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.routing import Rule
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import EventNotified
from incidentbot.store import Store
from incidentbot.store.effects import EffectRow
from incidentbot.usecases import Cause
from incidentbot.usecases.take import take

NOON: Final = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
TEAM: Final = "T1"
ANA: Final = Actor(Source.CLI, name="Ana")
POLICY: Final = Policy(
    create_when=parse("severity == 'critical'"),
    channels={severity: f"#{severity.value}" for severity in Severity},
    rules=(Rule("Servers", parse("ci_type == 'server'"), ("#servers",), ("@oncall",)),),
)


class HandClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def move(self, **length: float) -> None:
        self.time += timedelta(**length)


class Desk:
    """A workspace's events and what became of them."""

    def __init__(self, store: Store, clock: HandClock, team: str = TEAM) -> None:
        self.store = store
        self.clock = clock
        self.team = team
        self._causes = 0
        with store.begin("") as tx:
            tx.installations.save(Workspace(team, name="Acme", url="https://acme.slack.com/"), tx.now)

    def cause(self) -> Cause:
        self._causes += 1
        return Cause(self.team, f"cause-{self._causes}", ANA, "cli")

    def take(self, *events: MonitoringEvent) -> None:
        for event in events:
            with self.store.begin(self.team) as tx:
                take(tx, event)

    def incidents(self) -> list[Incident]:
        with self.store.read(self.team) as tx:
            return sorted(tx.incidents.page(limit=100), key=lambda one: one.number)

    def entries(self, number: int = 1) -> list[Entry]:
        with self.store.read(self.team) as tx:
            return list(tx.timeline.page(number, limit=100))

    def kinds(self, number: int = 1) -> list[str]:
        return [entry.kind.value for entry in self.entries(number)]

    def waiting(self) -> list[EffectRow]:
        """Effects due by now, what waits for a card included."""
        with self.store.begin(self.team) as tx:
            for one in self.incidents():
                tx.effects.go_without_card(one.number, EventNotified.kind, tx.now)
            return list(tx.effects.due(tx.now, limit=1_000))

    def told(self) -> list[str]:
        """The channels that are told of events, one for each that waits to be told."""
        return sorted(row.effect.channel for row in self.waiting() if isinstance(row.effect, EventNotified))


def event(event_id: str = "e1", status: str = "open", after: float = 0, **facts: Any) -> MonitoringEvent:
    """An event as it was `after` minutes past noon; critical, and of PROD-WEB-01 unless said otherwise."""
    moment = NOON + timedelta(minutes=after)
    made = MonitoringEvent(
        "nopesight",
        event_id,
        f"Something about {event_id}",
        Severity.CRITICAL,
        EventStatus(status),
        NOON,
        moment,
        cis=(CiRef("ci_web_01", "PROD-WEB-01", "server"),),
        service="Web shop",
    )
    return replace(made, **facts)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(database_url: str, clock: HandClock) -> Iterator[Desk]:
    store = Store(database_url, clock=clock, policy=POLICY)
    yield Desk(store, clock)
    store.close()
