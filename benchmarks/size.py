"""P9: memory after 10,000 events, and what a million incidents cost those who list, search, show and acknowledge.

Run: .venv/bin/python -m benchmarks.size [INCIDENTS]
Goal: at most 120 MB; each of the four at most 2x what it takes with an empty database.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import sqlalchemy as sa

from benchmarks import stand
from incidentbot.store.database import make_engine
from incidentbot.store.tables import incidents, installations

EVENTS, BATCH, CLIENTS = 10_000, 50, 4
REPEATS: Final = 30
FIRST: Final = 1_000
SERIES: Final = {
    "sqlite": "WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < :count)",
    "postgresql": "WITH more(n) AS (SELECT generate_series(1, :count))",
}


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


def many(url: str, count: int) -> None:
    """Copies of the one resolved incident, which keep its every column but number and title."""
    names = [column.name for column in incidents.c]
    copied = [f"n + {FIRST}" if name == "number" else name for name in names]
    copied[names.index("title")] = "'Disk full on HOST-' || n"
    series = SERIES[sa.make_url(url).get_backend_name()]
    insert = f"INSERT INTO incidents ({', '.join(names)}) "
    select = f"SELECT {', '.join(copied)} FROM incidents, more WHERE number = 1"
    spelled = series + " " + insert + select if "RECURSIVE" not in series else insert + series + " " + select
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(spelled), {"count": count})
        connection.execute(sa.update(installations).values(last_number=FIRST + count))
    engine.dispose()


def timed(client: httpx.Client, on: stand.Stage, count: int) -> dict[str, float]:
    """Median milliseconds of each."""

    def acknowledged() -> httpx.Response:
        made = client.post(f"{on.url}/v1/incidents", json={"title": "Something new"}).json()["ref"]
        started = time.perf_counter()
        answer = client.post(f"{on.url}/v1/incidents/{made}/acknowledge")
        spent.append(time.perf_counter() - started)
        return answer

    spent: list[float] = []
    some = f"INC-{FIRST + count // 2}" if count else "INC-1"
    acts: dict[str, Callable[[], httpx.Response]] = {
        "list": lambda: client.get(f"{on.url}/v1/incidents?limit=20"),
        "search": lambda: client.get(f"{on.url}/v1/incidents?q=HOST-{count // 2}&limit=20"),
        "show": lambda: client.get(f"{on.url}/v1/incidents/{some}"),
    }
    found = {name: _median(act, REPEATS if name != "search" else 5) for name, act in acts.items()}
    for _ in range(REPEATS):
        acknowledged().raise_for_status()
    return {**found, "acknowledge": stand.milliseconds(spent)}


def _median(act: Callable[[], httpx.Response], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        act().raise_for_status()
        times.append(time.perf_counter() - started)
    return stand.milliseconds(times)


def database(engine: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        url = stack.enter_context(stand.database(engine, folder))
        on = stack.enter_context(stand.stage(url))
        stack.enter_context(stand.served(on, folder))
        client = stack.enter_context(httpx.Client(headers=stand.BEARER, trust_env=False, timeout=120))
        client.post(f"{on.url}/v1/incidents", json={"title": "The first"}).raise_for_status()
        client.post(f"{on.url}/v1/incidents/INC-1/resolve").raise_for_status()
        empty = timed(client, on, 0)
        many(url, count)
        full = timed(client, on, count)
    stand.heading(f"P9 on {engine}: {count} incidents against none; goal 2x")
    for name, taken in full.items():
        print(f"  {name:12} {empty[name]:8.1f} ms -> {taken:8.1f} ms  {taken / empty[name]:6.2f}x")


if __name__ == "__main__":
    for each in stand.ENGINES:
        memory(each)
        database(each, stand.count(1_000_000))
