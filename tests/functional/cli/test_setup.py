"""`incidentbot setup` against a Slack workspace with tokens of its own: from nothing to the first incident."""

import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from incidentbot.cli import app, environment_file
from incidentbot.cli.child import Bot, held_port
from incidentbot.cli.manifest import manifest
from incidentbot.domain.scopes import BOT_SCOPES
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.world import demo_world
from incidentbot.settings import load
from tests import logs

SCOPES = tuple(scope.name for scope in BOT_SCOPES)
TITLE = "Test: incidentbot is set up"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    with logs.kept():
        yield


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    """A workspace that our own manifest was installed in, and nothing else was done to."""
    world = demo_world()
    with SandboxServer(replace(world, app=replace(world.app, scopes=SCOPES)), clock=Clock()) as running:
        yield running


@pytest.fixture
def slack(server: SandboxServer) -> Iterator[Harness]:
    with Harness(server) as harness:
        yield harness


def environ(server: SandboxServer, folder: Path, **more: str) -> dict[str, str]:
    given = {"SLACK_API_URL": server.api_url, "DATABASE_URL": f"sqlite:///{folder / 'incidentbot.db'}"}
    return {**given, **more}


def flags(server: SandboxServer, folder: Path) -> list[str]:
    world = server.workspace.world
    return [
        "setup",
        "--yes",
        *("--bot-token", world.bot_token),
        *("--signing-secret", world.app.signing_secret),
        *("--env-file", str(folder / "incidentbot.env")),
        *("--manifest-file", str(folder / "manifest.json")),
    ]


def run(words: list[str], given: Mapping[str, str], typed: str = "") -> Result:
    result = CliRunner().invoke(app, words, env=dict(given), input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def written(folder: Path) -> dict[str, str]:
    return environment_file.read(folder / "incidentbot.env")


@pytest.mark.parametrize("transport", ("socket", "http"))
def test_from_nothing_to_an_incident_that_somebody_acknowledges(
    server: SandboxServer, slack: Harness, tmp_path: Path, transport: str
) -> None:
    world, by_socket = server.workspace.world, transport == "socket"
    more = ["--app-token", world.app.app_token] if by_socket else ["--url", "https://incidents.acme.example"]
    done = run([*flags(server, tmp_path), "--transport", transport, *more], environ(server, tmp_path))
    assert done.exit_code == 0, done.output
    assert [secret for secret in (world.bot_token, world.app.signing_secret) if secret in done.output] == []
    file = tmp_path / "incidentbot.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    values = written(tmp_path)
    load(values, command="serve")
    card = slack.expect_message(channel="#incidents", containing=TITLE)

    with held_port() as port:
        bot = Bot(tmp_path, port, values, connected=lambda: not by_socket or server.slack.sockets.connected > 0)
        server.platform.app = App.from_manifest(world.app, manifest(url=bot.url, socket_mode=by_socket))
        try:
            bot.start()
            slack.click(card, "acknowledge_incident", as_="ana")
            slack.expect_edit(card, containing="cknowledged")
            checkup = run(["doctor", "--json", "--url", bot.url, "--timeout", "60"], values)
        finally:
            bot.stop()
    assert [line for line in json.loads(checkup.stdout)["findings"] if line["verdict"] == "fail"] == []
    assert checkup.exit_code == 0
    slack.leave()
    slack.ignore(lambda _shown: True)


def test_it_asks_tries_what_is_pasted_and_asks_again(server: SandboxServer, slack: Harness, tmp_path: Path) -> None:
    world = server.workspace.world
    server.workspace.delete_channel("#alerts")
    words = ["setup", "--env-file", str(tmp_path / "incidentbot.env"), "--manifest-file", str(tmp_path / "m.json")]
    pasted = (
        "n",  # Slack cannot reach this machine
        "short",
        world.app.signing_secret,
        "xoxb-1-2-wrongwrongwrong",
        world.bot_token,
        "xapp-1-wrong",
        world.app.app_token,
    )
    done = run([*words, "--transport", "socket"], environ(server, tmp_path), "\n".join(pasted[1:]) + "\n")
    assert done.exit_code == 0, done.output
    assert [secret for secret in pasted[1:] if len(secret) > 5 and secret in done.output] == []
    assert written(tmp_path)["SLACK_BOT_TOKEN"] == world.bot_token
    assert bot_user(server) in server.workspace.channel("#alerts").members
    slack.expect_message(channel="#incidents", containing=TITLE)
    slack.leave()
    slack.ignore(lambda _shown: True)


def bot_user(server: SandboxServer) -> str:
    return server.workspace.installation.bot_user_id


def test_a_channel_without_the_bot_is_joined_or_the_person_is_told(server: SandboxServer, tmp_path: Path) -> None:
    members = server.workspace.channel("#alerts").members
    members.discard(bot_user(server))
    words = [*flags(server, tmp_path), "--no-test-incident", "--transport", "http", "--url", "https://a.example"]
    server.workspace.installation.scopes = tuple(one for one in SCOPES if not one.startswith("channels:j"))
    assert "/invite @incidentbot" in run(words, environ(server, tmp_path)).output
    server.workspace.installation.scopes = SCOPES
    run([*words, "--force"], environ(server, tmp_path))
    assert bot_user(server) in members


def test_what_slack_refuses_ends_it_before_anything_is_written(server: SandboxServer, tmp_path: Path) -> None:
    words = [*flags(server, tmp_path), "--transport", "socket", "--app-token", "xapp-1-wrong"]
    refused = run(words, environ(server, tmp_path))
    assert refused.exit_code == 1
    assert "SLACK_APP_TOKEN" in refused.output
    assert "xapp-1-wrong" not in refused.output
    assert not (tmp_path / "incidentbot.env").exists()
    assert run([*words[:-2]], environ(server, tmp_path)).exit_code == 1


def test_a_file_of_variables_is_replaced_only_when_that_is_said(server: SandboxServer, tmp_path: Path) -> None:
    file = tmp_path / "incidentbot.env"
    file.write_text("MINE=1\n", encoding="utf-8")
    words = [*flags(server, tmp_path), "--no-test-incident", "--transport", "http", "--url", "https://a.example"]
    refused = run(words, environ(server, tmp_path))
    assert (refused.exit_code, file.read_text(encoding="utf-8")) == (1, "MINE=1\n")
    assert run([*words, "--force"], environ(server, tmp_path)).exit_code == 0
    assert (tmp_path / "incidentbot.env.old1").read_text(encoding="utf-8") == "MINE=1\n"
    assert "SLACK_BOT_TOKEN" in written(tmp_path)


@pytest.mark.parametrize("url", ("", "http://incidents.acme.example", "nonsense"))
def test_an_address_that_slack_cannot_call_is_refused(server: SandboxServer, tmp_path: Path, url: str) -> None:
    words = [*flags(server, tmp_path), "--transport", "http", "--url", url]
    assert run(words, environ(server, tmp_path)).exit_code == 1
    assert not (tmp_path / "incidentbot.env").exists()
