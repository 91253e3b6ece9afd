"""P1: how fast alerts are taken, ours durably before 202, against Alertmanager, which keeps them in memory.

Run: .venv/bin/python -m benchmarks.ingest [ROUNDS]
Goal: in batches of 50 at least 1.0x Alertmanager's alerts a second at most 0.5x its p99; one by one at least 0.35x.
"""

import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import alertmanager, stand

CLIENTS: Final = 8
# How many alerts one request carries, and how many requests a round has.
SHAPES: Final = ((50, 80), (1, 400))
NUMBERS: Final = itertools.count()
Figures = dict[tuple[str, int], list[tuple[float, float]]]


def fresh(size: int, requests: int) -> Iterator[list[dict[str, object]]]:
    """Alerts that nobody has seen; they become no incidents, since it is the taking that is measured."""
    for _ in range(requests):
        told = stand.alerts([f"Alert {next(NUMBERS)}" for _ in range(size)], began=datetime.now(UTC))
        for alert in told:
            alert["labels"]["severity"] = "warning"
        yield told


def ours(told: Sequence[Mapping[str, object]]) -> bytes:
    return stand.request("/webhooks/alertmanager", stand.notification(told), stand.BEARER)


def theirs(told: Sequence[Mapping[str, object]]) -> bytes:
    return stand.request("/api/v2/alerts", json.dumps(told).encode(), {"Content-Type": "application/json"})


def measure(engine: str, rounds: int) -> Figures:
    found: Figures = {}
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        on = stack.enter_context(stand.stage(stack.enter_context(stand.database(engine, folder))))
        stack.enter_context(stand.served(on, folder))
        sides = {"incidentbot": (on.port, ours)}
        if alertmanager.available():
            sides["alertmanager"] = (stack.enter_context(alertmanager.running(on)).port, theirs)
        for _ in range(rounds):
            for (size, requests), (name, (port, spell)) in itertools.product(SHAPES, sides.items()):
                run = stand.load(port, [spell(told) for told in fresh(size, requests)], CLIENTS)
                assert run.statuses <= {200, 202}, run.statuses
                taken = (size * run.rate, stand.milliseconds(run.times, 0.99))
                found.setdefault((name, size), []).append(taken)
    return found


def tell(engine: str, found: Figures) -> None:
    stand.heading(f"P1 on {engine}, {CLIENTS} clients")
    for (name, size), runs in found.items():
        rate, p99 = (stand.median([run[index] for run in runs]) for index in (0, 1))
        against = found.get(("alertmanager", size))
        times = f"{rate / stand.median([run[0] for run in against]):.2f}x" if against else ""
        print(f"  {size:3} a request  {name:12} {rate:8.0f} alerts/s {times:6}  p99 {p99:7.1f} ms")


if __name__ == "__main__":
    for database in stand.ENGINES:
        tell(database, measure(database, stand.count(3)))
