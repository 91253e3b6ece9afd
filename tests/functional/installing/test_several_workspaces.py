"""Nothing of one workspace is reached from another, by whatever id in whatever payload."""

import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.signing import sign, slack_message
from incidentbot.queries import export_audit, find, list_incidents, timeline
from incidentbot.render import ids
from incidentbot.sandbox.harness import PATIENCE
from incidentbot.store import Store
from incidentbot.usecases import Cause, add_action, create
from incidentbot.web.access import ACCESS
from tests.functional.installing.conftest import ACME, GLOBEX, Trial
from tests.functional.stories.running import wait_for

OWN_SECRET = "acmes-own-signing-secret-00000000"
SECRET_TITLE = "Globex is bought by Initech"


def hidden(store: Store) -> tuple[Incident, int]:
    """Globex's only incident as it is now, and how many entries its timeline has."""
    found = find(store, GLOBEX.team_id, "INC-1")
    assert isinstance(found, Incident)
    return found, len(timeline(store, GLOBEX.team_id, 1, limit=100).items)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Which rows a query asks for is the same on both."""
    return sqlite_url


@pytest.fixture
def both(trial: Trial) -> Trial:
    """Both have installed it, and only Globex has an incident, which is INC-1."""
    trial.install(ACME)
    trial.install(GLOBEX)
    cause = Cause(GLOBEX.team_id, "theirs", Actor(Source.API, name="api"), "rest")
    create(trial.service.store, cause, Draft(SECRET_TITLE, Severity.CRITICAL))
    add_action(trial.service.store, replace(cause, key="their_item"), "INC-1", SECRET_TITLE)
    wait_for(lambda: bool(hidden(trial.service.store)[0].root_ts), "the card")
    return trial


SUBCOMMANDS = (
    *("ack INC-1", "unack INC-1", "resolve INC-1", "reopen INC-1", "note INC-1 hello", "update INC-1 --severity low"),
    *("show INC-1", "list all", f"assign INC-1 <@{ACME.installed_by}>", f"invite INC-1 <@{ACME.installed_by}>"),
    *("why INC-1", "stats", "ack", "resolve", "show"),
)
REST: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("GET", "/incidents", None),
    ("GET", "/incidents/INC-1", None),
    ("PATCH", "/incidents/INC-1", {"title": "taken over"}),
    ("GET", "/incidents/INC-1/timeline", None),
    ("POST", "/incidents/INC-1/notes", {"text": "taken over"}),
    ("POST", "/incidents/INC-1/acknowledge", None),
    ("POST", "/incidents/INC-1/resolve", None),
    ("POST", "/incidents/INC-1/reopen", None),
    ("POST", "/incidents/INC-1/unacknowledge", None),
    ("GET", "/incidents/INC-1/export", None),
    ("POST", "/incidents/INC-1/corrections", {"what": "started", "time": "2026-01-20T14:00:00Z"}),
    ("GET", "/incidents/INC-1/action-items", None),
    ("POST", "/incidents/INC-1/action-items", {"text": "taken over"}),
    ("PATCH", "/incidents/INC-1/action-items/1", {"text": "taken over"}),
    ("POST", "/incidents/INC-1/action-items/1/done", None),
    ("POST", "/incidents/INC-1/action-items/1/reopen", None),
    ("GET", "/stats", None),
    ("POST", "/incidents", {"title": "Our own", "dedupe_key": "theirs"}),
)
# What is about no workspace, or about the one whose token is handed over.
OF_NO_WORKSPACE = {("GET", "/v1/openapi.json"), ("POST", "/v1/integrations/slack/setup")}
BUTTONS = sorted(
    value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str) and not name.startswith("_")
)


def test_no_slash_command_reaches_it(both: Trial) -> None:
    before = hidden(both.service.store)
    with both.harness(ACME) as acme:
        told = [acme.slash("/incident", text, as_="ana") for text in SUBCOMMANDS]
    assert not [one for one in told if SECRET_TITLE in str(one)]
    assert hidden(both.service.store) == before


def test_no_endpoint_reaches_it(both: Trial) -> None:
    before = hidden(both.service.store)
    for method, path, body in REST:
        answer = both.api(method, path, json=body, params={"team": ACME.team_id})
        assert SECRET_TITLE not in answer.text
        assert answer.status_code in ({404} if "INC-1" in path else {200, 201}), (method, path)
    assert hidden(both.service.store) == before


def named(path: str) -> str:
    """The path as it is declared."""
    return path.replace("INC-1", "{ref}").replace("action-items/1", "action-items/{number}")


def test_every_endpoint_is_tried() -> None:
    tried = {(method, f"/v1{named(path)}") for method, path, _ in REST}
    assert tried | OF_NO_WORKSPACE == {one for one in ACCESS if one[1].startswith("/v1/")}


def test_without_a_team_the_api_names_the_workspaces_and_does_nothing(both: Trial) -> None:
    before = hidden(both.service.store)
    for method, path, body in REST:
        answer = both.api(method, path, json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]["details"]["teams"] == [ACME.team_id, GLOBEX.team_id]
    assert hidden(both.service.store) == before


def test_no_button_or_form_reaches_it(both: Trial) -> None:
    before = hidden(both.service.store)
    with both.harness(ACME) as acme:
        for action_id in BUTTONS:
            acme.server.run(_click(both, action_id))
            acme.server.run(_submit(both, action_id))
        assert not [shown for shown in acme.history("#incidents") if SECRET_TITLE in repr(shown)]
    assert hidden(both.service.store) == before
    assert list_incidents(both.service.store, ACME.team_id).total == 0


async def _click(trial: Trial, action_id: str) -> None:
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": "INC-1"}
    place = {"type": "message", "channel_id": "C0INCIDENT", "message_ts": "1.1"}
    await _send(trial, {"type": "block_actions", "actions": [action], "container": place})


async def _submit(trial: Trial, callback_id: str) -> None:
    view = {
        "id": f"V{callback_id}",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": f'{{"incident": "INC-1", "team": "{GLOBEX.team_id}"}}',
        "state": {"values": {}},
        "blocks": [],
        "team_id": ACME.team_id,
    }
    await _send(trial, {"type": "view_submission", "view": view})


async def _send(trial: Trial, payload: dict[str, Any]) -> None:
    """A payload of Acme, signed, as its people could make Slack's client send it."""
    who = {"id": ACME.installed_by, "team_id": ACME.team_id, "name": "farid"}
    told = {"team": {"id": ACME.team_id}, "user": who, "trigger_id": f"{time.monotonic_ns()}.1", **payload}
    status, answer = await _signed(trial, {"payload": json.dumps(told)}, ACME.app.signing_secret)
    assert status == 200
    assert SECRET_TITLE not in answer


async def _signed(trial: Trial, fields: dict[str, str], secret: str) -> tuple[int, str]:
    raw, now = urlencode(fields).encode(), str(int(time.time()))
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": now,
        "x-slack-signature": sign(secret, slack_message(now, raw), prefix="v0="),
    }
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        answer = await client.post(f"{trial.url}/slack/events", content=raw, headers=headers)
    return answer.status_code, answer.text


def test_the_attempts_are_on_record(both: Trial) -> None:
    with both.harness(ACME) as acme:
        acme.slash("/incident", "ack INC-1", as_="ana")
    told = [row for row in export_audit(both.service.store, [ACME.team_id]) if row.get("action") == "acknowledge"]
    assert [row["outcome"] for row in told] == ["incident_not_found"]


def test_a_request_signed_with_a_workspace_s_own_secret_is_about_that_workspace_alone(both: Trial) -> None:
    """A secret that one workspace handed over must not let it speak for another."""
    token = both.server.platform.workspaces[ACME.team_id].installation.bot_token
    assert both.set_up(bot_token=token, signing_secret=OWN_SECRET).status_code == 200
    before = hidden(both.service.store)
    wait_for(lambda: both.server.run(_spoken_for(both, ACME.team_id))[0] == 200, "the secret to be known")
    answers = [both.server.run(_spoken_for(both, team)) for team in (GLOBEX.team_id, ACME.team_id)]
    assert [status for status, _ in answers] == [200, 200]
    assert "INC-" not in answers[0][1]
    assert hidden(both.service.store) == before
    assert "INC-" in answers[1][1]


async def _spoken_for(trial: Trial, team: str) -> tuple[int, str]:
    fields = {
        "team_id": team,
        "user_id": GLOBEX.installed_by if team == GLOBEX.team_id else ACME.installed_by,
        "command": "/incident",
        "text": "create Taken over",
        "trigger_id": f"{time.monotonic_ns()}.2",
        "channel_id": "C0INCIDENT",
    }
    return await _signed(trial, fields, OWN_SECRET)
