"""G1: whole processes of the service, killed with -9 while they answer; people ask another one again."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx

from incidentbot.cli.child import held_port
from tests.proofs.budget import Budget, hold
from tests.proofs.checker import check
from tests.proofs.forge import SETTLE
from tests.proofs.kills import CHECKOUT, LOST, told
from tests.proofs.stage import API_TOKEN, PATIENCE, Stage, stage, wait_for

HEADERS = {"Authorization": f"Bearer {API_TOKEN}"}
VERBS = ("create", "acknowledge", "resolve", "reopen", "unacknowledge", "note", "note")


class Process:
    """One `incidentbot serve`, as far as the settings go; with a short settle delay and no limits."""

    def __init__(self, scene: Stage, port: int, log: Path) -> None:
        self.port = port
        environ = {**os.environ, **scene.environ, "PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-m", "tests.proofs.serving", str(self.port)]
        with log.open("ab") as out:
            self._process = subprocess.Popen(command, env=environ, cwd=CHECKOUT, stdout=out, stderr=out)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        try:
            listed = httpx.get(f"{self.url}/v1/incidents?limit=1", headers=HEADERS, timeout=60, trust_env=False)
        except httpx.TransportError:
            assert self._process.poll() is None, "the service did not start"
            return False
        return listed.status_code == 200

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        self._process.send_signal(how)
        self._process.wait(60)


class Callers:
    """People with the REST API; each wish has a key, and is asked of anybody until somebody answers."""

    def __init__(self, scene: Stage, chance: random.Random) -> None:
        self.scene = scene
        self.chance = chance
        self.known: list[str] = []
        self._asked = 0
        self._http = httpx.Client(headers=HEADERS, timeout=5, trust_env=False)

    def begin(self) -> tuple[str, str, str]:
        self._asked += 1
        verb = self.chance.choice(VERBS) if self.known else "create"
        return f"key-{self._asked}", verb, self.chance.choice(self.known[-4:]) if verb != "create" else ""

    def insist(self, wish: tuple[str, str, str], processes: list[Process]) -> None:
        until, number = time.monotonic() + PATIENCE, 0
        while time.monotonic() < until:
            alive, number = list(processes), number + 1
            if alive and self._ask(wish, f"{wish[0]}.{number}", alive[number % len(alive)]):
                return
            time.sleep(0.1)

    def _ask(self, wish: tuple[str, str, str], one: str, process: Process) -> bool:
        key, verb, ref = wish
        facts = {"key": key, "verb": verb, "incident": ref, "marked": verb in ("note", "create")}
        self.scene.note("asked", id=one, **facts)
        path = {"create": "/v1/incidents", "note": f"/v1/incidents/{ref}/notes"}
        body = {"create": {"title": f"create [{key}]"}, "note": {"text": f"note [{key}]"}}
        try:
            got = self._http.post(
                process.url + path.get(verb, f"/v1/incidents/{ref}/{verb}"),
                json=body.get(verb, {}),
                headers={"Idempotency-Key": key},
            )
        except httpx.TransportError:
            got = None
        answer = _answer(got)
        self.scene.note("answered", id=one, disturbed=True, **answer)
        if answer["outcome"] == "done" and verb == "create":
            self.known.append(str(answer["incident"]))
        return answer["outcome"] != "unknown"

    def close(self) -> None:
        self._http.close()


def _answer(got: httpx.Response | None) -> dict[str, object]:
    """An answer as the history tells it; which entries it made is not part of this API's answer."""
    if got is None or got.status_code >= 500:
        return {"outcome": "unknown"}
    body = got.json()
    if got.is_success:
        facts = {"incident": body["ref"], "state": body["state"], "version": body["version"]}
        return {"outcome": "done", "seqs": [], "kinds": [], **facts}
    error = body["error"]
    return {"outcome": "refused", "code": error["code"], "state": (error.get("details") or {}).get("state")}


def run(seed: int, budget: Budget, database_url: str) -> dict[str, int]:
    """Kill until the budget is used up; on SQLite one process serves, on PostgreSQL two."""
    chance, killed = random.Random(seed), 0
    replicas = 2 if database_url.startswith("postgresql") else 1
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scene = stack.enter_context(stage(database_url))
        processes = [started(scene, stack.enter_context(held_port()), folder) for _ in range(replicas)]
        callers = Callers(scene, chance)
        pool = stack.enter_context(ThreadPoolExecutor(4))
        scene.server.platform.faults.lose_replies("chat.*", times=None, chance=LOST)
        for _ in budget.rounds():
            wishes = [callers.begin() for _ in range(chance.randint(2, 8))]
            asking = [pool.submit(callers.insist, wish, processes) for wish in wishes]
            time.sleep(chance.uniform(0, 0.2))
            victim = processes.pop(chance.randrange(len(processes)))
            victim.kill()
            killed += 1
            processes.append(started(scene, victim.port, folder))
            for one in asking:
                one.result()
        scene.settle(SETTLE)
        callers.close()
        for process in processes:
            process.kill(signal.SIGTERM)
    hold(check(scene.history), f"python -m tests.proofs processes --seed {seed} --count {budget.count}")
    return {"processes killed": killed, "asked": len(list(scene.history.all("asked"))), **told(scene)}


def started(scene: Stage, port: int, folder: Path) -> Process:
    """A process that answers."""
    process = Process(scene, port, folder / "service.log")
    wait_for(process.answers, (folder / "service.log").read_text()[-2000:] or "a process that answers")
    return process
