"""What holds on every path: headers, limits, one shape of failure; and health and metrics."""

import json
from collections.abc import AsyncIterator

import httpx
import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from incidentbot.store import Store
from incidentbot.web.access import ACCESS
from incidentbot.web.headers import SECURITY_HEADERS, RawHeaders
from incidentbot.web.metrics import TransitionCounter
from incidentbot.web.parts import Check, WebParts
from tests.functional.web.conftest import SECRETS, SlackEcho, StillClock, client_of, delivery, parts_of, signed

Api = httpx.AsyncClient

ROUTES = (
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/v1/openapi.json"),
    ("GET", "/v1/incidents"),
    ("PUT", "/v1/incidents"),
    ("POST", "/v1/incidents"),
    ("POST", "/slack/events"),
    ("POST", "/webhooks/nopesight"),
    ("POST", "/webhooks/alertmanager"),
    ("GET", "/no/such/path"),
    ("GET", "/docs"),
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_answer_bears_the_security_headers_and_opens_nothing_to_other_sites(
    api: Api, method: str, path: str
) -> None:
    answer = await api.request(method, path, headers={"Origin": "https://evil.example"})
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name.decode()] == value.decode()
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "set-cookie" not in answer.headers


async def test_paths_that_are_not_there_all_look_alike(api: Api) -> None:
    paths = ("/", "/no/such", "/docs", "/redoc", "/openapi.json", "/v1", "/v1/incidents/", "/healthz/", "/v1/stats/x")
    answers = [await api.get(path) for path in paths]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert answers[0].json()["error"]["code"] == "not_found"


async def test_a_method_that_is_not_taken_is_named(api: Api) -> None:
    answer = await api.get("/webhooks/nopesight")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ("/v1/incidents", "/webhooks/nopesight", "/webhooks/alertmanager", "/slack/events"))
async def test_a_body_over_the_limit_is_refused_wherever_it_goes(api: Api, path: str) -> None:
    read = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(50):
            read += 1
            yield b"x" * 1024 * 1024

    answer = await api.post(path, content=chunks())
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert read == 2
    announced = await api.post(path, content=b"x", headers={"Content-Length": str(50 * 1024 * 1024)})
    assert announced.status_code == 413
    assert (await api.post(path, content=b"x", headers={"Content-Length": "9" * 5000})).status_code == 413


async def test_slack_gets_the_body_and_the_headers_as_they_came(api: Api) -> None:
    headers = [("X-Slack-Signature", "a"), ("X-Slack-Signature", "b")]
    answer = await api.post("/slack/events", content=b"payload=%7B%7D", headers=headers)
    assert answer.json() == {"signature": ["a", "b"], "raw": "payload=%7B%7D"}
    assert answer.headers["x-from-slack-side"] == "yes"


class Leak(Exception):
    """A bug whose text must not get out."""


async def broken(_headers: RawHeaders, _raw: bytes) -> SlackEcho:
    raise Leak("SELECT token FROM /var/secrets")


async def test_a_bug_is_told_by_a_number_alone(installed: Store, clock: StillClock) -> None:
    parts = WebParts(installed, clock.now, slack=broken)
    async with client_of(parts) as api:
        answer = await api.post("/slack/events")
    assert answer.status_code == 500
    error = answer.json()["error"]
    assert (error["code"], list(error["details"])) == ("internal_error", ["correlation_id"])
    for secret in ("Leak", "SELECT", "/var", "Traceback", ".py"):
        assert secret not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
async def stranded(clock: StillClock, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """The service with a database that is not there."""
    missing = tmp_path_factory.mktemp("gone") / "no" / "such" / "folder.db"
    store = Store(f"sqlite:///{missing}", clock=clock)
    async with client_of(parts_of(store, clock)) as client:
        yield client
    store.close()


async def test_without_its_database_the_service_lives_but_is_not_ready(stranded: Api) -> None:
    assert (await stranded.get("/healthz")).status_code == 200
    ready = await stranded.get("/readyz")
    assert (ready.status_code, ready.text.partition(":")[0]) == (503, "database")
    assert "incidentbot_database_up 0.0" in (await stranded.get("/metrics")).text


async def test_without_its_database_nothing_is_acknowledged(stranded: Api, clock: StillClock) -> None:
    body = delivery()
    for answer in (
        await stranded.get("/v1/incidents"),
        await stranded.post("/v1/incidents", json={"title": "x"}),
        await stranded.post("/webhooks/nopesight", content=body, headers=signed(clock, body)),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unavailable")
        assert int(answer.headers["retry-after"]) > 0


def check(name: str, problem: str, *, needed: bool = False) -> Check:
    async def probe() -> str:
        return problem

    return Check(name, probe, needed)


async def test_a_degraded_dependency_is_told_and_does_not_stop_the_service(installed: Store, clock: StillClock) -> None:
    with installed.begin("") as tx:
        tx.installations.refuse_token("T1", "token_revoked", tx.now)
    async with client_of(parts_of(installed, clock, check("nopesight", ""), check("mail", "no answer"))) as api:
        ready = await api.get("/readyz")
    assert ready.status_code == 200
    lines = dict(line.split(": ", 1) for line in ready.text.splitlines())
    assert (lines["database"], lines["nopesight"]) == ("ok", "ok")
    assert "token_revoked" in lines["slack"]
    assert "no answer" in lines["mail"]


async def test_a_needed_dependency_that_fails_does(installed: Store, clock: StillClock) -> None:
    async with client_of(parts_of(installed, clock, check("worker", "stopped", needed=True))) as api:
        assert (await api.get("/readyz")).status_code == 503


async def test_metrics_count_what_happened(installed: Store, clock: StillClock) -> None:
    parts = parts_of(installed, clock)
    installed.on_entries(TransitionCounter(parts.registry).count)
    body = delivery()
    async with client_of(parts) as api:
        await api.post("/v1/incidents", json={"title": "x"})
        await api.post("/v1/incidents/INC-1/acknowledge")
        await api.post("/webhooks/nopesight", content=body, headers=signed(clock, body))
        await api.post("/webhooks/nopesight", content=body, headers=signed(clock, body, secret="x" * 40))
        clock.move(90)
        found = samples((await api.get("/metrics")).text)
    assert found["incidentbot_transitions_total", "acknowledge", "api"] == 1
    assert sum(value for key, value in found.items() if key[0] == "incidentbot_transitions_total") == 1
    assert found["incidentbot_effects", "waiting"] > 0
    assert {key[1] for key in found if key[0] == "incidentbot_effects"} == {"waiting", "in_flight", "held", "parked"}
    assert found["incidentbot_effects_oldest_waiting_seconds",] == 90
    assert found["incidentbot_inbox_oldest_seconds",] == 90
    assert found["incidentbot_webhooks_total", "nopesight", "stored"] == 1
    assert found["incidentbot_webhooks_total", "nopesight", "unverified"] == 1


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, sorted."""
    families = list(text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


async def test_openapi_describes_what_is_answered(api: Api) -> None:
    document = (await api.get("/v1/openapi.json")).json()
    await api.post("/v1/incidents", json={"title": "x", "ci_ids": ["ci-1"]})
    schemas = {"components": document["components"]}
    for path, template in (
        ("/v1/incidents", "/v1/incidents"),
        ("/v1/incidents/INC-1", "/v1/incidents/{ref}"),
        ("/v1/incidents/INC-1/timeline", "/v1/incidents/{ref}/timeline"),
        ("/v1/incidents/INC-9", "/v1/incidents/{ref}"),
        ("/v1/stats?period=30d&by=ci", "/v1/stats"),
        ("/v1/stats?period=10y", "/v1/stats"),
    ):
        answer = await api.get(path)
        described = document["paths"][template]["get"]["responses"][str(answer.status_code)]
        schema = described["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), {**schema, **schemas})


async def test_openapi_names_every_path_of_the_api_with_its_problems(api: Api) -> None:
    document = (await api.get("/v1/openapi.json")).json()
    operations = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/v1/")
    }
    assert set(operations) == {one for one in ACCESS if one[1].startswith("/v1/")} - {("GET", "/v1/openapi.json")}
    for (_, path), operation in operations.items():
        told = {"400", "401", "403"} | ({"404", "409", "413", "415"} if "/incidents" in path else set())
        assert told <= operation["responses"].keys()
        assert "422" not in operation["responses"] or "/incidents" not in path
        assert operation["security"]
    for secret in SECRETS:
        assert secret not in json.dumps(document)
