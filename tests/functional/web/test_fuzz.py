"""Whatever is sent: an answer below 500, in the one shape that problems have."""

import asyncio
import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidentbot.store import Store
from tests.functional.web.conftest import StillClock, alert, alerts, client_of, delivery, install, parts_of, signed

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("title", "description", "severity", "ci_ids", "assignee", "dedupe_key", "note", "text", "state", "team_id")
EVENT_FIELDS = (
    "_id",
    "title",
    "severity",
    "status",
    "timestamp",
    "affectedCis",
    "tags",
    "updatedAt",
    "occurrenceCount",
)
ALERT_FIELDS = ("status", "labels", "annotations", "startsAt", "endsAt", "fingerprint")
bodies = st.one_of(st.binary(max_size=200), st.dictionaries(st.sampled_from(FIELDS), anything).map(json.dumps))
paths = st.one_of(
    st.sampled_from(("", "/INC-1", "/INC-1/acknowledge", "/1/notes", "/INC-1/timeline", "/0/resolve")),
    st.text(max_size=20).map(lambda text: "/" + text.encode("utf-8", "surrogatepass").hex("%") if text else ""),
)
queries = st.dictionaries(
    st.sampled_from(("state", "severity", "q", "limit", "cursor", "team")), st.text(max_size=20), max_size=3
)
keys = st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=220)
# One database for all examples of a test: what one leaves behind is weather for the next.
examples = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ask(store: Store, clock: StillClock, method: str, path: str, **request: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        async with client_of(parts_of(store, clock)) as client:
            return await client.request(method, path, **request)

    return asyncio.run(send())


def check(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"].keys() == {"code", "message", "details"}


@examples
@given(st.sampled_from(("GET", "POST", "PATCH", "DELETE")), paths, queries, keys, bodies)
def test_the_rest_api_survives_everything(
    store: Store,
    clock: StillClock,
    method: str,
    path: str,
    query: dict[str, str],
    key: str | None,
    body: str | bytes,
) -> None:
    install(store)
    headers = [(b"content-type", b"application/json")]
    if key is not None:
        headers.append((b"idempotency-key", key.strip().encode("latin-1")))
    check(ask(store, clock, method, f"/v1/incidents{path}", params=query, content=body, headers=headers))


@examples
@given(st.dictionaries(st.sampled_from(EVENT_FIELDS), anything), st.one_of(st.none(), anything))
def test_the_webhook_of_nopesight_survives_everything(
    store: Store, clock: StillClock, event: dict[str, Any], whole: Any
) -> None:
    body = delivery(**event) if whole is None else json.dumps(whole).encode()
    check(ask(store, clock, "POST", "/webhooks/nopesight", content=body, headers=signed(clock, body, str(hash(body)))))


@examples
@given(st.dictionaries(st.sampled_from(ALERT_FIELDS), anything), st.one_of(st.none(), anything))
def test_the_webhook_of_alertmanager_survives_everything(
    store: Store, clock: StillClock, changed: dict[str, Any], whole: Any
) -> None:
    body = json.dumps(alerts(alert(**changed)) if whole is None else whole).encode()
    check(ask(store, clock, "POST", "/webhooks/alertmanager", content=body))
