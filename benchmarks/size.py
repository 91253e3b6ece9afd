"""P9: memory after 10,000 events, and what a million incidents cost those who list, search, show, click and look Home.

Run: .venv/bin/python -m benchmarks.size [INCIDENTS | DATABASE_URL]
Goal: at most 120 MB; each act at most 2x what it takes with an almost empty database. The acts are measured in the
process that does them, with the database but without HTTP and Slack, which would only make the two more alike. A
DATABASE_URL names one that `benchmarks.large` has filled (minutes): it gets a few incidents more.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import sqlalchemy as sa

from benchmarks import stand
from benchmarks.large import TEAM, fill
from incidentbot.bootstrap import SystemClock
from incidentbot.domain.incident import Draft
from incidentbot.domain.lifecycle import State
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.log import configure
from incidentbot.queries import find, list_incidents, responders, stats, timeline
from incidentbot.store import Store
from incidentbot.usecases import Cause, acknowledge, create

EVENTS, BATCH, CLIENTS = 10_000, 50, 4
REPEATS: Final = 25
FEW: Final = 20
UNRESOLVED: Final = (State.OPEN, State.ACKNOWLEDGED)
ACTOR: Final = Actor(Source.CLI, name="benchmark")


def memory(engine: str) -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        on = stack.enter_context(stand.stage(stack.enter_context(stand.database(engine, folder))))
        pid = stack.enter_context(stand.served(on, folder))
        before = stand.resident_megabytes(pid)
        requests = []
        for first in range(0, EVENTS, BATCH):
            told = stand.alerts([f"Alert {number}" for number in range(first, first + BATCH)], began=datetime.now(UTC))
            body = stand.notification(told, f"service {first % 20}")
            requests.append(stand.request("/webhooks/alertmanager", body, stand.BEARER))
        stand.load(on.port, requests, CLIENTS)
        with httpx.Client(trust_env=False, timeout=20) as client:
            until = time.monotonic() + 120
            while "incidentbot_inbox_oldest_seconds 0.0" not in client.get(f"{on.url}/metrics").text:
                assert time.monotonic() < until, "the events are not folded"
                time.sleep(0.2)
        after = stand.resident_megabytes(pid)
    stand.heading(f"P9 on {engine}: memory {before:.0f} MB at first, {after:.0f} MB after {EVENTS} events (goal 120)")


def reading(store: Store, count: int) -> dict[str, Callable[[], object]]:
    """What people look at, where there are `count` incidents."""
    middle = count // 2 + 1

    def home() -> object:
        with store.read(TEAM) as tx:
            return tx.homes.facts("U00001", datetime.now(UTC))

    def show() -> object:
        return find(store, TEAM, f"INC-{middle}"), timeline(store, TEAM, middle), responders(store, TEAM, middle)

    return {
        "list (unresolved)": lambda: list_incidents(store, TEAM, states=UNRESOLVED),
        "list (all)": lambda: list_incidents(store, TEAM),
        "list (resolved, critical)": lambda: list_incidents(
            store, TEAM, states=(State.RESOLVED,), severity=Severity.CRITICAL
        ),
        "search, one finds": lambda: list_incidents(store, TEAM, q=f"CHG-{100_000 + middle}"),
        "search, many find": lambda: list_incidents(store, TEAM, q="disk full"),
        "search, some find": lambda: list_incidents(store, TEAM, q="fleet 010 disk"),
        "search, none finds": lambda: list_incidents(store, TEAM, q="nowhere"),
        "show": show,
        "Home": home,
        "stats of 7 days": lambda: stats(store, TEAM, "7d"),
    }


def timed(url: str) -> dict[str, float]:
    """Median milliseconds of each act."""
    with closing(Store(url, clock=SystemClock())) as store:
        count = list_incidents(store, TEAM, limit=1).items[0].number
        found = {name: _median(act) for name, act in reading(store, count).items()}
        return {**found, "click (acknowledge)": stand.milliseconds([_acknowledged(store) for _ in range(REPEATS)])}


def _median(act: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return stand.milliseconds(times)


def _acknowledged(store: Store) -> float:
    unique = str(time.time_ns())
    made = create(store, Cause(TEAM, f"create {unique}", ACTOR, "cli"), Draft("Disk full once more", Severity.HIGH))
    assert isinstance(made, Done), made
    started = time.perf_counter()
    acknowledge(store, Cause(TEAM, f"acknowledge {unique}", ACTOR, "cli"), made.incident.reference)
    return time.perf_counter() - started


def compare(engine: str, full_url: str) -> None:
    with tempfile.TemporaryDirectory() as temporary, stand.database(engine, Path(temporary)) as empty_url:
        fill(empty_url, FEW)
        empty, full = timed(empty_url), timed(full_url)
    stand.heading(f"P9 on {engine}: a large database against one of {FEW} incidents; goal 2x")
    for name, taken in full.items():
        print(f"  {name:26} {empty[name]:8.2f} ms -> {taken:8.2f} ms  {taken / empty[name]:6.2f}x")


def database(engine: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as temporary, stand.database(engine, Path(temporary)) as url:
        fill(url, count, tell=True)
        compare(engine, url)


if __name__ == "__main__":
    configure(level="warning")
    named = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    if not named.isdigit():
        compare(sa.make_url(named).get_backend_name(), named)
    else:
        for each in stand.ENGINES:
            memory(each)
            database(each, int(named))
