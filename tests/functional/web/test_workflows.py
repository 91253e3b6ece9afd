"""POST /slack/workflows/{slug}: who may start what, what comes of it, and what a repeat changes."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from incidentbot.bootstrap import permissions_of, workflows_of
from incidentbot.domain.policy import Policy
from incidentbot.domain.signing import dotted_message, sign
from incidentbot.domain.workspace import Workspace
from incidentbot.queries.workflows import workflow_run, workflow_runs
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.usecases.run_workflow import given_again, run_workflow, workflow_cause
from tests.functional.web.conftest import TEAM, StillClock, client_of, install, parts_of

Api = httpx.AsyncClient

OLD, NEW = "the-secret-of-the-workflow-0123456789abc", "the-next-secret-of-the-workflow-0123456"
CONFIG = f"""
workflows:
  - name: Incident Response
    trigger: {{type: webhook, slug: response, secret: "{NEW},{OLD}"}}
    runs_per_minute: 3
    inputs:
      - {{name: severity, type: select, options: [critical, high], required: true}}
      - {{name: service, type: text}}
    actions:
      - {{type: create_incident, params: {{title: "{{{{workflow.title}}}}", severity: "{{{{inputs.severity}}}}"}}}}
      - {{type: notify_team, params: {{channel: "#incidents", mentions: ["@oncall"]}}}}
      - {{type: run_diagnostics, params: {{service: "{{{{inputs.service}}}}", auto_remediate: true}}}}
  - name: By bearer alone
    trigger: {{type: webhook, slug: unsigned}}
    role: viewer
    actions:
      - {{type: create_incident, params: {{title: "{{{{workflow.title}}}}"}}}}
"""
PATH = "/slack/workflows/response"
GOOD = {"title": "Checkout is down", "inputs": {"severity": "critical", "service": "checkout"}}


@pytest.fixture
def store(database_url: str, clock: StillClock) -> Iterator[Store]:
    file = read_config(CONFIG)
    made = Store(
        database_url, clock=clock, policy=Policy(permissions=permissions_of(file), workflows=workflows_of(file))
    )
    yield made
    made.close()


@pytest.fixture
async def api(installed: Store, clock: StillClock) -> AsyncIterator[Api]:
    parts = replace(parts_of(installed, clock), workflow_secrets={"response": (NEW, OLD)})
    async with client_of(parts) as client:
        yield client


def signed(clock: StillClock, body: bytes, delivery: str = "", *, secret: str = NEW, age: float = 0) -> dict[str, str]:
    timestamp = str(int(clock.now().timestamp() - age))
    headers = {
        "Authorization": "",
        "X-Incidentbot-Timestamp": timestamp,
        "X-Incidentbot-Signature": sign(secret, dotted_message(timestamp, body), prefix="sha256="),
    }
    return headers | ({"X-Incidentbot-Delivery": delivery} if delivery else {})


async def start(api: Api, body: Mapping[str, Any], path: str = PATH, **headers: str) -> httpx.Response:
    return await api.post(path, content=json.dumps(body), headers=headers)


async def test_a_run_makes_the_incident_at_once_and_sets_off_the_rest(api: Api, store: Store) -> None:
    answer = await start(api, GOOD)
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert [(one["type"], one["outcome"]) for one in told["actions"]] == [
        ("create_incident", "done"),
        ("notify_team", "waiting"),
        ("run_diagnostics", "waiting"),
    ]
    assert told["actions"][0]["incident"] == "INC-1"
    incident = (await api.get("/v1/incidents/INC-1")).json()
    assert (incident["title"], incident["severity"]) == ("Checkout is down", "critical")
    assert (incident["created_by"]["source"], incident["created_by"]["name"]) == ("workflow", "Incident Response")
    entries = (await api.get("/v1/incidents/INC-1/timeline")).json()["items"]
    assert [one["kind"] for one in entries] == ["created", "playbook"]
    run = workflow_run(store, TEAM.team_id, told["run"])
    assert run is not None
    assert (run.incident, dict(run.inputs)) == (1, GOOD["inputs"])


async def test_a_signature_with_either_secret_starts_it_and_nothing_else_does(api: Api, clock: StillClock) -> None:
    body = json.dumps(GOOD).encode()
    for secret in (NEW, OLD):
        assert (await api.post(PATH, content=body, headers=signed(clock, body, secret=secret))).status_code == 202
    other = signed(clock, body, secret="another-secret-that-nobody-was-given-0123")
    for headers in (other, signed(clock, body + b" "), signed(clock, body, age=301), signed(clock, body, age=-301)):
        answer = await api.post(PATH, content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unverified")
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer wrong"}):
        assert (await api.post(PATH, content=body, headers=headers)).status_code == 401


async def test_a_workflow_without_a_secret_is_started_by_bearer_alone(api: Api, clock: StillClock) -> None:
    body = b"{}"
    for secret in (NEW, ""):
        headers = signed(clock, body, secret=secret)
        assert (await api.post("/slack/workflows/unsigned", content=body, headers=headers)).status_code == 401
    answer = await start(api, {}, "/slack/workflows/unsigned")
    assert answer.status_code == 202
    assert answer.json()["actions"][0]["outcome"] == "refused"
    assert "viewer" in answer.json()["actions"][0]["detail"]


async def test_who_may_start_nothing_learns_not_even_which_there_are(api: Api, clock: StillClock) -> None:
    body = b"{}"
    answers = [
        await api.post(f"/slack/workflows/{slug}", content=body, headers=signed(clock, body, secret="x" * 40))
        for slug in ("response", "nothing")
    ]
    assert answers[0].status_code == answers[1].status_code == 401
    assert answers[0].json() == answers[1].json()
    assert (await start(api, GOOD, "/slack/workflows/nothing")).status_code == 404


async def test_a_repeat_changes_nothing_and_gets_the_same_run(api: Api, clock: StillClock, store: Store) -> None:
    body = json.dumps(GOOD).encode()
    first = await api.post(PATH, content=body, headers=signed(clock, body, "d-1"))
    clock.move(60)
    again = await api.post(PATH, content=body, headers=signed(clock, body, "d-1"))
    assert first.json() == again.json()
    other = json.dumps({**GOOD, "title": "Another"}).encode()
    conflict = await api.post(PATH, content=other, headers=signed(clock, other, "d-1"))
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "delivery_conflict")
    for _ in range(2):
        recorded = signed(clock, body)
        assert (await api.post(PATH, content=body, headers=recorded)).status_code == 202
    assert len(workflow_runs(store, TEAM.team_id)) == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    (
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b'{"inputs": {"severity": "critical", "severity": "high"}}', 400, "bad_json"),
        (b"[" * 100 + b"]" * 100, 400, "bad_json"),
        (b'{"inputs": {"severity": "NaN", "n": NaN}}', 400, "bad_json"),
        (b'{"inputs": {"severity": "low", "colour": "red"}}', 400, "bad_input"),
        (b'{"state": "resolved", "inputs": {"severity": "high"}}', 400, "bad_input"),
    ),
)
async def test_a_bad_body_is_refused_with_everything_that_is_wrong(
    api: Api, store: Store, body: bytes, status: int, code: str
) -> None:
    answer = await api.post(PATH, content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not workflow_runs(store, TEAM.team_id)


async def test_each_bad_input_is_named(api: Api) -> None:
    answer = await start(api, {"inputs": {"severity": "low", "colour": "red"}})
    fields = {one["field"]: one["problem"] for one in answer.json()["error"]["details"]["fields"]}
    assert set(fields) == {"inputs.severity", "inputs.colour"}
    assert "critical, high" in fields["inputs.severity"]


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(api: Api, store: Store) -> None:
    answer = await start(api, {**GOOD, "dry_run": True})
    assert answer.status_code == 200
    assert [one["outcome"] for one in answer.json()["actions"]] == ["planned"] * 3
    assert not workflow_runs(store, TEAM.team_id)
    assert (await api.get("/v1/incidents")).json()["items"] == []


async def test_a_flood_of_one_workflow_is_told_to_wait(api: Api, clock: StillClock, store: Store) -> None:
    answers = [await start(api, GOOD) for _ in range(1_000 // 100)]
    assert [answer.status_code for answer in answers] == [202] * 3 + [429] * 7
    assert answers[-1].headers["retry-after"] == "60"
    assert len(workflow_runs(store, TEAM.team_id, limit=100)) == 3
    assert (await start(api, {}, "/slack/workflows/unsigned")).status_code == 202
    clock.move(61)
    assert (await start(api, GOOD)).status_code == 202


async def test_a_redelivery_repeats_what_came_to_nothing(api: Api, store: Store) -> None:
    workflow = store.policy.workflows["response"]
    first = (await start(api, {"inputs": {"severity": "high"}})).json()
    assert [one["outcome"] for one in first["actions"]] == ["done", "waiting", "refused"]
    run = workflow_run(store, TEAM.team_id, first["run"])
    assert run is not None
    cause = workflow_cause(TEAM.team_id, "again:1", workflow, "cli")
    again = run_workflow(store, cause, workflow, given_again(run), repeats=run, only=run.undone)
    assert [one.outcome.value for one in getattr(again, "outcomes", ())] == ["skipped", "skipped", "refused"]
    assert (getattr(again, "incident", 0), getattr(again, "redelivery_of", "")) == (1, run.id)
    assert len((await api.get("/v1/incidents")).json()["items"]) == 1


async def test_with_several_workspaces_the_workflow_has_to_name_one(api: Api, store: Store) -> None:
    install(store, Workspace("T2", name="Globex", url="https://globex.slack.com/"))
    answer = await start(api, GOOD)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "no_workspace")
