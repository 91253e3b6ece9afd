"""`incidentbot subscribers …`."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from incidentbot.queries.subscribers import behind
from incidentbot.store import Store
from tests.integration.cli.conftest import Terminal

SECRET = "a-strong-secret-of-a-subscriber-0123456789"


class Program(BaseHTTPRequestHandler):
    """A program that takes nothing but what is signed, as far as its headers go."""

    heard: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(json.loads(body)["type"])
        self.send_response(200 if self.headers["webhook-signature"] and self.path == "/hook" else 404)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def address() -> Iterator[str]:
    """Where a program listens."""
    Program.heard = []
    server = HTTPServer(("127.0.0.1", 0), Program)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def configured(terminal: Terminal, tmp_path: Path, address: str) -> Terminal:
    file = tmp_path / "incidentbot.yaml"
    file.write_text(
        f'subscribers:\n  - {{name: page, url: "{address}/hook", secret: "{SECRET}"}}\n'
        f'  - {{name: lost, url: "{address}/nowhere", secret: "{SECRET}", changes: [resolved]}}\n',
        encoding="utf-8",
    )
    return Terminal({**terminal.environ, "INCIDENTBOT_CONFIG": str(file)})


def test_a_program_is_tried(configured: Terminal) -> None:
    told = configured.run("subscribers", "test", "page", DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert told.code == 0, told.err
    assert Program.heard == ["ping"]
    lost = configured.run("subscribers", "test", "lost")
    assert lost.code == 1
    assert "404" in lost.err
    assert SECRET not in lost.err + told.out


def test_what_a_program_was_not_told_is_listed_and_what_became_of_an_incident_told_again(
    configured: Terminal, store: Store
) -> None:
    assert configured.run("incidents", "create", "Database down").code == 0
    listed = configured.run("subscribers", "list", "--json").json
    assert [(one["name"], one["waiting"]) for one in listed] == [("page", 1), ("lost", 0)]
    assert "page" in configured.run("subscribers", "list").out
    again = configured.run("subscribers", "redeliver", "page", "INC-1", "--json")
    assert again.json == {"announcements": 1}
    assert behind(store)["page"].waiting == 1
    assert configured.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    "words",
    (("test", "nobody"), ("redeliver", "nobody", "INC-1"), ("redeliver", "page", "INC-404")),
    ids=" ".join,
)
def test_what_is_not_there_is_named(configured: Terminal, words: tuple[str, ...]) -> None:
    answer = configured.run("subscribers", *words)
    assert answer.code == 1
    assert (words[1] if words[1] == "nobody" else "INC-404") in answer.err


def test_without_subscribers_that_is_said(terminal: Terminal) -> None:
    assert terminal.run("subscribers", "list").code == 0
