"""Secrets that are in use stand in nothing that leaves the service: not when all is well, and not when all fails."""

import base64
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import sqlalchemy as sa
from typer.testing import CliRunner

from incidentbot import log
from incidentbot.cli import app as command_line
from incidentbot.domain.guard import NOPESIGHT, SLACK, Scheme
from incidentbot.domain.signing import sign
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.harness import PATIENCE
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.sandbox.world import demo_world
from incidentbot.store.secret_box import make_key
from incidentbot.store.tables import metadata
from tests import logs
from tests.databases import connected
from tests.functional.stories.running import API_TOKEN, Story, story

WORLD = demo_world()
NEWER, OLDER = "canary-newer-key", "canary-older-key"
SECRETS = {
    "bot token": WORLD.bot_token,
    "app token": WORLD.app.app_token,
    "signing secret": WORLD.app.signing_secret,
    "signing secret of a workspace": "canary-signing-secret-of-one-workspace-01",
    "client secret": "canaryClientSecret0123456789",
    "NopeSight's token": sight.TOKEN,
    "NopeSight's webhook secret": sight.WEBHOOK_SECRET,
    "NopeSight's older webhook secret": "canary-older-webhook-secret-0123456789",
    "API token": API_TOKEN,
    "key": make_key(),
    "older key": make_key(),
    "workflow secret": "canary-workflow-secret-0123456789-0123",
    "token of the file": "canary-token-of-the-file-0123456789-0123",
    "older token of the file": "canary-older-token-of-the-file-0123456789",
    "database password": "canaryDatabasePassword0123",
    "token that Slack refuses": "xoxb-canaryRefused-0123456789",
}
CONFIG = f"""
workflows:
- name: Canary
  trigger: {{type: webhook, slug: canary, secret: {SECRETS["workflow secret"]}}}
  actions: [{{type: notify_team, params: {{channel: '#incidents'}}}}]
api:
  tokens: [{{name: canary, token: "{SECRETS["token of the file"]},{SECRETS["older token of the file"]}", role: viewer}}]
"""
SETUP = "/v1/integrations/slack/setup"


@dataclass
class Seen:
    """Everything that left the service, by where."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=lambda: dict(SECRETS))

    def add(self, where: str, text: str) -> None:
        self.texts.setdefault(where, []).append(text)

    def hits(self) -> list[str]:
        """Where which secret was found, as it is or in the guises that texts give it."""
        return [
            f"{name} in {where}"
            for where, texts in self.texts.items()
            for name, secret in self.secrets.items()
            for guise in {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")}
            if any(guise in text for text in texts)
        ]


def with_secrets(url: str, seen: Seen) -> Any:
    def extra(server: SandboxServer) -> Mapping[str, str]:
        webhook = server.platform.webhook_url("#general")
        seen.secrets["incoming webhook"] = webhook.rpartition("/")[2]
        return {
            "DATABASE_URL": url,
            "SLACK_CLIENT_ID": WORLD.app.client_id,
            "SLACK_CLIENT_SECRET": SECRETS["client secret"],
            "SLACK_WEBHOOK_URL": webhook,
            "NOPESIGHT_WEBHOOK_SECRET": ",".join(SECRETS[f"NopeSight's {age}webhook secret"] for age in ("", "older ")),
            "INCIDENTBOT_SECRET_KEY": f"{SECRETS['key']},{SECRETS['older key']}",
        }

    return extra


class Stranger:
    """Asks over HTTP, and keeps every answer."""

    def __init__(self, s: Story, seen: Seen) -> None:
        self._s = s
        self._seen = seen

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        answer = httpx.request(method, self._s.url + path, trust_env=False, timeout=PATIENCE, **request)
        self._seen.add("answers over HTTP", f"{answer.headers}\n{answer.text}")
        return answer

    def api(self, method: str, path: str, **request: Any) -> httpx.Response:
        return self.ask(method, path, headers={"Authorization": f"Bearer {API_TOKEN}"}, **request)

    def signed(self, path: str, scheme: Scheme, secret: str, body: bytes, kind: str) -> httpx.Response:
        timestamp = str(int(self._s.slack.server.clock.now()))
        signature = sign(secret, scheme.message(timestamp, body), prefix=scheme.prefix)
        headers = {scheme.timestamp: timestamp, scheme.signature: signature, "content-type": kind}
        return self.ask("POST", path, content=body, headers=headers)

    def says_secrets_where_none_belong(self) -> None:
        """Requests that are refused, with secrets in them."""
        for secret in SECRETS.values():
            self.ask("GET", "/v1/incidents", headers={"Authorization": f"Bearer {secret}x"})
            self.api("PATCH", "/v1/incidents/INC-1", json={"assignee": {"token": secret}})
            self.api("POST", SETUP, json={"bot_token": [secret], "signing_secret": secret[:20], "app_token": secret})
        self.api("POST", SETUP, json={"bot_token": SECRETS["token that Slack refuses"]})
        self.ask("POST", "/slack/events", content=b"{", headers={"x-slack-signature": SECRETS["signing secret"]})
        self.ask("GET", "/slack/oauth_redirect", params={"code": SECRETS["client secret"], "state": "x"})

    def asks_everything(self) -> None:
        for path in ("/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/slack/install"):
            self.ask("GET", path)
        for path in ("", "/INC-1", "/INC-1/timeline"):
            self.api("GET", f"/v1/incidents{path}")
        for age in ("", "older "):
            headers = {"Authorization": f"Bearer {SECRETS[f'{age}token of the file']}"}
            assert self.ask("GET", "/v1/incidents", headers=headers).status_code == 200
            assert self.ask("POST", "/v1/incidents", headers=headers, json={"title": "x"}).status_code == 403

    def sends_what_fails(self) -> None:
        """Ways in of every kind, each of which raises while a table is gone."""
        command = {"command": "/incident", "text": "list", "team_id": WORLD.team_id, "user_id": "U0"}
        body = urlencode(command | {"trigger_id": "1.2", "response_url": "https://hooks.slack.com/x"}).encode()
        form, secret = "application/x-www-form-urlencoded", SECRETS["signing secret"]
        assert self.signed("/slack/events", SLACK, secret, body, form).status_code >= 200
        event = json.dumps({"id": "whd_1", "type": "event.created", "data": {"event": {"_id": "e1"}}}).encode()
        self.signed("/webhooks/nopesight", NOPESIGHT, sight.WEBHOOK_SECRET, event, "application/json")
        for path in ("", "/INC-1/acknowledge"):
            assert self.api("POST", f"/v1/incidents{path}", json={"title": "x"} if not path else {}).status_code >= 500
        self.api("POST", SETUP, json=hand_over())


def hand_over() -> dict[str, str]:
    return {
        "bot_token": WORLD.bot_token,
        "app_token": WORLD.app.app_token,
        "signing_secret": SECRETS["signing secret of a workspace"],
    }


@contextmanager
def without(url: str, *tables: str) -> Iterator[None]:
    """Each statement about these fails in the block, as after a migration that went wrong."""
    for old, new in (("{}", "{}_gone"), ("{}_gone", "{}")):
        with connected(url) as connection:
            for table in tables:
                connection.execute(sa.text(f"ALTER TABLE {old.format(table)} RENAME TO {new.format(table)}"))
            connection.commit()
        if old == "{}":
            yield


def live(s: Story) -> None:
    """An incident from its event to its resolution, while Slack and NopeSight have their whims."""
    s.slack.server.platform.faults.add(Fault(FaultKind.HTML, times=1))
    s.slack.server.platform.faults.add(Fault(FaultKind.ERROR, "chat.postMessage", times=1, code="fatal_error"))
    s.nopesight.fire(title="CPU at 98 % on PROD-WEB-01", severity="critical", ci="PROD-WEB-01")
    card = s.slack.expect_message(channel="#incidents", containing="CPU at 98 %")
    s.slack.click(card, "acknowledge_incident", as_="ana")
    s.slack.expect_edit(card, containing="cknowledged")
    s.slack.slash("/incident", "resolve INC-1 done", as_="ana")
    s.slack.expect_reply(card, containing="done")


def typed(url: str, seen: Seen) -> None:
    """What the command line prints."""
    environ = {"DATABASE_URL": url, "INCIDENTBOT_SECRET_KEY": f"{SECRETS['key']},{SECRETS['older key']}"}
    for words in (
        "incidents list",
        "incidents export INC-1",
        "incidents list",
        "incidents export INC-1",
        "audit verify",
        "audit export",
        "effects list",
        "keys rotate",
    ):
        told = CliRunner().invoke(command_line, words.split(), env=environ)
        assert told.exit_code == 0, told.output
        seen.add(f"incidentbot {words}", told.output)
    wrong = dict.fromkeys(("DATABASE_URL", "SLACK_BOT_TOKEN", "NOPESIGHT_API_URL"), SECRETS["database password"])
    seen.add("refusal to start", CliRunner().invoke(command_line, ["serve"], env=wrong).output)
    assert "SLACK_SIGNING_SECRET" in seen.texts["refusal to start"][0]


def stored(url: str, seen: Seen) -> None:
    """The database, row by row and, where it is a file, byte by byte."""
    with connected(url) as connection:
        for table in metadata.sorted_tables:
            seen.add(f"table {table.name}", "\n".join(map(repr, connection.execute(sa.select(table)))))
    if url.startswith("sqlite:///"):
        files = list(Path(url.removeprefix("sqlite:///")).parent.glob("*.db*"))
        assert files
        for file in files:
            seen.add(f"file {file.suffix}", file.read_bytes().decode("latin-1"))


def test_no_secret_is_anywhere(database_url: str, tmp_path: Path) -> None:
    seen, logged = Seen(), io.StringIO()
    # The log is not told the secrets in use, so that nothing hides behind its striking them out.
    url = re.sub(r"postgres@", f"postgres:{SECRETS['database password']}@", database_url)
    extra = with_secrets(url, seen)
    with story(database_url, tmp_path, by_socket=True, config=CONFIG, extra=extra) as s:
        log.configure("json", "debug", stream=logged)
        stranger = Stranger(s, seen)
        assert stranger.api("POST", SETUP, json=hand_over()).status_code == 200
        live(s)
        stranger.says_secrets_where_none_belong()
        stranger.asks_everything()
        with without(database_url, "timeline_entries", "credentials", "inbox"):
            stranger.sends_what_fails()
        with logs.kept():
            typed(database_url, seen)
        s.slack.ignore(lambda _shown: True)  # what else was said is the business of other stories
        seen.add("messages", repr([s.slack.history(channel) for channel in ("#incidents", "#general")]))
        stored(database_url, seen)
        seen.add("log", logged.getvalue())
    # SQLite says of a table that is gone what it says of a disk that is: no traceback, and a warning.
    assert ('"exception"' if "postgresql" in database_url else "not_stored") in logged.getvalue()
    assert len(seen.secrets) >= 12
    assert seen.hits() == []


def test_a_planted_secret_would_be_seen() -> None:
    seen = Seen()
    for number, secret in enumerate(SECRETS.values()):
        seen.add(f"raw {number}", f"… {secret} …")
        seen.add(f"in base64 {number}", base64.b64encode(secret.encode()).decode())
        seen.add(f"in an address {number}", f"https://here/?x={quote(secret, safe='')}")
    assert {hit.rpartition(" in ")[2] for hit in seen.hits()} >= {f"raw {number}" for number in range(len(SECRETS))}
    assert len(seen.hits()) >= 2 * len(SECRETS)
