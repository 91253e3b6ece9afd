"""From the start of `incidentbot serve` to its readiness on an existing database, and what it takes while idle.

Run: .venv/bin/python -m benchmarks.start [SECONDS OF IDLENESS]
Goal: ready (`/readyz` answers 200, its Slack and NopeSight known) within 1 s; less than 1 % of one core while idle. The
processor's time of the start is what a busy machine does not change.
"""

import os
import tempfile
import threading
import time
from pathlib import Path

from benchmarks import stand

STARTS = 3


def processor_seconds(pid: int) -> float:
    """What the process has taken of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(engine: str, idle: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with stand.database(engine, folder) as url, stand.stage(url) as on:
            command = [*stand.SERVE, "--port", str(on.port)]
            ready, taken = [], []
            for _ in range(STARTS):
                started = time.perf_counter()
                with stand.process(command, f"{on.url}/readyz", folder, on.environ) as pid:
                    ready.append(time.perf_counter() - started)
                    taken.append(processor_seconds(pid))
            with stand.served(on, folder) as pid:
                threading.Event().wait(5)  # what is done once after a start is no idleness
                before = processor_seconds(pid)
                threading.Event().wait(idle)
                share = (processor_seconds(pid) - before) / idle
    stand.heading(f"Start and idleness on {engine}")
    print(f"  ready after {min(ready):.2f} s at best, {stand.median(ready):.2f} s median of {STARTS} (goal 1 s)")
    print(f"  the start takes {min(taken):.2f} s of the processor at best; idle {share:.2%} of a core (goal 1 %)")


if __name__ == "__main__":
    for database in stand.ENGINES:
        measure(database, stand.count(30))
