"""The demo as somebody runs it: a process, its printed story, its exit code, and nothing left behind."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from incidentbot.cli.show import Show
from incidentbot.cli.stage import stage
from incidentbot.sandbox.harness import PATIENCE, ExpectationFailed
from incidentbot.sandbox.scenarios import SCENARIOS
from incidentbot.sandbox.scenes import Scenario, Scene, Step

CHECKOUT = Path(__file__).parents[3]
# Each story over each transport; the whole matrix is for `make prove-change`.
SAMPLE = {("critical-server", "http"), ("critical-server", "socket"), ("bot-killed", "http"), ("slack-down", "socket")}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "incidentbot", *words]


def cells() -> Iterator[object]:
    for name in SCENARIOS:
        for transport in ("http", "socket"):
            marks = () if (name, transport) in SAMPLE else (pytest.mark.matrix,)
            yield pytest.param(name, transport, marks=marks)


@pytest.mark.parametrize(("scenario", "transport"), tuple(cells()))
def test_a_story_is_played_to_its_end_and_printed(scenario: str, transport: str, tmp_path: Path) -> None:
    options = ("--exit", "--port", "0", "--scenario", scenario, "--transport", transport)
    environ = {**os.environ, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "200", "SLACK_BOT_TOKEN": "not-for-the-demo"}
    done = subprocess.run(
        command("demo", *options), cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [step.tells for step in SCENARIOS[scenario].steps if step.tells not in done.stdout] == []
    assert "the thread of INC-1" in done.stdout
    assert not re.search(r"\b[UWSCD]0[A-Z0-9]{6,}\b", done.stdout), "ids are for machines"
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_arrive_is_named_and_the_demo_ends_with_1() -> None:
    def nothing(_scene: Scene) -> None:
        raise ExpectationFailed("the sky stayed blue")

    story = Scenario(
        "s", "S", "A story.", "Anything.", (Step("One", lambda _: None), Step("Two", nothing), Step("Three", nothing))
    )
    printed = io.StringIO()
    with stage(0, by_socket=False) as staged:
        assert not Show(Console(file=printed, width=200)).play(story, staged)
    told = printed.getvalue()
    assert "the sky stayed blue" in told
    assert "· One" not in told
    assert all(f"· {name}" in told for name in ("Two", "Three"))


def test_the_bot_can_be_killed_and_started_again() -> None:
    with stage(0, by_socket=False) as staged:
        for name, running in (("kill", False), ("start", True), ("restart", True), ("kill", False)):
            staged.commands[name]()
            assert staged.bot.running is running
    assert not staged.bot.running


# What a shell without job control starts in the background, these tests perhaps, ignores Ctrl-C; a terminal's does not.
HEEDING = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('incidentbot', run_name='__main__')"
)


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
def test_ctrl_c_ends_the_sandbox_and_the_bot(number: signal.Signals) -> None:
    heeding = [sys.executable, "-c", HEEDING, "sandbox", "--port", "0"]
    with subprocess.Popen(
        heeding, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = (re.findall(r"http://127\.0\.0\.1:\d+/", line) for line in process.stdout)
            address = next(found[0] for found in lines if found)
            panel = httpx.get(f"{address}panel/", trust_env=False).text
            ports = set(re.findall(r"127\.0\.0\.1:(\d+)", address + panel))
            assert len(ports) == 2
            process.send_signal(number)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
    assert [port for port in ports if _answers(int(port))] == []


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_that_is_taken_is_told_with_the_way_out() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        done = subprocess.run(
            command("demo", "--exit", "--port", port), cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert "--port" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Type these lines at a terminal."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    return lambda *lines: monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))


def test_at_a_terminal_the_bot_and_the_stories_take_commands(typed: Callable[..., None]) -> None:
    typed("kill", "start", "nonsense", "play typed-by-hand")
    printed = io.StringIO()
    with stage(0, by_socket=False) as staged:
        Show(Console(file=printed, width=200)).serve(staged)
    told = printed.getvalue()
    assert "dead" in told
    assert "'nonsense'" in told
    assert "Everything arrived" in told
