"""Steps of Workflow Builder: what workflows put in, delivered more than once, and by whose right."""

import json
from dataclasses import replace
from typing import Any, Final

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.policy import Policy
from incidentbot.domain.step import Step
from incidentbot.queries import timeline
from incidentbot.settings_file import read_config
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from tests.integration.slack_inbound.conftest import ANA, JSON, SECRET, TEAM, Slack


async def run(slack: Slack, step: str, execution: str = "Fx1", **inputs: Any) -> Step:
    """How the run of `step` ended."""
    event = {
        "type": "function_executed",
        "function": {"callback_id": step, "type": "app"},
        "inputs": inputs,
        "function_execution_id": execution,
        "bot_access_token": "xwfp-only-for-this-run",
        "event_ts": "1.0",
    }
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{execution}", "event": event}
    assert (await slack.post(json.dumps(body).encode(), JSON)).status == 200
    with slack.store.read(TEAM) as tx:
        ended = tx.steps.get(execution)
    assert ended is not None
    return ended


def run_by(person: str) -> dict[str, str]:
    """How Slack says who ran a workflow."""
    return {"id": person, "secret": "slack-vouches-for-it"}


async def kinds(slack: Slack) -> list[str]:
    return [entry.kind.value for entry in (await slack.store.ask(timeline, TEAM, 1)).items]


async def test_a_run_that_is_delivered_again_is_done_and_told_once(slack: Slack) -> None:
    first = await run(slack, "create_incident_step", title="Till 4 is dead", user=run_by(ANA))
    assert first == await run(slack, "create_incident_step", title="Till 4 is dead", user=run_by(ANA))
    for _ in range(2):
        await run(slack, "update_incident_step", "Fx2", incident="INC-1", text="Looking", severity="low")
    assert await kinds(slack) == ["created", "severity_changed", "note"]
    with slack.store.read(TEAM) as tx:
        # The lane of each run has had one number.
        assert [tx.effects.next_seq(f"step:{run}") for run in ("Fx1", "Fx2")] == [2, 2]


async def test_what_is_wrong_ends_the_run_with_a_sentence_and_changes_nothing(slack: Slack) -> None:
    assert "title" in (await run(slack, "create_incident_step", "Fx1", title="  ")).problem
    assert "severity" in (await run(slack, "create_incident_step", "Fx2", title="x", severity="awful")).problem
    assert (await run(slack, "create_incident_step", "Fx3", title={"not": "text"})).problem
    assert (await run(slack, "update_incident_step", "Fx4", incident="INC-77", text="x")).problem
    await run(slack, "create_incident_step", "Fx5", title="Till 4 is dead")
    assert "state" in (await run(slack, "update_incident_step", "Fx6", incident="INC-1", state="gone")).problem
    assert await kinds(slack) == ["created"]


async def test_a_state_that_it_has_already_is_what_the_workflow_wanted(slack: Slack) -> None:
    await run(slack, "create_incident_step", title="Till 4 is dead")
    assert await run(slack, "update_incident_step", "Fx2", incident="INC-1", state="open") == Step("Fx2", 1)
    assert await kinds(slack) == ["created"]


async def test_whom_a_workflow_only_names_is_told_as_who_reports_it_and_did_not_do_it(slack: Slack) -> None:
    await run(slack, "create_incident_step", title="Till 4 is dead", user=ANA)
    created = (await slack.store.ask(timeline, TEAM, 1)).items[0]
    assert (created.actor.id, created.data["reporter"]) == ("", ANA)
    await run(slack, "create_incident_step", "Fx2", title="Till 5 is dead", user=run_by(ANA))
    created = (await slack.store.ask(timeline, TEAM, 2)).items[0]
    assert (created.actor.id, "reporter" in created.data) == (ANA, False)


NOT_VOUCHED_FOR: Final[tuple[Any, ...]] = (
    ANA,
    {"id": ANA},
    {"id": ANA, "secret": ""},
    {"id": ANA, "secret": 7},
    {"id": [ANA], "secret": "x"},
    {"id": f"<@{ANA}>", "secret": "x"},
    [ANA],
    7,
)


async def test_a_workflow_has_no_rights_of_its_own(slack: Slack, database_url: str) -> None:
    config = read_config(f"permissions: {{user_mappings: {{{ANA}: operator}}, default: viewer}}")
    strict = Store(database_url, clock=slack.clock, policy=Policy(permissions=permissions_of(config)))
    entry = build_slack(
        SlackParts(strict, slack.answerer, NopeSightInquirer(None), slack.clock.now), signing_secrets=(SECRET,)
    )
    slack = replace(slack, store=strict, entry=entry)
    assert "create" in (await run(slack, "create_incident_step", title="Till 4 is dead")).problem
    for number, user in enumerate(NOT_VOUCHED_FOR):
        assert (await run(slack, "create_incident_step", f"FxN{number}", title="Till 4 is dead", user=user)).problem
    assert (await run(slack, "create_incident_step", "Fx2", title="Till 4 is dead", user=run_by(ANA))).incident == 1
    assert (await run(slack, "update_incident_step", "Fx3", incident="INC-1")).incident == 1
    for wanted in ({"severity": "low"}, {"state": "resolved"}, {"text": "x"}):
        execution = f"Fx-{next(iter(wanted))}"
        assert (await run(slack, "update_incident_step", execution, incident="INC-1", **wanted)).problem
    assert await kinds(slack) == ["created"]
    assert (await run(slack, "update_incident_step", "Fx4", incident="INC-1", text="x", user=run_by(ANA))).incident == 1
    assert await kinds(slack) == ["created", "note"]
    strict.close()
