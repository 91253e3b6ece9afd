"""`incidentbot rules test`: what an event would do, from a file alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from incidentbot.cli.entry import app

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
    decision = json.loads(told.output)[0]
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
