"""G1: workers are killed with -9, stopped and continued at random moments, while people work and replies get lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.proofs.budget import Budget, hold
from tests.proofs.checker import check
from tests.proofs.client import Client
from tests.proofs.forge import LEASE, SETTLE
from tests.proofs.stage import Stage, stage, wait_for

CHECKOUT = Path(__file__).parents[2]
WORKERS = 2
LOST = 0.03
# One that was stopped for longer than its lease and is killed as soon as it has sent something is beyond the promise
# (docs/delivery.md), so it is left alive for so long.
SPARED = 5.0


class Forge:
    """Makes workers, and unmakes them."""

    def __init__(self, stage: Stage) -> None:
        environ = {**os.environ, **stage.environ, "PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-m", "tests.proofs.forge"]
        self._process = subprocess.Popen(
            command, env=environ, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pids: list[int] = []

    def fork(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.pids.append(int(self._process.stdout.readline()))

    def kill(self, pid: int) -> None:
        self.pids.remove(pid)
        os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        for pid in tuple(self.pids):
            self.kill(pid)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def forge(stage: Stage) -> Iterator[Forge]:
    made = Forge(stage)
    try:
        yield made
    finally:
        made.close()


def run(seed: int, budget: Budget, database_url: str) -> dict[str, int]:
    """Kill until the budget is used up, then let everything come to rest and check what is to be seen."""
    chance = random.Random(seed)
    killed = stopped = 0
    with stage(database_url) as scene, forge(scene) as made:
        client = Client(scene, chance)
        made.fork()
        wait_for(lambda: _installed(client), "the workspace to be known")
        scene.server.platform.faults.lose_replies("chat.*", times=None, chance=LOST)
        spared: dict[int, float] = {}
        for _ in budget.rounds():
            spared = {pid: until for pid, until in spared.items() if time.monotonic() < until}
            while len(made.pids) < WORKERS + len(spared):
                made.fork()
            client.act(chance.randint(1, 2))
            time.sleep(chance.uniform(0.0, 0.12))
            if chance.random() < 0.05:
                stopped += 1
                pid = chance.choice(made.pids)
                _stop_for_a_while(pid, chance.uniform(0.1, LEASE * 1.5))
                spared[pid] = time.monotonic() + SPARED
            made.kill(chance.choice([pid for pid in made.pids if pid not in spared]))
            killed += 1
        made.fork()
        scene.settle(SETTLE)
        client.close()
    hold(check(scene.history), f"python -m tests.proofs kills --seed {seed} --count {budget.count}")
    return {"kills": killed, "stops": stopped, "asked": len(list(scene.history.all("asked"))), **told(scene)}


def _stop_for_a_while(pid: int, seconds: float) -> None:
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


def _installed(client: Client) -> bool:
    with client.store.read("") as tx:
        return bool(tx.installations.all())


def told(scene: Stage) -> dict[str, int]:
    posted = [record["payload"].get("effect") for record in scene.history.all("posted")]
    assert posted, "nothing was told, so nothing was tried"
    return {"posted": len(posted), "twins swept": len(posted) - len(set(posted))}
