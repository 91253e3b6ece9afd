"""`serve` and `worker` as an operator runs them: they start, answer, and end in time."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from incidentbot.cli.child import held_port
from incidentbot.sandbox.harness import PATIENCE

CHECKOUT = Path(__file__).parents[3]
SECRET = "5f1b0c9e7a3d4826b1e0f9c8d7a6b5c4"
UNREACHABLE = "http://127.0.0.1:9/api/"


@contextmanager
def process(database_url: str, *words: str) -> Iterator["subprocess.Popen[str]"]:
    environ = {
        **os.environ,
        "DATABASE_URL": database_url,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": "xoxb-1-a",
        "SLACK_API_URL": UNREACHABLE,
        "INCIDENTBOT_LOG_FORMAT": "json",
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "incidentbot", *words], cwd=CHECKOUT, env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def answers(port: int) -> bool:
    until = time.monotonic() + PATIENCE
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        while time.monotonic() < until:
            try:
                return client.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
            except httpx.TransportError:
                threading.Event().wait(0.05)
    return False


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT))
@pytest.mark.parametrize("options", ((), ("--no-worker",)), ids=("worker", "no worker"))
def test_serving_starts_while_slack_is_down_and_ends_when_told(
    sqlite_url: str, number: signal.Signals, options: tuple[str, ...]
) -> None:
    with held_port() as port, process(sqlite_url, "serve", "--port", str(port), *options) as serving:
        assert answers(port)
        serving.send_signal(number)
        assert serving.wait(PATIENCE) == 0


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT))
def test_the_worker_alone_ends_when_told(database_url: str, number: signal.Signals) -> None:
    with process(database_url, "worker") as working:
        assert working.stderr is not None
        assert "workspace.unknown" in working.stderr.readline()
        working.send_signal(number)
        assert working.wait(PATIENCE) == 0


def test_a_port_that_is_taken_is_told_without_a_traceback(sqlite_url: str) -> None:
    with held_port() as port, process(sqlite_url, "serve", "--port", str(port)) as first:
        assert answers(port)
        with process(sqlite_url, "serve", "--port", str(port), "--no-worker") as second:
            assert second.stderr is not None
            told = second.stderr.read()
            assert second.wait(PATIENCE) == 1
        assert "--port" in told
        assert "Traceback" not in told
        assert first.poll() is None
