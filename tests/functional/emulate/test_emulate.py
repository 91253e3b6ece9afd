"""The service against somebody else's Slack: npm emulate, which is strict about scopes and knows nothing of us."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from incidentbot.bootstrap import build
from incidentbot.cli.child import held_port
from incidentbot.delivery.claim import Timings
from incidentbot.domain.scopes import BOT_SCOPES
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.company import COMPANY_DOMAIN, COMPANY_NAME, PEOPLE
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.world import demo_world
from incidentbot.settings import load
from tests.functional.stories.running import API_TOKEN, Running, installed, wait_for

FOLDER: Final = Path(__file__).parent
BOT_TOKEN: Final = "xoxb-1-strict"
WATCHER: Final = "xoxp-1-watcher"  # somebody who may see everything, to look with
ALL: Final = [
    *(f"{kind}:{right}" for kind in ("channels", "groups", "im", "mpim") for right in ("read", "history")),
    *("users:read", "reactions:read", "chat:write", "im:write"),
]
CHANNELS: Final = ("incidents", "alerts", "changes", "reports")

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules" / "emulate").is_dir(),
        reason="emulate is not installed: tests/functional/emulate/run installs and tries it",
    ),
]


def seed(scopes: list[str]) -> dict[str, Any]:
    bot = {"user_id": "UINC", "bot_id": "BINC", "app_id": "AINC"}
    people = [one for one in PEOPLE if one.slack and not one.deleted and not one.robot]
    return {
        "tokens": {BOT_TOKEN: {"login": "UINC", "scopes": scopes}, WATCHER: {"login": "UINC", "scopes": ALL}},
        "slack": {
            "team": {"name": COMPANY_NAME, "domain": COMPANY_DOMAIN},
            "users": [{"name": one.key, "real_name": one.name, "email": one.email} for one in people],
            "channels": [{"name": name} for name in CHANNELS],
            "oauth_apps": [
                {
                    "client_id": "1.2",
                    "client_secret": "not-used",
                    "app_id": "AINC",
                    "name": "incidentbot",
                    "redirect_uris": [],
                    "scopes": scopes,
                    "bot_id": "BINC",
                    "bot_user_id": "UINC",
                }
            ],
            "tokens": [{"token": BOT_TOKEN, "scopes": scopes, **bot}, {"token": WATCHER, "scopes": ALL, **bot}],
            "strict_scopes": True,
        },
    }


@dataclass(frozen=True, slots=True)
class Trial:
    """The service between the emulated Slack and the fake NopeSight."""

    nopesight: NopeSight
    service: httpx.Client
    slack: httpx.Client

    def look(self, method: str, **arguments: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.slack.post(method, data=arguments).json()
        assert answer["ok"], (method, answer)
        return answer

    def channel(self, name: str) -> str:
        channels = self.look("conversations.list")["channels"]
        return next(str(one["id"]) for one in channels if one["name"] == name)

    def thread(self) -> list[dict[str, Any]]:
        """The messages of the channel's newest thread, the card first."""
        channel = self.channel("incidents")
        cards = self.look("conversations.history", channel=channel)["messages"]
        if not cards:
            return []
        thread: list[dict[str, Any]] = self.look("conversations.replies", channel=channel, ts=cards[0]["ts"])[
            "messages"
        ]
        return thread

    def direct_messages(self) -> list[str]:
        """Who has had a direct message of the bot."""
        names = {one["id"]: one["name"] for one in self.look("users.list")["members"]}
        opened = self.look("conversations.list", types="im")["channels"]
        return sorted(
            names[other]
            for one in opened
            if self.look("conversations.history", channel=one["id"])["messages"]
            for other in [one["user"] if one["user"] != "UINC" else next(m for m in one["members"] if m != "UINC")]
        )

    def calls(self) -> dict[tuple[str, str], float]:
        """How often the service called each method, by result."""
        families = text_string_to_metric_families(self.service.get("/metrics").text)
        return {
            (sample.labels["method"], sample.labels["result"]): sample.value
            for family in families
            for sample in family.samples
            if sample.name == "incidentbot_slack_calls_total"
        }


@pytest.fixture
def without(request: pytest.FixtureRequest) -> str:
    """A scope that the bot lacks; none unless a test says so."""
    return str(getattr(request, "param", ""))


@pytest.fixture
def trial(sqlite_url: str, without: str) -> Iterator[Trial]:
    nopesight = sight.create_nopesight(Clock(), retry_scale=0.1)
    scopes = [scope.name for scope in BOT_SCOPES if scope.name != without]
    with (
        held_port() as port,
        held_port() as slack_port,
        SandboxServer(demo_world(), mounts=lambda _server: Mounts(by_path={"/nopesight": nopesight})) as server,
        subprocess.Popen(
            ["node", "start.js"], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as emulator,
    ):
        try:
            assert emulator.stdin is not None
            assert emulator.stdout is not None
            emulator.stdin.write(json.dumps({"port": slack_port, "seed": seed(scopes)}))
            emulator.stdin.close()
            assert emulator.stdout.readline() == "listening\n"
            yield from _served(sqlite_url, server.url, f"http://localhost:{slack_port}/api/", port, nopesight)
        finally:
            emulator.terminate()
            nopesight.close()


def _served(database_url: str, sandbox: str, slack_url: str, port: int, nopesight: NopeSight) -> Iterator[Trial]:
    nopesight.connect(f"http://127.0.0.1:{port}/webhooks/nopesight")
    environ = {
        "DATABASE_URL": database_url,
        "SLACK_API_URL": slack_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": "a-signing-secret-that-nobody-uses-here",
        "NOPESIGHT_API_URL": f"{sandbox}/nopesight",
        "NOPESIGHT_API_TOKEN": sight.TOKEN,
        "NOPESIGHT_WEBHOOK_SECRET": sight.WEBHOOK_SECRET,
        "INCIDENTBOT_API_TOKEN": API_TOKEN,
    }
    service = build(load(environ), timings=Timings(settle=timedelta(seconds=0.3), lease=timedelta(seconds=3)))
    running = Running(service, port)
    running.start()
    try:
        wait_for(lambda: installed(service), "the workspace to be known")
        with (
            httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {API_TOKEN}"}) as ours,
            httpx.Client(base_url=slack_url, headers={"Authorization": f"Bearer {WATCHER}"}) as slack,
        ):
            yield Trial(nopesight, ours, slack)
    finally:
        running.stop()
        service.close()


def live_it(trial: Trial) -> None:
    """An event comes in, and somebody acknowledges and resolves what became of it."""
    event = trial.nopesight.fire(title="CPU at 98 % on PROD-WEB-01", severity="critical", ci="PROD-WEB-01")
    wait_for(lambda: len(trial.thread()) == 3, "card, created and owner_invited")
    trial.service.post("/v1/incidents/INC-1/acknowledge", json={}).raise_for_status()
    trial.service.post("/v1/incidents/INC-1/resolve", json={"note": "Restarted nginx"}).raise_for_status()
    wait_for(lambda: trial.nopesight.events.get(event.id).status == "resolved", "NopeSight to know")
    wait_for(lambda: len(trial.thread()) == 5, "all entries")


def test_the_whole_story_needs_no_scope_that_the_manifest_does_not_ask_for(trial: Trial) -> None:
    live_it(trial)
    wait_for(lambda: trial.direct_messages() == ["ben", "chloe", "hugo"], "the owners' invitations")
    card, *entries = trial.thread()
    assert [entry["metadata"]["event_payload"]["seq"] for entry in entries] == [1, 2, 3, 4]
    assert card["metadata"]["event_payload"]["state"] == "resolved"
    assert {result for _method, result in trial.calls()} == {"ok"}


@pytest.mark.parametrize("without", ("reactions:write",), indirect=True)
def test_a_scope_that_is_refused_costs_its_own_feature_alone(trial: Trial) -> None:
    live_it(trial)
    wait_for(lambda: any(method == "reactions.add" for method, _ in trial.calls()), "the reactions")
    assert {method for method, result in trial.calls() if result != "ok"} == {"reactions.add"}
    assert [entry["metadata"]["event_payload"]["seq"] for entry in trial.thread()[1:]] == [1, 2, 3, 4]
