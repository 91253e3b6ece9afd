"""Our steps of Workflow Builder, as a workflow meets them."""

from pathlib import Path

from incidentbot.sandbox.slack.model import FunctionExecution
from tests.functional.stories.running import Story, story

PATIENT = 60


def ended(s: Story, run: FunctionExecution) -> FunctionExecution:
    s.slack.wait_until(lambda: run.status != "running", timeout=PATIENT, what="the step to end")
    return run


def test_a_workflow_makes_an_incident_moves_it_and_has_the_link_to_go_on_with(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path) as s:
        ana = s.slack.person("ana").id
        made = s.slack.run_step(
            "create_incident_step", as_="ana", title="Till 4 is dead", severity="critical", description="No light"
        )
        card = s.slack.expect_message(channel="#incidents", containing="Till 4 is dead", event_type="incident")
        s.slack.expect_reply(card, containing=f"<@{ana}>")
        outputs = ended(s, made).outputs
        assert (outputs["incident"], outputs["state"]) == ("INC-1", "open")
        assert card.ts.replace(".", "") in outputs["permalink"]

        moved = s.slack.run_step(
            "update_incident_step", incident="INC-1", text="Replaced", severity="low", state="resolved"
        )
        s.slack.expect_reply(card, containing="Replaced")
        s.slack.expect_reply(card, containing="Severity")
        assert ended(s, moved).outputs["state"] == "resolved"

        again = s.slack.run_step("update_incident_step", incident="INC-1", state="acknowledged")
        assert "reopen" in ended(s, again).error
        assert again.status == "failed"
