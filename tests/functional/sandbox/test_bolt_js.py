"""The fake Slack is not merely shaped to our own client: an app of @slack/bolt (JavaScript) works against it too."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer

FOLDER = Path(__file__).parent / "bolt_js"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules" / "@slack" / "bolt").is_dir(),
        reason="@slack/bolt is not installed: tests/functional/sandbox/bolt_js/run installs and tries it",
    ),
]


def environment(server: SandboxServer, *, socket: bool) -> dict[str, str]:
    seed = server.platform.app.seed
    settings = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": server.workspace.installation.bot_token,
        "SLACK_SIGNING_SECRET": seed.signing_secret,
        "SLACK_API_URL": server.api_url,
    }
    return {**settings, "SLACK_APP_TOKEN": seed.app_token} if socket else settings


@pytest.fixture(params=["http", "socket"])
def h(server: SandboxServer, request: pytest.FixtureRequest) -> Iterator[Harness]:
    socket = request.param == "socket"
    command = ["node", "app.js"]
    with subprocess.Popen(
        command, cwd=FOLDER, env=environment(server, socket=socket), stdout=subprocess.PIPE, text=True
    ) as app:
        try:
            assert app.stdout is not None
            port = next(line.split()[1] for line in app.stdout if line.startswith("listening"))
            if not socket:
                server.platform.app.request_url = f"http://127.0.0.1:{port}/slack/events"
            with Harness(server) as harness:
                if socket:
                    harness.wait_until(lambda: server.slack.sockets.connected, what="a Socket Mode connection")
                yield harness
        finally:
            app.terminate()


def test_a_command_a_card_and_a_click(h: Harness) -> None:
    assert h.slash("/ticket", "tea", as_="ana").ok
    h.expect_ephemeral("ana", containing="You said tea")
    card = h.expect_message(event_type="ticket")
    assert h.click(card, "take", as_="ben").ok
    h.expect_edit(card, containing="U0BEN00002")


def test_a_modal_with_a_field_error(h: Harness) -> None:
    h.slash("/ticket", "form", as_="ana")
    modal = h.expect_modal("ana")
    assert modal.fill(name="bad").submit().errors == {"name": "Not that name"}
    assert modal.fill(name="Ana").submit().closed
    h.expect_message(containing="Ticket for Ana")


def test_a_mention_and_the_home_tab(h: Harness) -> None:
    said = h.mention_in("#incidents", "hello", as_="ana")
    h.expect_reply(said, containing="You called?")
    h.open_home(as_="ana")
    assert h.expect_home("ana").body["blocks"][0]["text"]["text"] == "A ticket"
