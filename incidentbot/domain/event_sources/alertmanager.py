"""Prometheus Alertmanager's webhook (version "4") as monitoring events: one an alert."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.event_sources.source import EventSource
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.nopesight_event import SEVERITIES, UNKNOWN_SEVERITY
from incidentbot.domain.severity import Severity
from incidentbot.domain.strict_json import JsonLimits, read_json

NAME: Final = "alertmanager"
VERSION: Final = "4"
# One notification carries a whole group, each alert with its labels and annotations.
LIMITS: Final = JsonLimits(keys=50_000)
MOST_ALERTS: Final = 1_000
_FINGERPRINT: Final = re.compile(r"[A-Za-z0-9]{1,64}\Z")


def read_alerts(body: bytes, severities: Mapping[str, Severity] = SEVERITIES) -> tuple[MonitoringEvent, ...]:
    """The alerts in `body`, in its order; BadJson or BadShape says what cannot be read.

    An event's id is the alert's fingerprint, which is the same when it fires again; the last change is when it began
    or, once resolved, when it ended. Alerts of one group belong together, unless Alertmanager groups by nothing.
    """
    raw = fields.mapping_in(read_json(body, LIMITS), "body")
    if fields.as_text(raw.get("version")) != VERSION:
        raise BadShape("version", f'"{VERSION}"')
    alerts = raw.get("alerts")
    if not isinstance(alerts, list) or len(alerts) > MOST_ALERTS:
        raise BadShape("alerts", f"a list of at most {MOST_ALERTS} alerts")
    group = _group(raw)
    return tuple(
        _event(fields.mapping_in(alert, f"alerts[{index}]"), f"alerts[{index}]", group, severities)
        for index, alert in enumerate(alerts)
    )


def _event(alert: Mapping[str, object], path: str, group: str, severities: Mapping[str, Severity]) -> MonitoringEvent:
    labels, annotations = fields.nested(alert, "labels"), fields.nested(alert, "annotations")
    began = _required_moment(alert, "startsAt", path)
    resolved = fields.word(alert, "status") == EventStatus.RESOLVED.value
    severity_raw = fields.word(labels, "severity")
    fingerprint = fields.as_text(alert.get("fingerprint"))
    if not _FINGERPRINT.match(fingerprint):
        raise BadShape(f"{path}.fingerprint", "the alert's fingerprint")
    return MonitoringEvent(
        source=NAME,
        event_id=fingerprint,
        title=fields.line(annotations, "summary") or _unsummarised(labels, fingerprint),
        severity=severities.get(severity_raw, UNKNOWN_SEVERITY),
        status=EventStatus.RESOLVED if resolved else EventStatus.OPEN,
        occurred_at=began,
        updated_at=max(began, _required_moment(alert, "endsAt", path)) if resolved else began,
        display_id=_short(labels, "alertname") or fingerprint,
        description=fields.text(annotations, "description", "message"),
        category=fields.word(labels, "category"),
        origin=NAME,
        service=_short(labels, "service", "job"),
        environment=_short(labels, "environment", "env"),
        hostname=_short(labels, "hostname", "host") or _host(_short(labels, "instance")),
        department=_short(labels, "department"),
        correlation_id=group,
        cis=_cis(labels),
        tags=tuple(f"{name}={value}" for name, value in sorted(_texts(labels).items()))[:100],
        severity_raw=severity_raw,
    )


def _required_moment(alert: Mapping[str, object], name: str, path: str) -> datetime:
    moment = fields.moment(alert, name)
    if moment is None:
        raise BadShape(f"{path}.{name}", "a time in ISO 8601")
    return moment


def _unsummarised(labels: Mapping[str, object], fingerprint: str) -> str:
    """What the alert is called and where it fires; without either, its fingerprint."""
    name, instance = _short(labels, "alertname"), _short(labels, "instance")
    return " on ".join(part for part in (name, instance) if part) or f"Alert {fingerprint}"


def _group(raw: Mapping[str, object]) -> str:
    """A short name for the group, whose key may be as long as its labels; "" where nothing distinguishes groups."""
    key = fields.as_text(raw.get("groupKey"))
    if not key or not fields.nested(raw, "groupLabels"):
        return ""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]


def _host(instance: str) -> str:
    """The host of "db-01:9100" or "http://db-01/probe"; an IPv6 address keeps its brackets."""
    authority = instance.rpartition("://")[2].partition("/")[0]
    return re.sub(r":[0-9]+\Z", "", authority)


def _cis(labels: Mapping[str, object]) -> tuple[CiRef, ...]:
    """The configuration item that the alert's own labels name, if they do."""
    ci_id, name = _short(labels, "ci_id"), _short(labels, "ci_name", "ci")
    if not (ci_id or name):
        return ()
    return (CiRef(ci_id or name, name or ci_id, fields.word(labels, "ci_type")),)


def _texts(labels: Mapping[str, object]) -> dict[str, str]:
    return {name[: fields.ID_LENGTH]: _short(labels, name) for name in labels}


def _short(raw: Mapping[str, object], *names: str) -> str:
    return fields.line(raw, *names, limit=fields.ID_LENGTH)


SOURCE: Final = EventSource(NAME, read_alerts)
