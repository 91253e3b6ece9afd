"""The ordinary service without a token of its own, and a Slack with two workspaces that may install it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from incidentbot.bootstrap import Service, build
from incidentbot.cli.child import held_port
from incidentbot.cli.manifest import manifest
from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.world import World, demo_world, second_world
from incidentbot.settings import load
from incidentbot.store.secret_box import make_key
from tests.functional.stories.running import API_TOKEN, TIMINGS, Running

ACME, GLOBEX = demo_world(), second_world()


@dataclass
class Trial:
    """A Slack, the service, and a browser."""

    server: SandboxServer
    service: Service
    url: str
    keys: list[str]
    environ: dict[str, str]
    browser: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=PATIENCE))

    def begin(self) -> dict[str, str]:
        """Go to /slack/install; what the browser is sent to Slack with."""
        answer = self.browser.get(f"{self.url}/slack/install")
        assert answer.status_code == 302, answer.text
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    def allow(self, state: str, team: str) -> str:
        """Somebody of the workspace presses Allow; the code that Slack sends back with the state."""
        query = {"client_id": ACME.app.client_id, "state": state, "team": team, "redirect_uri": self.redirect}
        answer = self.browser.get(f"{self.server.url}/oauth/v2/authorize", params=query)
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert back["state"] == [state]
        return back["code"][0]

    @property
    def redirect(self) -> str:
        return f"{self.url}/slack/oauth_redirect"

    def come_back(self, **query: str) -> httpx.Response:
        return self.browser.get(self.redirect, params=query)

    def install(self, world: World) -> None:
        """The whole way through the browser."""
        state = self.begin()["state"]
        answer = self.come_back(state=state, code=self.allow(state, world.team_id))
        assert answer.status_code == 200, answer.text

    @contextmanager
    def harness(self, world: World) -> Iterator[Harness]:
        """Acts in a workspace; what else the app says there is not looked at."""
        harness = Harness(self.server, team=world.team_id)
        try:
            yield harness
        finally:
            harness.leave()

    def set_up(self, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        return self.browser.post(f"{self.url}/v1/integrations/slack/setup", json=given, headers=headers)

    def api(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        return self.browser.request(method, f"{self.url}/v1{path}", headers=headers, **given)


def settings_of(trial_url: str, server: SandboxServer, database_url: str, keys: list[str]) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "SLACK_API_URL": server.api_url,
        "SLACK_SIGNING_SECRET": ACME.app.signing_secret,
        "SLACK_CLIENT_ID": ACME.app.client_id,
        "SLACK_CLIENT_SECRET": ACME.app.client_secret,
        "INCIDENTBOT_API_TOKEN": API_TOKEN,
        "INCIDENTBOT_BASE_URL": trial_url,
        "INCIDENTBOT_SECRET_KEY": ",".join(keys),
    }


@pytest.fixture
def extra() -> Mapping[str, str]:
    """Further settings; a test module may say which."""
    return {}


@pytest.fixture
def worlds() -> tuple[World, ...]:
    """The workspaces of Slack; a test module may say which."""
    return ACME, GLOBEX


@pytest.fixture
def trial(database_url: str, tmp_path: Path, extra: Mapping[str, str], worlds: tuple[World, ...]) -> Iterator[Trial]:
    with held_port() as port, SandboxServer(ACME, GLOBEX) as server:
        url, keys = f"http://127.0.0.1:{port}", [make_key()]
        server.platform.app = App.from_manifest(ACME.app, manifest(url=url, socket_mode=False, steps=True))
        environ = {**settings_of(url, server, database_url, keys), **extra}
        if "YAML" in environ:
            path = tmp_path / "incidentbot.yaml"
            path.write_text(environ.pop("YAML"), encoding="utf-8")
            environ["INCIDENTBOT_CONFIG"] = str(path)
        service = build(load(environ), timings=TIMINGS)
        running = Running(service, port)
        running.start()
        one = Trial(server, service, url, keys, environ)
        try:
            yield one
        finally:
            one.browser.close()
            running.stop()
            service.close()
