"""Replicas of the service as processes of their own, on one PostgreSQL and one sandbox."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from incidentbot.cli.child import held_port
from incidentbot.cli.manifest import manifest
from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.slack.limits import LimitRules
from incidentbot.sandbox.slack.platform import Rules
from incidentbot.sandbox.world import demo_world

API_TOKEN = "replicas-token-" + "x" * 32
REPLICAS = 2


@pytest.fixture
def slack() -> Iterator[Harness]:
    """A workspace without rate limits; they are tried elsewhere, and would make these tests take an hour."""
    with SandboxServer(demo_world(), rules=Rules(limits=LimitRules(enabled=False))) as server:
        made = manifest(url="http://127.0.0.1:9", socket_mode=False, steps=False)
        server.platform.app = App.from_manifest(server.workspace.world.app, made)
        yield Harness(server, patience=240)


@pytest.fixture
def replicas(slack: Harness, postgresql_url: str, tmp_path: Path) -> Iterator[list[str]]:
    """The addresses of all replicas."""
    world = slack.server.workspace.world
    environ = {
        "DATABASE_URL": postgresql_url,
        "SLACK_API_URL": slack.server.api_url,
        "SLACK_BOT_TOKEN": world.bot_token,
        "SLACK_SIGNING_SECRET": world.app.signing_secret,
        "INCIDENTBOT_API_TOKEN": API_TOKEN,
    }
    with ExitStack() as stack:
        ports = [stack.enter_context(held_port()) for _ in range(REPLICAS)]
        yield [stack.enter_context(_replica(environ, tmp_path / f"{port}.log", port)) for port in ports]


@contextmanager
def _replica(environ: dict[str, str], log: Path, port: int) -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("replica.py")), str(port)]
    path = {"PYTHONPATH": str(Path(__file__).parents[3])}
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**os.environ, **environ, **path}, stdout=out, stderr=out)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
        assert process.poll() is None, log.read_text()
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it takes requests and knows its workspace; nothing tells of that but its answers."""
    until = time.monotonic() + PATIENCE
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE) as client:
        while process.poll() is None and time.monotonic() < until:
            try:
                if client.get("/v1/incidents?limit=1").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    raise AssertionError(log.read_text())
