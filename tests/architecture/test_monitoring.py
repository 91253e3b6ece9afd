"""What is shipped for Prometheus and Grafana asks for metrics that there are, and shows all of them."""

import json
import re
from typing import Any, Final

import yaml

from tests.architecture.source import text

ALERTS: Final = "deploy/prometheus/alerts.yml"
DASHBOARD: Final = "deploy/grafana/incidentbot.json"
METRIC: Final = re.compile(r"\bincidentbot_[a-z_]+\b")


def documented() -> set[str]:
    """Every metric; that they are all in the docs, and no others, is seen to elsewhere."""
    return set(re.findall(r"^\| `(incidentbot_[a-z_]+)` \|", text("docs/http.md"), re.MULTILINE))


def used(expression: str) -> set[str]:
    """The metrics that an expression asks for; a histogram by its name."""
    return {re.sub(r"_seconds_bucket\Z", "_seconds", name) for name in METRIC.findall(expression)}


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(text(ALERTS))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(DASHBOARD))["panels"]
    return found


def test_every_alert_asks_for_a_metric_and_says_what_to_do() -> None:
    assert rules()
    for rule in rules():
        assert used(rule["expr"])
        assert used(rule["expr"]) <= documented(), rule["alert"]
        assert rule["annotations"]["summary"]
        assert len(rule["annotations"]["description"]) > 40, rule["alert"]


def test_the_dashboard_and_the_alerts_show_every_metric_and_no_other() -> None:
    shown = {name for panel in panels() for target in panel["targets"] for name in used(target["expr"])}
    alarmed = {name for rule in rules() for name in used(rule["expr"])}
    assert shown | alarmed == documented()


def test_no_panel_lies_on_another() -> None:
    places = set[tuple[int, int]]()
    for panel in panels():
        at = panel["gridPos"]
        taken = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not places & taken, panel["title"]
        places |= taken
    assert max(x for x, _ in places) < 24


def test_a_planted_metric_that_nobody_documents_is_found() -> None:
    assert used("rate(incidentbot_planted_total[5m])") - documented() == {"incidentbot_planted_total"}
