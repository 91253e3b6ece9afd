"""Killed at any named point, in any flow, on either database: told once, in order, and NopeSight knows."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from incidentbot.cli.child import held_port
from incidentbot.cli.manifest import manifest
from incidentbot.crashpoints import POINTS
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.world import demo_world
from tests import databases
from tests.proofs.checker import check
from tests.proofs.history import History, watch
from tests.proofs.stage import audited, unfinished, wait_for

FLOWS = ("create", "acknowledge", "resolve")
SAMPLE = {("create", "call_answered"), ("acknowledge", "after_commit"), ("resolve", "before_commit")}
# What a create by webhook passes only while it is folded, in a transaction that has no key of its own.
NOT_VISITED = {("create", "inbox_keyed")}
TIMER_POINTS = ("timer_fired", "timer_committed")
CASES = [
    pytest.param(flow, point, marks=() if (flow, point) in SAMPLE else (pytest.mark.matrix,), id=f"{flow}-{point}")
    for flow in FLOWS
    for point in POINTS
    if point not in TIMER_POINTS  # these flows end before any timer fires
    if (flow, point) not in NOT_VISITED
]


class Doomed:
    """The service as a process of its own that dies at `point`, once, after `arm`."""

    def __init__(self, environ: dict[str, str], port: int, point: str, marker: Path) -> None:
        self.port = port
        self.marker = marker
        self._command = [sys.executable, str(Path(__file__).with_name("doomed.py")), str(self.port), point, str(marker)]
        self._environ = {**os.environ, **environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.marker.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environ, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            while time.monotonic() < until:
                try:
                    if client.get(f"http://127.0.0.1:{self.port}/healthz").status_code == 200:
                        return
                except httpx.TransportError:
                    if self._process.poll() is not None:
                        break
                    time.sleep(0.05)
        raise AssertionError(self.marker.with_suffix(".log").read_text())

    def arm(self) -> None:
        Path(f"{self.marker}.armed").touch()

    def dies(self, seconds: float = PATIENCE) -> bool:
        assert self._process is not None
        try:
            return self._process.wait(seconds) == 9
        except subprocess.TimeoutExpired:
            return False

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE)


@contextmanager
def stage(
    database_url: str, folder: Path, point: str, history: History, config: str = ""
) -> Iterator[tuple[Harness, NopeSight, Doomed]]:
    """A workspace, a NopeSight and a doomed service with the YAML file `config`."""
    file = folder / "incidentbot.yaml"
    file.write_text(config, encoding="utf-8")
    clock = Clock()
    nopesight = sight.create_nopesight(clock, retry_scale=0.05)
    world = demo_world()
    mounts = Mounts(by_path={"/nopesight": nopesight})
    with held_port() as port, SandboxServer(world, clock=clock, mounts=lambda _server: mounts) as server:
        environ = {
            "DATABASE_URL": database_url,
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": world.bot_token,
            "SLACK_SIGNING_SECRET": world.app.signing_secret,
            "NOPESIGHT_API_URL": f"{server.url}/nopesight",
            "NOPESIGHT_API_TOKEN": sight.TOKEN,
            "NOPESIGHT_WEBHOOK_SECRET": sight.WEBHOOK_SECRET,
            "INCIDENTBOT_CONFIG": str(file),
        }
        bot = Doomed(environ, port, point, folder / "died")
        made = manifest(url=f"http://127.0.0.1:{bot.port}", socket_mode=False, steps=True)
        server.platform.app = App.from_manifest(world.app, made)
        watch(server.platform, history)
        nopesight.connect(f"http://127.0.0.1:{bot.port}/webhooks/nopesight")
        try:
            bot.start()
            # Not as a context manager: what a killed bot leaves unanswered is seen by people, and counted below.
            yield Harness(server), nopesight, bot
        finally:
            bot.stop()
            nopesight.close()


def seqs(slack: Harness) -> list[int]:
    """The numbers of the entries in the thread, as they stand there."""
    cards = [shown for shown in slack.history("#incidents") if shown.event_type == "incident"]
    return [reply.payload["seq"] for card in cards for reply in card.replies()]


@pytest.mark.parametrize(("flow", "point"), CASES)
def test_a_killed_process_loses_nothing_and_says_nothing_twice(
    flow: str, point: str, database_url: str, tmp_path: Path
) -> None:
    history = History()
    with stage(database_url, tmp_path, point, history) as (slack, nopesight, bot):
        told = 2
        if flow == "create":
            bot.arm()
        event = nopesight.fire(title="Disk full on PROD-WEB-01", severity="critical", ci="PROD-WEB-01")
        if flow == "create":
            _die_and_come_back(bot)
        slack.wait_until(lambda: seqs(slack) == [1, 2], what="the first two entries")
        steps: dict[str, tuple[str, str]] = {"acknowledge": ("ack", "acknowledged"), "resolve": ("resolve", "resolved")}
        for name, (command, status) in steps.items():
            if flow == name:
                bot.arm()
            slack.slash("/incident", f"{command} INC-1", as_="ana")
            if flow == name:
                _die_and_come_back(bot)
                # Nobody was told that it was done, so the person does it again; if it was done, that is refused.
                slack.slash("/incident", f"{command} INC-1", as_="ana")
            told += 1
            expected = list(range(1, told + 1))
            slack.wait_until(partial(_told, slack, expected), what=f"entries {expected}")
            _wait(partial(_stands, nopesight, event.id, status), f"NopeSight: {status}")
        slack.wait_until(lambda: _card_says(slack, "Resolved"), what="the card to be right")
        assert seqs(slack) == [1, 2, 3, 4]
        for owner in ("ben", "chloe", "hugo"):
            assert len(slack.direct_messages(owner)) == 1
        wait_for(lambda: not unfinished(database_url), "nothing to be left")
        audited(database_url, history, time.monotonic())
    assert check(history) == []


REMIND_SOON = "incidents: {remind_unacknowledged_after: {critical: 1s}, escalate_after: {}}"
TIMER_CASES = [
    pytest.param(point, marks=() if point == "timer_fired" else (pytest.mark.matrix,), id=point)
    for point in TIMER_POINTS
]


@pytest.mark.parametrize("point", TIMER_CASES)
def test_a_process_that_dies_while_a_timer_fires_reminds_once_all_the_same(
    point: str, database_url: str, tmp_path: Path
) -> None:
    history = History()
    with stage(database_url, tmp_path, point, history, REMIND_SOON) as (slack, nopesight, bot):
        bot.arm()
        nopesight.fire(title="Disk full on PROD-WEB-01", severity="critical", ci="PROD-WEB-01")
        _die_and_come_back(bot)
        slack.wait_until(lambda: "reminder" in _kinds(slack), timeout=PATIENCE, what="a reminder in the thread")
        slack.slash("/incident", "ack INC-1", as_="ana")
        slack.wait_until(lambda: _kinds(slack)[-1:] == ["acknowledged"], timeout=PATIENCE, what="the acknowledgement")
        wait_for(lambda: not unfinished(database_url), "nothing to be left")
        fired = _fired(database_url)
        assert len(fired) == len(set(fired)) == _kinds(slack).count("reminder")
        audited(database_url, history, time.monotonic())
    assert check(history) == []


def _kinds(slack: Harness) -> list[str]:
    """The kinds of the entries in the thread, in its order."""
    cards = [shown for shown in slack.history("#incidents") if shown.event_type == "incident"]
    return [reply.payload["kind"] for card in cards for reply in card.replies()]


def _fired(database_url: str) -> list[tuple[str, int, int]]:
    """What names each reminder for ever."""
    with databases.connected(database_url) as connection:
        entries = connection.exec_driver_sql("SELECT data FROM timeline_entries WHERE kind = 'reminder'").scalars()
        found = [one if isinstance(one, dict) else json.loads(one) for one in entries]
    return [(one["timer"], one["armed"], one["step"]) for one in found]


def _die_and_come_back(bot: Doomed) -> None:
    assert bot.dies(), "the crash point was not reached"
    bot.start()


def _card_says(slack: Harness, word: str) -> bool:
    return [word in shown.shown for shown in slack.history("#incidents") if shown.event_type == "incident"] == [True]


def _told(slack: Harness, expected: list[int]) -> bool:
    return seqs(slack) == expected


def _stands(nopesight: NopeSight, event_id: str, status: str) -> bool:
    return nopesight.events.get(event_id).status == status


def _wait(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)
