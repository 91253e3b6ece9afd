"""NopeSight's events and deliveries, in both dialects of its documentation."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.monitoring import CiRef, EventStatus
from incidentbot.domain.nopesight_event import read_actor, read_delivery, read_event
from incidentbot.domain.severity import Severity
from incidentbot.domain.strict_json import BadJson

MOMENT = datetime(2025, 1, 20, 14, 45, tzinfo=UTC)
CAMEL: dict[str, Any] = {
    "_id": "665f0c1e9b1d",
    "eventId": "EVT-1042",
    "source": "zabbix",
    "severity": "major",
    "status": "acknowledged",
    "category": "infrastructure",
    "title": "CPU 98% on PROD-WEB-01",
    "description": "load 40",
    "timestamp": "2025-01-20T14:45:00Z",
    "hostname": "PROD-WEB-01",
    "service": "checkout",
    "environment": "production",
    "correlationId": "corr_7",
    "correlationSignature": "cpu:web",
    "ciId": {"_id": "ci_123456", "name": "PROD-WEB-01", "type": "Server"},
    "occurrenceCount": 3,
    "acknowledgedBy": {"_id": "usr_1", "name": "Ben", "email": "ben@corp.com"},
    "aiAnalysis": {"summary": "a leak", "recommended_action": "restart"},
    "tags": ["a", "b"],
    "updatedAt": "2025-01-20T14:45:05Z",
}
SNAKE: dict[str, Any] = {
    "id": "665f0c1e9b1d",
    "title": "CPU 98% on PROD-WEB-01",
    "severity": "high",
    "status": "acknowledged",
    "source": "zabbix",
    "category": "infrastructure",
    "description": "load 40",
    "timestamp": 1737384300,
    "hostname": "PROD-WEB-01",
    "service": "checkout",
    "environment": "production",
    "correlation_id": "corr_7",
    "correlation_signature": "cpu:web",
    "affected_cis": [{"id": "ci_123456", "name": "PROD-WEB-01", "type": "server"}],
    "occurrence_count": 3,
    "acknowledged_by": "ben@corp.com",
    "ai_analysis": {"summary": "a leak", "recommended_action": "restart"},
    "tags": ["a", "b"],
    "updated_at": 1737384305000,
}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_both_dialects_tell_the_same_event() -> None:
    camel, snake = read_event(CAMEL), read_event(SNAKE)
    differs = {"display_id", "actor_name", "severity_raw"}
    assert {name for name in camel.__slots__ if getattr(camel, name) != getattr(snake, name)} == differs
    assert (camel.severity, camel.status) == (Severity.HIGH, EventStatus.ACKNOWLEDGED)
    assert camel.occurred_at == MOMENT
    assert camel.cis == (CiRef("ci_123456", "PROD-WEB-01", "server"),)
    assert (camel.display_id, camel.event_id, camel.severity_raw) == ("EVT-1042", "665f0c1e9b1d", "major")
    assert (camel.actor_email, camel.recommended_action) == ("ben@corp.com", "restart")


@pytest.mark.parametrize(
    ("told", "severity"),
    (
        ("critical", Severity.CRITICAL),
        ("Major", Severity.HIGH),
        ("minor", Severity.MEDIUM),
        ("warning", Severity.MEDIUM),
        ("info", Severity.LOW),
        ("low", Severity.LOW),
        ("apocalyptic", Severity.MEDIUM),
        (None, Severity.MEDIUM),
    ),
)
def test_severities_come_by_one_table_and_the_unknown_is_medium(told: object, severity: Severity) -> None:
    assert read_event({**CAMEL, "severity": told}).severity is severity


@pytest.mark.parametrize(
    ("told", "status"),
    (("closed", "resolved"), ("new", "open"), ("active", "open"), ("suppressed", "suppressed"), ("odd", "open")),
)
def test_statuses_have_synonyms(told: str, status: str) -> None:
    assert read_event({**CAMEL, "status": told}).status == status


@pytest.mark.parametrize("told", (1737384300, "1737384300", 1737384300.0, 1737384300000, "2025-01-20T15:45:00+01:00"))
def test_times_come_in_many_forms(told: object) -> None:
    assert read_event({**CAMEL, "timestamp": told}).occurred_at == MOMENT


@pytest.mark.parametrize("told", ("soon", 2**63, -(10**15), "9999-12-31T23:59:59-14:00", [], {}, True))
def test_an_unreadable_time_is_replaced_or_named(told: object) -> None:
    raw = {"id": "1", "title": "t", "timestamp": told}
    assert read_event(raw, happened_at=MOMENT).occurred_at == MOMENT
    with pytest.raises(BadShape) as bad:
        read_event(raw)
    assert bad.value.path == "event.timestamp"


@pytest.mark.parametrize("told", (None, "", "a" * 256, "nul\x00", " blank", [], {"id": 1}))
def test_an_event_without_a_usable_id_is_refused_by_name(told: object) -> None:
    with pytest.raises(BadShape) as bad:
        read_event({"id": told, "timestamp": 1737384300})
    assert bad.value.path == "event.id"


def test_an_event_without_a_title_still_has_one() -> None:
    assert read_event({"id": "1", "timestamp": 1737384300}).title == "Event 1"


def test_a_title_is_one_clean_line() -> None:
    title = read_event({**CAMEL, "title": "two\nlines\x00 and \u202eevil " + "x" * 5000}).title
    assert title.startswith("two lines and evil xxx")
    assert len(title) == 1000


def test_each_ci_is_told_once_and_the_events_own_first() -> None:
    others = [{"id": f"ci_{number}", "name": f"N{number}"} for number in range(100)]
    event = read_event({**CAMEL, "affected_cis": [*others, CAMEL["ciId"], "ci_5", 7, None, {"type": "server"}]})
    assert [ci.id for ci in event.cis[:2]] == ["ci_123456", "ci_0"]
    assert len(event.cis) == 102


@given(st.dictionaries(st.sampled_from([*CAMEL, *SNAKE]), JSON_VALUES))
def test_any_object_is_read_or_refused_by_name(raw: dict[str, object]) -> None:
    with contextlib.suppress(BadShape):
        event = read_event(raw)
        assert event.title
        assert event.occurred_at.tzinfo is UTC
        assert event.event_id == event.event_id.strip()


@pytest.mark.parametrize(
    ("told", "name", "email"),
    (
        ({"_id": "1", "name": "Ann", "email": "ann@corp.com"}, "Ann", "ann@corp.com"),
        ("ann@corp.com", "", "ann@corp.com"),
        ("Ann Lee", "Ann Lee", ""),
        (None, "", ""),
        ([], "", ""),
    ),
)
def test_a_person_is_an_object_or_bare(told: object, name: str, email: str) -> None:
    actor = read_actor(told)
    assert (actor.name, actor.email) == (name, email)


def delivery(kind: str = "event.updated", **data: Any) -> bytes:
    body = {"id": "whd_01", "type": kind, "timestamp": "2025-01-20T14:45:06Z", "department": "IT", "data": data}
    return json.dumps(body).encode()


def test_a_delivery_tells_who_changed_what() -> None:
    actor = {"email": "ann@corp.com", "source": "slack"}
    read = read_delivery(delivery(event=CAMEL, changes=["status", "correlationId"], actor=actor))
    assert (read.id, read.type, read.department) == ("whd_01", "event.updated", "IT")
    assert read.changes == ("status", "correlationId")
    assert read.event is not None
    assert (read.event.actor_email, read.event.actor_source, read.event.department) == ("ann@corp.com", "slack", "IT")


def test_event_resolved_means_resolved_whatever_the_event_says() -> None:
    read = read_delivery(delivery("event.resolved", event={"_id": "1", "status": "open"}))
    assert read.event is not None
    assert read.event.status is EventStatus.RESOLVED


def test_a_delivery_of_another_kind_has_no_event() -> None:
    assert read_delivery(delivery("playbook.completed", executionId="exe_9")).event is None


@pytest.mark.parametrize(
    ("body", "path"),
    (
        (b"[1, 2]", "body"),
        (b"{}", "type"),
        (delivery(), "data.event"),
        (delivery(event=[]), "data.event"),
        (delivery(event={"title": "x"}), "event.id"),
    ),
)
def test_a_delivery_that_cannot_be_read_is_refused_by_name(body: bytes, path: str) -> None:
    with pytest.raises(BadShape) as bad:
        read_delivery(body)
    assert bad.value.path == path


def test_a_delivery_that_is_no_json_is_refused() -> None:
    with pytest.raises(BadJson):
        read_delivery(b'{"type": "event.created", "type": "event.resolved"}')


def test_a_deleted_event_needs_nobody_any_more() -> None:
    told = {"_id": "e1", "status": "open", "timestamp": "2025-01-20T14:45:00Z", "updatedAt": "2025-01-20T14:45:00Z"}
    body = {"type": "event.deleted", "timestamp": "2025-01-20T14:50:00Z", "data": {"event": told}}
    event = read_delivery(json.dumps(body).encode()).event
    assert event is not None
    assert event.status is EventStatus.SUPPRESSED
    assert event.updated_at.minute == 50
    body["data"] = {"event": {**told, "status": "resolved"}}
    event = read_delivery(json.dumps(body).encode()).event
    assert event is not None
    assert event.status is EventStatus.RESOLVED
