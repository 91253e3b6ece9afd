"""The service as an operator runs it on two machines: one process takes requests, the other sends what follows."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from incidentbot.cli.child import held_port
from incidentbot.cli.manifest import manifest
from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.world import demo_world
from tests.functional.traces.collector import Collector, collecting

CHECKOUT = Path(__file__).parents[3]
API_TOKEN = "traces-token-" + "x" * 32


@dataclass
class Both:
    """Two processes of one service, what they log, and the workspace that they serve."""

    slack: Harness
    url: str
    logs: dict[str, Path]
    processes: dict[str, "subprocess.Popen[bytes]"]

    def log(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logs[name].read_text().splitlines() if line.startswith("{")]

    def end(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for name, process in self.processes.items():
            assert process.wait(PATIENCE) == 0, self.logs[name].read_text()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@contextmanager
def running(database_url: str, folder: Path, extra: Mapping[str, str]) -> Iterator[Both]:
    world = demo_world()
    with ExitStack() as stack:
        port = stack.enter_context(held_port())
        server = stack.enter_context(SandboxServer(world))
        url = f"http://127.0.0.1:{port}"
        server.platform.app = App.from_manifest(world.app, manifest(url=url, socket_mode=False, steps=False))
        environ = {
            "DATABASE_URL": database_url,
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": world.bot_token,
            "SLACK_SIGNING_SECRET": world.app.signing_secret,
            "INCIDENTBOT_API_TOKEN": API_TOKEN,
            "INCIDENTBOT_LOG_FORMAT": "json",
            "INCIDENTBOT_SETTLE_DELAY": "0.3s",
            **extra,
        }
        both = Both(Harness(server), url, {}, {})
        commands = {"serves": ("serve", "--port", str(port), "--no-worker"), "works": ("worker",)}
        for name, words in commands.items():
            log = both.logs[name] = folder / f"{name}.log"
            with log.open("wb") as out:
                both.processes[name] = subprocess.Popen(
                    [sys.executable, "-m", "incidentbot", *words],
                    cwd=CHECKOUT,
                    env={**os.environ, **environ},
                    stdout=out,
                    stderr=out,
                )
            stack.callback(both.processes[name].wait, PATIENCE)
            stack.callback(both.processes[name].kill)
            if name == "serves":
                wait_until_ready(both)
        yield both


def wait_until_ready(both: Both) -> None:
    until = time.monotonic() + PATIENCE
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    with httpx.Client(base_url=both.url, headers=headers, trust_env=False, timeout=PATIENCE) as client:
        while both.processes["serves"].poll() is None and time.monotonic() < until:
            try:
                if client.get("/v1/incidents?limit=1").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    raise AssertionError(both.logs["serves"].read_text())
