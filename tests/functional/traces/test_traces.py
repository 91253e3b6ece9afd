"""From a click to the message in Slack: one id, one trace, whichever processes and moments lie between."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from incidentbot.sandbox.harness import PATIENCE
from tests.functional.traces.collector import Collector, Span
from tests.functional.traces.conftest import API_TOKEN, Both, running

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def traced(collector: Collector) -> dict[str, str]:
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}


def acknowledged(both: Both) -> None:
    """Somebody declares an incident whose title nobody else needs to know, and takes it."""
    both.slack.slash("/incident", "create Canary of the vault", as_="ana")
    card = both.slack.expect_message(containing="Canary of the vault")
    both.slack.click(card, "acknowledge_incident", as_="ben")
    both.slack.expect_reply(card, containing="#2")


def post(both: Both, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {API_TOKEN}", **headers}
    with httpx.Client(base_url=both.url, headers=headers, trust_env=False, timeout=PATIENCE) as client:
        return client.post(path, json=body)


def line(both: Both, name: str, event: str, **facts: Any) -> dict[str, Any]:
    """The last line of a process's log that says so."""

    def found() -> dict[str, Any]:
        lines = [one for one in both.log(name) if one["event"] == event and facts.items() <= one.items()]
        return lines[-1] if lines else {}

    return both.slack.wait_until(found, what=f"{event} {facts} in {both.logs[name].read_text()}")


def one(spans: list[Span], name: str, **facts: Any) -> Span:
    wanted = {key.replace("__", "."): value for key, value in facts.items()}
    found = [span for span in spans if span.name == name and wanted.items() <= span.facts.items()]
    assert len(found) == 1, (name, facts, [(span.name, span.facts) for span in spans])
    return found[0]


def test_a_click_is_found_in_slacks_call_by_one_id_in_the_logs(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path, {"INCIDENTBOT_LOG_LEVEL": "debug"}) as both:
        acknowledged(both)
        click = line(both, "serves", "slack_request.served", payload="block_actions")
        trace_id = click["trace_id"]
        assert re.fullmatch("[0-9a-f]{32}", trace_id)
        committed = line(both, "serves", "change.committed", trace_id=trace_id)
        assert (committed["action"], committed["surface"], committed["outcome"]) == ("acknowledge", "button", "done")
        line(both, "works", "effect.done", trace_id=trace_id, kind="entry")
        line(both, "works", "slack.called", trace_id=trace_id, method="chat.postMessage", result="ok")
        # What made the incident is another piece of work.
        assert line(both, "serves", "slack_request.served", payload="command")["trace_id"] != trace_id


def test_a_click_is_one_trace_across_the_commit_and_the_processes(
    database_url: str, tmp_path: Path, collector: Collector
) -> None:
    with running(database_url, tmp_path, traced(collector)) as both:
        acknowledged(both)
        trace_id = line(both, "serves", "slack_request.served", payload="block_actions")["trace_id"]
        line(both, "works", "effect.done", trace_id=trace_id, kind="entry")
        both.end()
    spans = collector.of(trace_id)
    request = one(spans, "POST /slack/events", http__response__status_code=200)
    assert request.parent == ""
    assert one(spans, "guard").parent == request.span_id
    listener = one(spans, "listener", slack__payload="block_actions")
    assert listener.parent == request.span_id
    moved = one(spans, "transaction", incidentbot__action="acknowledge", incidentbot__outcome="done")
    assert (moved.parent, moved.facts["incidentbot.incident"]) == (listener.span_id, 1)
    effect = one(spans, "effect entry", incidentbot__outcome="done")
    assert effect.parent == moved.span_id
    parts = [span for span in spans if span.parent == effect.span_id]
    claim, call = one(parts, "claim"), one(parts, "call")
    assert claim.began < claim.ended <= call.began
    slacks = one([s for s in spans if s.parent == call.span_id], "slack chat.postMessage")
    assert slacks.facts == {"incidentbot.result": "ok"}
    assert {span.service["service.name"] for span in spans} == {"incidentbot"}


def test_a_span_tells_no_word_of_people_and_no_secret(sqlite_url: str, tmp_path: Path, collector: Collector) -> None:
    with running(sqlite_url, tmp_path, traced(collector)) as both:
        acknowledged(both)
        token = both.slack.server.workspace.world.bot_token
        post(both, "/v1/incidents/INC-1/canary-path?canary=1", {"text": "canary"})
        line(both, "works", "effect.done", kind="entry")
        both.end()
    told = " ".join(span.raw for span in collector.spans).casefold()
    assert told
    assert [
        word for word in ("canary", "vault", "ana", "ben", token, API_TOKEN) if re.search(rf"\b{word}\b", told)
    ] == []


def test_a_caller_of_the_api_finds_its_own_trace_again(sqlite_url: str, tmp_path: Path, collector: Collector) -> None:
    with running(sqlite_url, tmp_path, traced(collector)) as both:
        assert post(both, "/v1/incidents", {"title": "Traced"}, traceparent=GIVEN).status_code == 201
        both.slack.expect_message(containing="Traced")
        line(both, "works", "effect.done", kind="card", trace_id=GIVEN[3:35])
        both.end()
    assert one(collector.of(GIVEN[3:35]), "POST /v1/incidents").parent == GIVEN[36:52]


def test_a_delivery_is_one_trace_from_the_webhook_to_the_card(
    database_url: str, tmp_path: Path, collector: Collector
) -> None:
    alert = {"status": "firing", "labels": {"alertname": "DiskFull", "severity": "critical"}, "fingerprint": "f1"}
    alert |= {
        "annotations": {"summary": "Disk full"},
        "startsAt": "2026-01-20T10:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
    }
    with running(database_url, tmp_path, traced(collector)) as both:
        body = {"version": "4", "status": "firing", "alerts": [alert]}
        assert post(both, "/webhooks/alertmanager", body, traceparent=GIVEN).status_code == 202
        both.slack.expect_message(containing="Disk full")
        line(both, "works", "effect.done", kind="card", trace_id=GIVEN[3:35])
        both.end()
    spans = collector.of(GIVEN[3:35])
    assert one(spans, "fold").parent == one(spans, "POST /webhooks/alertmanager").span_id
    assert one(spans, "effect card").parent == one(spans, "fold").span_id


def test_where_no_collector_listens_everything_else_goes_on(sqlite_url: str, tmp_path: Path) -> None:
    nowhere = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_BSP_SCHEDULE_DELAY": "50"}
    with running(sqlite_url, tmp_path, nowhere) as both:
        acknowledged(both)
        both.end()


@pytest.mark.parametrize("off", ({"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}), ids=str)
def test_traces_are_off_where_the_environment_says_so(
    sqlite_url: str, tmp_path: Path, collector: Collector, off: dict[str, str]
) -> None:
    with running(sqlite_url, tmp_path, traced(collector) | off) as both:
        acknowledged(both)
        both.end()
    assert collector.spans == []


def test_what_the_collector_asks_for_is_sent_along(sqlite_url: str, tmp_path: Path, collector: Collector) -> None:
    extra = {
        **traced(collector),
        "OTEL_EXPORTER_OTLP_HEADERS": "x-tenant=ours",
        "OTEL_SERVICE_NAME": "incidents-eu",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
    }
    with running(sqlite_url, tmp_path, extra) as both:
        acknowledged(both)
        both.end()
    assert {headers["x-tenant"] for headers in collector.headers} == {"ours"}
    services = {(span.service["service.name"], span.service["deployment.environment"]) for span in collector.spans}
    assert services == {("incidents-eu", "test")}
