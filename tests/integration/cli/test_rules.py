"""`incidentbot rules test`: what an event would do, from a file alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from incidentbot.bootstrap import SystemClock
from incidentbot.cli.entry import app
from incidentbot.domain.conditions import parse
from incidentbot.domain.maintenance import Order, Scope, Window
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.store import Store
from incidentbot.usecases import Cause
from incidentbot.usecases.maintenance import start_maintenance
from incidentbot.usecases.take import take
from tests.integration.cli.conftest import TEAM

CONFIG = """
integrations:
  slack:
    notification_rules:
      - name: Servers
        condition: "severity == 'critical' AND ci_type == 'server'"
        channel: "#servers"
        mentions: ["@oncall"]
        text: "{severity} on {ci_name}: {title}"
"""
EVENT: dict[str, Any] = {"severity": "critical", "title": "Kernel panic", "ciId": {"name": "WEB", "type": "Server"}}
NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
KNOWN = MonitoringEvent("nopesight", "e-1", "Down", Severity.CRITICAL, EventStatus.OPEN, NOON, NOON)
ALERTS: dict[str, Any] = {
    "version": "4",
    "alerts": [
        {"status": "firing", "labels": {"severity": "warning"}, "startsAt": "2026-01-20T12:00:00Z", "fingerprint": "a1"}
    ],
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    config = tmp_path / "incidentbot.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("INCIDENTBOT_CONFIG", str(config))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")

    def run_it(content: str, *options: str) -> Any:
        file = tmp_path / "event.json"
        file.write_text(content, encoding="utf-8")
        return CliRunner().invoke(app, ["rules", "test", str(file), *options])

    return run_it


@pytest.mark.parametrize("wrap", ("bare", "delivery"))
def test_an_events_decisions_are_told_with_every_tests_value_and_a_preview(run: Any, wrap: str) -> None:
    body = EVENT if wrap == "bare" else {"type": "event.created", "data": {"event": EVENT}}
    told = run(json.dumps(body))
    assert told.exit_code == 0
    for part in (
        "a new one",
        "ci_type == 'server' saw server",
        "In #servers:",
        "critical on WEB: Kernel panic",
        "@oncall",
    ):
        assert part in told.output


def test_programs_get_the_same_as_json(run: Any) -> None:
    told = run(json.dumps(EVENT), "--json")
    decision = json.loads(told.stdout)[0]
    assert decision["becomes_incident"] is True
    assert decision["rules"][0]["tests"][1] == {"test": "ci_type == 'server'", "saw": ["server"], "holds": True}
    assert [one["channel"] for one in decision["told"]] == ["#servers"]


def test_a_notification_of_alertmanager_is_tried_alert_by_alert(run: Any) -> None:
    told = run(json.dumps(ALERTS))
    assert told.exit_code == 0
    assert "In #alerts:" in told.output


@pytest.mark.parametrize("content", ("{", "[]", '{"alerts": [{}]}', '{"version": "4", "alerts": [{}]}'))
def test_a_file_without_an_event_is_a_sentence(run: Any, content: str) -> None:
    told = run(content)
    assert told.exit_code == 1
    assert "event.json" in told.output


def noted(database_url: str) -> None:
    """An incident of the group, and maintenance of another CI."""
    store = Store(database_url, clock=SystemClock(), policy=Policy(create_when=parse("severity == 'critical'")))
    with store.begin(TEAM.team_id) as tx:
        take(tx, replace(KNOWN, correlation_id="c-1"))
    order = Order(Scope.CI, "DB", timedelta(hours=1), "a new disk")
    cause = Cause(TEAM.team_id, "maintenance", Actor(Source.CLI, name="cli"), "cli")
    assert isinstance(start_maintenance(store, cause, order), Window)
    store.close()


@pytest.mark.usefixtures("store")
def test_open_incidents_and_maintenance_count_where_there_is_a_database(
    run: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(database_url)
    monkeypatch.setenv("DATABASE_URL", database_url)
    joins, silent = {**EVENT, "correlationId": "c-1"}, {**EVENT, "ciId": {"name": "DB"}}
    by_database = [json.loads(run(json.dumps(one), "--json").stdout)[0] for one in (joins, silent, EVENT)]
    assert [(one["incident"], one["silenced_by"], one["becomes_incident"]) for one in by_database] == [
        ("INC-1", None, False),
        (None, 1, False),
        (None, None, True),
    ]
    alone = json.loads(run(json.dumps(joins), "--json", "--alone").stdout)[0]
    assert (alone["incident"], alone["becomes_incident"]) == (None, True)


@pytest.mark.parametrize("url", ("sqlite:///not-there.db", "postgresql://nobody:x@127.0.0.1:1/nothing"))
def test_a_database_that_cannot_be_asked_is_named_and_the_settings_decide(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    told = run(json.dumps(EVENT), "--json")
    assert told.exit_code == 0
    assert "By the settings alone" in told.stderr
    assert json.loads(told.stdout)[0]["becomes_incident"] is True
    assert not list(tmp_path.glob("*.db"))
