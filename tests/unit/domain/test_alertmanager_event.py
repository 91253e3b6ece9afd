import json
from datetime import UTC, datetime
from typing import Any

import pytest

from incidentbot.domain.event_sources.alertmanager import read_alerts
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.monitoring import CiRef, EventStatus
from incidentbot.domain.severity import Severity

ALERT = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "instance": "db-01:9100", "severity": "page", "job": "node"},
    "annotations": {"summary": "Disk full on db-01", "description": "97 % of /var"},
    "startsAt": "2026-01-20T14:40:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus.example/graph",
    "fingerprint": "c1c2c3c4d1d2d3d4",
}


def read(*alerts: Any, **changes: Any) -> Any:
    body = {"version": "4", "groupKey": '{}:{a="b"}', "groupLabels": {"a": "b"}, "alerts": list(alerts), **changes}
    return read_alerts(json.dumps(body).encode())


def test_an_alert_is_an_event() -> None:
    (event,) = read(ALERT)
    assert (event.source, event.event_id, event.title) == ("alertmanager", "c1c2c3c4d1d2d3d4", "Disk full on db-01")
    assert (event.description, event.hostname, event.service) == ("97 % of /var", "db-01", "node")
    assert (event.status, event.severity, event.severity_raw) == (EventStatus.OPEN, Severity.MEDIUM, "page")
    assert event.occurred_at == event.updated_at == datetime(2026, 1, 20, 14, 40, 0, 123456, tzinfo=UTC)


def test_a_resolved_alert_changed_when_it_ended() -> None:
    (event,) = read({**ALERT, "status": "resolved", "endsAt": "2026-01-20T15:00:00+01:00"})
    assert event.status is EventStatus.RESOLVED
    # It ended, by its own clock, before it began: what is newer must not look older.
    assert event.updated_at == event.occurred_at
    (event,) = read({**ALERT, "status": "resolved", "endsAt": "2026-01-20T15:00:00Z"})
    assert event.updated_at == datetime(2026, 1, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("labels", "title"),
    (
        ({"alertname": "DiskFull", "instance": "db-01:9100"}, "DiskFull on db-01:9100"),
        ({"alertname": "DiskFull"}, "DiskFull"),
        ({}, "Alert c1c2c3c4d1d2d3d4"),
    ),
)
def test_without_a_summary_the_title_is_made_of_the_labels(labels: dict[str, str], title: str) -> None:
    (event,) = read({**ALERT, "labels": labels, "annotations": {}})
    assert event.title == title


@pytest.mark.parametrize(
    ("severity", "ours"),
    (("critical", Severity.CRITICAL), ("Major", Severity.HIGH), ("warning", Severity.MEDIUM), ("info", Severity.LOW)),
)
def test_severities_are_those_of_nopesight(severity: str, ours: Severity) -> None:
    (event,) = read({**ALERT, "labels": {"severity": severity}})
    assert event.severity is ours


@pytest.mark.parametrize(
    ("instance", "hostname"),
    (
        ("db-01:9100", "db-01"),
        ("db-01", "db-01"),
        ("https://shop.example/health", "shop.example"),
        ("[::1]:80", "[::1]"),
    ),
)
def test_the_host_is_the_instance_without_its_port(instance: str, hostname: str) -> None:
    (event,) = read({**ALERT, "labels": {"instance": instance}})
    assert event.hostname == hostname


def test_alerts_of_one_group_belong_together_and_those_of_two_do_not() -> None:
    first, second = read(ALERT, {**ALERT, "fingerprint": "ff"})
    (other,) = read(ALERT, groupKey='{}:{a="c"}')
    assert first.correlation_id == second.correlation_id != other.correlation_id
    (alone,) = read(ALERT, groupKey="{}:{}", groupLabels={})
    assert alone.correlation_id == ""


def test_labels_may_name_the_configuration_item() -> None:
    (event,) = read({**ALERT, "labels": {"ci_name": "PROD-DB-01", "ci_type": "Data Base"}})
    assert event.cis == (CiRef("PROD-DB-01", "PROD-DB-01", "data_base"),)


def test_labels_are_tags() -> None:
    (event,) = read({**ALERT, "labels": {"team": "core", "alertname": "x"}})
    assert event.tags == ("alertname=x", "team=core")


@pytest.mark.parametrize(
    ("changed", "path"),
    (
        ({"fingerprint": ""}, "alerts[1].fingerprint"),
        ({"fingerprint": "a/b"}, "alerts[1].fingerprint"),
        ({"fingerprint": "a" * 65}, "alerts[1].fingerprint"),
        ({"startsAt": "soon"}, "alerts[1].startsAt"),
        ({"status": "resolved", "endsAt": ""}, "alerts[1].endsAt"),
    ),
)
def test_what_cannot_be_done_without_is_named(changed: dict[str, str], path: str) -> None:
    with pytest.raises(BadShape) as caught:
        read(ALERT, {**ALERT, **changed})
    assert caught.value.path == path


def test_other_versions_are_refused() -> None:
    for changes in ({"version": "3"}, {"version": None}, {"alerts": None}, {"alerts": [5]}):
        with pytest.raises(BadShape):
            read(ALERT, **changes)
