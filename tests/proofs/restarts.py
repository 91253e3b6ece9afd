"""Rolling deployments: one process after another is replaced, by SIGTERM, while 50 requests a second come in.

A new process answers before the old one is told to end, as a load balancer would have it. Nothing is lost, everybody is
answered in the end, and what was in flight when a process ended is told once.
"""

import random
import signal
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from incidentbot.cli.child import held_port
from tests.proofs.budget import Budget, hold
from tests.proofs.checker import check
from tests.proofs.forge import SETTLE
from tests.proofs.kills import told
from tests.proofs.processes import Callers, Process, started
from tests.proofs.stage import Stage, stage

REPLICAS = 2
A_SECOND = 50.0
CALLERS = 8
# So many may wait for an answer: a slow machine is asked less often, which the figures tell.
MOST_WAITING = 40
# How long a new process works before the next is replaced.
BETWEEN = 1.0


class Load:
    """People who ask whoever is there, at a steady pace, until told to stop."""

    def __init__(self, callers: Callers, processes: list[Process]) -> None:
        self._callers = callers
        self._processes = processes
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.asked = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _ask(self) -> None:
        waiting: deque[Future[None]] = deque()
        with ThreadPoolExecutor(CALLERS) as pool:
            while not self._stopped.wait(1 / A_SECOND):
                waiting.append(pool.submit(self._callers.insist, self._callers.begin(), self._processes))
                self.asked += 1
                if len(waiting) > MOST_WAITING:
                    waiting.popleft().result()
            for one in waiting:
                one.result()


def run(seed: int, budget: Budget, database_url: str) -> dict[str, int]:
    """Replace until the budget is used up."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scene = stack.enter_context(stage(database_url))
        ports = [stack.enter_context(held_port()) for _ in range(REPLICAS + 1)]
        spare = ports.pop()
        processes = [started(scene, port, folder) for port in ports]
        callers = Callers(scene, random.Random(seed))
        replaced, slowest, began = 0, 0.0, time.monotonic()
        with Load(callers, processes) as load:
            for _ in budget.rounds():
                processes.append(started(scene, spare, folder))
                old = processes.pop(0)
                told_to_end = time.monotonic()
                old.kill(signal.SIGTERM)
                slowest, spare = max(slowest, time.monotonic() - told_to_end), old.port
                replaced += 1
                time.sleep(BETWEEN)
        lasted = time.monotonic() - began
        scene.settle(SETTLE)
        callers.close()
        for process in processes:
            process.kill(signal.SIGTERM)
    how = f"python -m tests.proofs restarts-{database_url.partition(':')[0]} --seed {seed} --count {budget.count}"
    hold([*check(scene.history), *unanswered(scene)], how)
    figures = {"processes replaced": replaced, "requests": load.asked, "a second": int(load.asked / lasted)}
    return {**figures, "seconds for the slowest to end": int(slowest + 1), **told(scene)}


def unanswered(scene: Stage) -> list[str]:
    """Whoever asked had an answer in the end."""
    keys = {record["id"]: record["key"] for record in scene.history.all("asked")}
    answered = {keys[record["id"]] for record in scene.history.all("answered") if record["outcome"] != "unknown"}
    return [f"{key} was never answered" for key in sorted(set(keys.values()) - answered)]
