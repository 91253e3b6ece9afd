"""`incidentbot workflows …`."""

from pathlib import Path

import pytest

from incidentbot.bootstrap import SystemClock, permissions_of, workflows_of
from incidentbot.domain.policy import Policy
from incidentbot.domain.workflows import Given, Run
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.usecases.run_workflow import run_workflow, workflow_cause
from tests.integration.cli.conftest import TEAM, Terminal

CONFIG = """
workflows:
  - name: Response
    trigger: {type: webhook, slug: response}
    inputs:
      - {name: severity, type: select, options: [critical, high], required: true}
      - {name: service, type: text}
      - {name: count, type: number}
    actions:
      - {type: create_incident, params: {title: "{{workflow.title}}", severity: "{{inputs.severity}}"}}
      - {type: run_diagnostics, params: {service: "{{inputs.service}}"}}
"""


@pytest.fixture
def configured(terminal: Terminal, tmp_path: Path) -> Terminal:
    file = tmp_path / "incidentbot.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return Terminal({**terminal.environ, "INCIDENTBOT_CONFIG": str(file)})


def ran(database_url: str) -> Run:
    """A run whose diagnostics came to nothing, since no service was named."""
    file = read_config(CONFIG)
    workflow = workflows_of(file)["response"]
    policy = Policy(permissions=permissions_of(file), workflows={"response": workflow})
    own = Store(database_url, clock=SystemClock(), policy=policy)
    made = run_workflow(
        own, workflow_cause(TEAM.team_id, "d-1", workflow, "workflow"), workflow, Given("Down", {"severity": "high"})
    )
    own.close()
    assert isinstance(made, Run)
    return made


def test_a_trial_says_what_would_be_done_and_needs_no_database(configured: Terminal) -> None:
    words = ("workflows", "test", "response", "--title", "Down", "--input", "severity=critical", "--input", "count=3")
    told = configured.run(*words, "--json", DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert [one["outcome"] for one in told.json] == ["planned", "refused"]
    assert "critical" in told.json[0]["detail"]


@pytest.mark.parametrize("bad", ("severity=low", "severity=high=count", "colour=red", "count=three"))
def test_a_bad_input_is_named(configured: Terminal, bad: str) -> None:
    told = configured.run("workflows", "test", "response", "--input", bad)
    assert told.code == 1
    assert "inputs." in told.err


def test_a_workflow_that_is_not_there_is_named_with_those_that_are(configured: Terminal) -> None:
    told = configured.run("workflows", "test", "reponse")
    assert told.code == 1
    assert "response" in told.err
    assert [one["slug"] for one in configured.run("workflows", "list", "--json").json] == ["response"]


def test_runs_are_listed_and_what_came_to_nothing_is_done_again(configured: Terminal, database_url: str) -> None:
    run = ran(database_url)
    listed = configured.run("workflows", "runs", "--json").json
    assert [(one["run"], [each["outcome"] for each in one["actions"]]) for one in listed] == [
        (run.id, ["done", "refused"])
    ]
    again = configured.run("workflows", "redeliver", run.id, "--json")
    assert [each["outcome"] for each in again.json[0]["actions"]] == ["skipped", "refused"]
    assert again.json[0]["redelivery_of"] == run.id
    everything = configured.run("workflows", "redeliver", run.id, "--all")
    assert "INC-2" in everything.out


def test_a_run_that_is_not_there_cannot_be_repeated(configured: Terminal) -> None:
    told = configured.run("workflows", "redeliver", "nothing")
    assert told.code == 1
    assert "workflows runs" in told.err
