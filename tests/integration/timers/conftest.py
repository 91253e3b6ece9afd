"""A store with a clock that the test moves, timers of every kind, and what an incident's timers do, told shortly."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from incidentbot.bootstrap import policy_of
from incidentbot.domain.incident import Draft
from incidentbot.domain.outcome import Outcome
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import create
from incidentbot.usecases.fire import Fired, fire_due

TEAM = "T1"
FILE = """
incidents:
  remind_unacknowledged_after: {critical: 5m, high: 15m}
  escalate_after: {critical: 20m}
  escalate_to: ["@ben", "@nobody", "@oncall"]
  acknowledgement_expires_after: {critical: 4h}
  nudge_without_update_after: {critical: 30m}
  offer_closing_after: {low: 2d}
"""


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    """What a test does and sees."""

    store: Store
    clock: Clock
    keys: list[str] = field(default_factory=list)

    def do(self, work: Callable[..., Outcome], *args: Any, who: str = "UANA", **kwargs: Any) -> Outcome:
        self.keys.append("key")
        cause = Cause(TEAM, f"key-{len(self.keys)}", Actor(Source.SLACK, who, who.lower()), "slash_command")
        return work(self.store, cause, *args, **kwargs)

    def open(self, severity: Severity = Severity.CRITICAL, assignee: str = "") -> None:
        self.do(create, Draft("It burns", severity, assignee=assignee))

    def later(self, **length: float) -> list[str]:
        """Let time pass, then let one worker look; the kinds of what fired."""
        self.clock.at += timedelta(**length)
        return self.look()

    def look(self) -> list[str]:
        fired: list[str] = []
        while (one := fire_due(self.store)) is not None:
            fired += [one.kind.value] if one.kind else []
        return fired

    def fire(self) -> Fired | None:
        return fire_due(self.store)

    def entries(self, number: int = 1) -> tuple[Entry, ...]:
        with self.store.read(TEAM) as tx:
            return tx.timeline.page(number, limit=100)

    def last(self, number: int = 1) -> tuple[str, Mapping[str, Any]]:
        entry = self.entries(number)[-1]
        return entry.kind.value, entry.data

    def due_in(self, number: int = 1) -> dict[str, float]:
        """The minutes until each timer of an incident fires."""
        with self.store.read(TEAM) as tx:
            timers = tx.timers.of(number)
        return {one.kind.value: (one.due_at - self.clock.at).total_seconds() / 60 for one in timers if one.due_at}

    def told_directly(self) -> list[tuple[str, str]]:
        """Direct messages that are to be sent: the kind, and to whom."""
        with self.store.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT kind, target FROM effects WHERE kind IN ('reminder', 'invitation') AND outcome IS NULL"
                " ORDER BY kind, target"
            )
            return [(row.kind, row.target) for row in rows]


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    yield from _desk(database_url, tmp_path)


@pytest.fixture
def quick_desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The same on one database, for what no database decides."""
    yield from _desk(sqlite_url, tmp_path)


def _desk(url: str, folder: Path) -> Iterator[Desk]:
    file = folder / "incidentbot.yaml"
    file.write_text(FILE, encoding="utf-8")
    environ = {"DATABASE_URL": url, "SLACK_SIGNING_SECRET": "s" * 32, "INCIDENTBOT_CONFIG": str(file)}
    clock = Clock()
    store = Store(url, clock=clock, policy=policy_of(load(environ)))
    with store.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Acme", "https://acme.slack.com/"), tx.now)
        tx.mentions.learn("@ben", "UBEN", tx.now)
        tx.mentions.learn("@nobody", "", tx.now)
        tx.mentions.learn("@oncall", "S0ONCALL", tx.now)
        tx.groups.replace("S0ONCALL", ["UCYD", "UDEE"])
    yield Desk(store, clock)
    store.close()
