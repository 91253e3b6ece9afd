"""The description of the API is the truth: what it promises is sent to a running service, and the answers compared."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import hypothesis
import jsonschema
import pytest
import requests
import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from incidentbot.domain.strict_json import BadJson, read_json
from incidentbot.domain.text import clean_line
from incidentbot.sandbox import nopesight as sight
from incidentbot.web.access import ACCESS
from tests import databases
from tests.functional.stories.running import API_TOKEN, Story, story

HEADERS = {"Authorization": f"Bearer {API_TOKEN}"}
OPERATIONS = (
    "GET /v1/incidents",
    "POST /v1/incidents",
    "GET /v1/incidents/{ref}",
    "PATCH /v1/incidents/{ref}",
    "GET /v1/incidents/{ref}/timeline",
    "GET /v1/incidents/{ref}/export",
    "POST /v1/incidents/{ref}/notes",
    "POST /v1/incidents/{ref}/corrections",
    "GET /v1/incidents/{ref}/action-items",
    "POST /v1/incidents/{ref}/action-items",
    "PATCH /v1/incidents/{ref}/action-items/{number}",
    "POST /v1/incidents/{ref}/action-items/{number}/done",
    "POST /v1/incidents/{ref}/action-items/{number}/reopen",
    "POST /v1/incidents/{ref}/acknowledge",
    "POST /v1/incidents/{ref}/resolve",
    "POST /v1/incidents/{ref}/reopen",
    "POST /v1/incidents/{ref}/unacknowledge",
    "GET /v1/stats",
    "POST /v1/integrations/slack/setup",
    "POST /webhooks/nopesight",
    "POST /webhooks/alertmanager",
    "POST /slack/workflows/{slug}",
    "POST /slack/events",
    "GET /reports/{team}/{report}",
    "GET /incidents/{team}/{ref}",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
)
# Only where workspaces can install the app by themselves; and the description itself.
NOT_SERVED_HERE = {("GET", "/slack/install"), ("GET", "/slack/oauth_redirect"), ("GET", "/v1/openapi.json")}
SIGNED = ("/webhooks/nopesight", "/slack/events")
WORKFLOW = """
workflows:
  - name: Outage
    trigger: {type: webhook, url: /slack/workflows/outage}
    runs_per_minute: 1000
    actions:
      - {type: create_incident, params: {title: "{{workflow.title}}"}}
"""


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def s(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("openapi")
    with ExitStack() as stack:
        url = databases.sqlite_url(folder / "incidentbot.db")
        if request.param == "postgresql":
            server: databases.PostgreSQL = request.getfixturevalue("postgresql")
            url = stack.enter_context(server.migrated())
        running = stack.enter_context(story(url, folder, config=WORKFLOW))
        running.slack.leave()  # what is said in Slack meanwhile is the business of other tests
        running.slack.slash("/incident", "create Something to be asked for", as_="ana")
        yield running


def operations(s: Story) -> dict[str, Any]:
    schema = schemathesis.openapi.from_url(f"{s.url}/v1/openapi.json")
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    return {operation.label: operation for operation in found}


class Signed(requests.auth.AuthBase):
    """Signs whatever is sent, as the sender of that path does."""

    def __init__(self, s: Story) -> None:
        self._slack = s.slack.server.workspace.world.app.signing_secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        sent = request.body or b""
        body, now = sent if isinstance(sent, bytes) else str(sent).encode(), str(int(time.time()))
        if request.path_url.startswith("/webhooks/nopesight"):
            request.headers["X-NopeSight-Timestamp"] = now
            request.headers["X-NopeSight-Signature"] = f"sha256={digest(sight.WEBHOOK_SECRET, f'{now}.', body)}"
        else:
            request.headers["X-Slack-Request-Timestamp"] = now
            request.headers["X-Slack-Signature"] = f"v0={digest(self._slack, f'v0:{now}:', body)}"
        return request


def digest(secret: str, before: str, body: bytes) -> str:
    return hmac.new(secret.encode(), before.encode() + body, hashlib.sha256).hexdigest()


def test_every_operation_of_the_description_is_tried(s: Story) -> None:
    assert sorted(operations(s)) == sorted(OPERATIONS)


def test_everything_that_is_served_is_described(s: Story) -> None:
    assert set(OPERATIONS) == {" ".join(one) for one in set(ACCESS) - NOT_SERVED_HERE}


def is_readable(body: Any) -> bool:
    """Whether it is within the bounds of all JSON from outside: depth, keys, digits of a number."""
    if not isinstance(body, Mapping):
        return True
    try:
        read_json(json.dumps(body).encode())
    except BadJson:
        return False
    return True


def is_beyond_a_schema(case: Any) -> bool:
    """Whether the request is of the described form, and yet may be refused: no pattern tells these from others."""
    # Whether it is a token is Slack's to say; what other systems send has more forms than are told of here.
    if "slack/setup" in case.operation.path or not case.operation.path.startswith("/v1/"):
        return True
    # A field that nobody knows is dropped, whatever it holds, but how much a body may hold is bounded all the same.
    if not is_readable(case.body):
        return True
    period = str((case.query or {}).get("period") or "")
    body = case.body if isinstance(case.body, Mapping) else {}
    texts = [body[name] for name in ("title", "text") if isinstance(body.get(name), str)]
    # Two dates may be none, or the wrong way round; a text may hold nothing but signs that nobody sees.
    if body.get("due_at"):  # whether it is to come, and within a year, no pattern tells
        return True
    return "/" in period or any(not clean_line(text, 4_000) for text in texts)


def try_out(s: Story, name: str, settings: hypothesis.settings) -> None:
    """Send what the description allows, and what it forbids; each answer has to be one that it tells of."""

    @settings
    @hypothesis.given(case=operations(s)[name].as_strategy())
    def promised(case: Any) -> None:
        # Which workspaces are installed, and which incidents there are, the description cannot know.
        if case.query:
            case.query.pop("team", None)
        proof = {"auth": Signed(s)} if case.operation.path in SIGNED else {"headers": HEADERS}
        response = case.call(**proof, timeout=30, allow_redirects=False)
        excluded = [positive_data_acceptance] if is_beyond_a_schema(case) else []
        case.validate_response(response, excluded_checks=excluded)

    promised()


def trials(count: int, *, random: bool) -> hypothesis.settings:
    everything = list(hypothesis.HealthCheck)
    return hypothesis.settings(
        max_examples=count, deadline=None, suppress_health_check=everything, derandomize=not random, database=None
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_description_promises_is_answered(s: Story, name: str) -> None:
    try_out(s, name, trials(8 if s.service.store.alone else 3, random=False))


@pytest.mark.parametrize(
    ("body", "readable"), (({"x": 10**17}, True), ({"x": [10**18]}, False), ({"text": "x" * 999}, True), ("x", True))
)
def test_a_body_beyond_the_bounds_of_all_json_is_told_apart(body: object, readable: bool) -> None:
    assert is_readable(body) is readable


@pytest.mark.matrix
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_description_promises_is_answered_however_it_is_asked(s: Story, name: str) -> None:
    try_out(s, name, trials(100, random=True))


# --- examples --------------------------------------------------------------------------------------------------------


def content_of(operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The bodies that an operation takes and, where it succeeds, answers."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield from response.get("content", {}).values()


def examples_in(schema: Mapping[str, Any], components: Mapping[str, Any]) -> list[Any]:
    """The examples of a schema, or of what it refers to."""
    parts = [schema, *schema.get("anyOf", ())]
    named = [components[part["$ref"].rpartition("/")[2]] for part in parts if "$ref" in part]
    return [example for part in (*parts, *named) for example in part.get("examples", ())]


def test_every_body_of_the_description_has_examples_that_are_right(s: Story) -> None:
    document = schemathesis.openapi.from_url(f"{s.url}/v1/openapi.json").raw_schema
    components = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for content in content_of(operation):
                examples = examples_in(content["schema"], components)
                assert examples, (method, path)
                for example in examples:
                    jsonschema.validate(example, {**content["schema"], "components": document["components"]})


def test_a_promise_that_is_not_kept_is_seen(s: Story) -> None:
    """A test of the test: an answer that the description tells otherwise is caught."""
    raw = schemathesis.openapi.from_url(f"{s.url}/v1/openapi.json").raw_schema
    raw["components"]["schemas"]["IncidentShape"]["properties"]["version"] = {"type": "string"}
    planted = schemathesis.openapi.from_dict(raw)
    planted.config.update(base_url=s.url)
    case = planted["/v1/incidents/{ref}"]["GET"].Case(path_parameters={"ref": "INC-1"})
    with pytest.raises(FailureGroup, match="version"):
        case.call_and_validate(headers=HEADERS)
