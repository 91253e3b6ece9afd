"""A report over 100,000 incidents, made as the service makes it, and the figures of a week and a month among many more.

Run: .venv/bin/python -m benchmarks.report [INCIDENTS]
Goal: under 10 s and 300 MB for the report; 200 ms for the figures among 1,000,000 incidents on PostgreSQL.
"""

import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from benchmarks import stand
from incidentbot.bootstrap import SystemClock
from incidentbot.delivery.drawing import Drawer
from incidentbot.domain.job import Job, OwnReportOrder
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import stats
from incidentbot.queries.reports import report_content
from incidentbot.store import Store
from incidentbot.store.database import make_engine
from incidentbot.store.tables import incidents, timeline_entries

TEAM: Final = "T0BENCH"
BATCH: Final = 5_000
DAYS: Final = 720
ANA: Final = Actor(Source.SLACK, "U0ANA")
SEVERITIES: Final = ("critical", "high", "medium", "low")


def fill(url: str, count: int, days: int) -> None:
    """`count` incidents over so many days until now, each acknowledged and resolved but for the last few."""
    chance, now = random.Random(8), datetime.now(UTC)
    step = timedelta(days=days) / count
    engine = make_engine(url)
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        made = [_incident(number, now - (count - number + 1) * step, chance) for number in numbers]
        with engine.begin() as connection:
            connection.execute(sa.insert(incidents), [row for row, _ in made])
            connection.execute(sa.insert(timeline_entries), [entry for _, entries in made for entry in entries])
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))
    engine.dispose()


def _incident(number: int, at: datetime, chance: random.Random) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    taken = at + timedelta(seconds=chance.expovariate(1 / 300))
    over = taken + timedelta(seconds=chance.expovariate(1 / 7200))
    row: dict[str, Any] = {
        "team_id": TEAM,
        "number": number,
        "title": f"Disk full on HOST-{number}",
        "description": "",
        "severity": SEVERITIES[min(int(chance.expovariate(0.7)), 3)],
        "state": "resolved",
        "version": 3,
        "last_seq": 3,
        "source": "slack",
        "created_by": ANA,
        "created_at": at,
        "state_since": over,
        "state_by": ANA,
        "channel": "C0INCIDENT",
        "cis": [],
        "unknown_cis": [],
    }
    return row, list(_entries(number, (("created", at), ("acknowledged", taken), ("resolved", over))))


def _entries(number: int, happened: tuple[tuple[str, datetime], ...]) -> Iterator[dict[str, Any]]:
    for seq, (kind, at) in enumerate(happened, start=1):
        told = {"kind": kind, "actor": ANA, "data": {}, "happened_at": at, "recorded_at": at}
        yield {"team_id": TEAM, "incident": number, "seq": seq, **told}


def report(store: Store, count: int) -> None:
    """Everything from the order to the document."""
    order = OwnReportOrder("incidents", "30d")
    job = Job(TEAM, "0" * 32, order, ANA, "C0REPORTS", datetime.now(UTC))
    started, used = time.perf_counter(), _used(resource.RUSAGE_SELF)
    content = report_content(store, job, "Europe/Berlin")
    read = time.perf_counter()
    made = asyncio.run(Drawer().make(content))
    ended = time.perf_counter()
    own, child = (
        resource.getrusage(which).ru_maxrss / 1024 for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"  report of {count}: read {read - started:.1f} s, made {ended - read:.1f} s (goal 10 s in all)")
    print(f"  of the processor: {_used(resource.RUSAGE_SELF) - used:.1f} s and {_used(resource.RUSAGE_CHILDREN):.1f} s")
    print(f"  memory: {own:.0f} MB in the process that reads, {child:.0f} MB in the one that makes (goal 300 MB)")
    print(f"  {len(made.document) // 1024} KB of PDF, {len(made.picture) // 1024} KB of picture; {content.summary[0]}")


def _used(which: int) -> float:
    usage = resource.getrusage(which)
    return usage.ru_utime + usage.ru_stime


def figures(store: Store, count: int) -> None:
    """The answer of /incident stats."""
    for period in ("24h", "7d", "30d"):
        found, spent = stats(store, TEAM, period), []
        for _ in range(5):
            started = time.perf_counter()
            stats(store, TEAM, period)
            spent.append(time.perf_counter() - started)
        named = f"{found.figures.created} of {count} incidents"
        print(f"  figures of {period}: {stand.milliseconds(spent):.0f} ms over {named} (goal 200 ms)")


def measure(engine: str, count: int, days: int, *, whole: bool) -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        url = stack.enter_context(stand.database(engine, Path(temporary)))
        store = Store(url, clock=SystemClock())
        stack.callback(store.close)
        with store.begin(TEAM) as tx:
            tx.installations.save(Workspace(TEAM, url="https://acme.slack.com/"), tx.now)
        fill(url, count, days)
        stand.heading(f"Reports on {engine}: {count} incidents over {days} days")
        if whole:
            report(store, count)
        else:
            figures(store, count)


if __name__ == "__main__":
    wanted = stand.count(1_000_000)
    for each in stand.ENGINES:
        measure(each, min(wanted, 100_000), 30, whole=True)
        measure(each, wanted, DAYS, whole=False)
