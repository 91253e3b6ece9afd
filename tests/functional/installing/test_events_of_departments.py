"""Where several workspaces share a NopeSight, an event goes to the workspace of its department."""

import json
import time
from collections.abc import Mapping

import pytest

from incidentbot.domain.signing import dotted_message, sign
from incidentbot.queries import list_incidents
from tests.functional.installing.conftest import ACME, GLOBEX, Trial
from tests.functional.stories.running import wait_for

SECRET = "nopesight-secret-of-this-test-0000"
FILE = f"""
teams:
  {ACME.team_id}: {{nopesight_department: Web}}
  {GLOBEX.team_id}: {{nopesight_department: Payments}}
"""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Where an event goes is decided alike on both."""
    return sqlite_url


@pytest.fixture
def extra() -> Mapping[str, str]:
    return {"NOPESIGHT_WEBHOOK_SECRET": SECRET, "YAML": FILE}


def tell(trial: Trial, event: str, department: str) -> None:
    told = {
        "_id": event,
        "title": f"Event {event}",
        "severity": "critical",
        "status": "open",
        "department": department,
        "timestamp": "2026-01-20T14:44:00Z",
    }
    body = json.dumps({"id": f"whd_{event}", "type": "event.created", "data": {"event": told}}).encode()
    now = str(int(time.time()))
    headers = {
        "X-NopeSight-Event": "event.created",
        "X-NopeSight-Delivery": f"d-{event}",
        "X-NopeSight-Timestamp": now,
        "X-NopeSight-Signature": sign(SECRET, dotted_message(now, body), prefix="sha256="),
        "Content-Type": "application/json",
    }
    assert trial.browser.post(f"{trial.url}/webhooks/nopesight", content=body, headers=headers).status_code == 202


def titles(trial: Trial, team: str) -> list[str]:
    return sorted(one.title for one in list_incidents(trial.service.store, team).items)


def test_events_go_to_the_workspace_of_their_department_and_others_to_the_first(trial: Trial) -> None:
    trial.install(ACME)
    trial.install(GLOBEX)
    for event, department in (("e1", "Payments"), ("e2", "Web"), ("e3", "Elsewhere")):
        tell(trial, event, department)
    wait_for(lambda: titles(trial, ACME.team_id) == ["Event e2", "Event e3"], "Acme's incidents")
    wait_for(lambda: titles(trial, GLOBEX.team_id) == ["Event e1"], "Globex's incident")
