"""Events are told where they belong: by severity, by rules, with mentions, and kept true."""

from pathlib import Path

import httpx

from incidentbot.queries.workflows import workflow_run
from tests.functional.stories.running import API_TOKEN, Story, story, wait_for
from tests.unit.test_settings_file import GUIDE

EVENT = "nopesight_event"


def test_an_event_is_told_in_the_channel_of_its_severity_and_edited_as_it_changes(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path, by_socket=False) as s:
        event = s.nopesight.fire(title="Swap is used on PROD-WEB-01", severity="major", ci="PROD-WEB-01")
        told = s.slack.expect_message(channel="#alerts", containing="Swap is used", event_type=EVENT)
        assert told.payload["event"] == event.id
        assert {"acknowledge_event", "create_incident", "run_playbook"} <= set(told.action_ids)
        s.nopesight.acknowledge(event.id, by="ben")
        s.slack.expect_edit(told, containing="Acknowledged by Ben Okafor")
        s.slack.expect_reply(told, containing="Acknowledged by Ben Okafor")
        s.nopesight.resolve(event.id, by="ben", notes="Stopped the leak")
        s.slack.expect_edit(told, containing="Resolved by Ben Okafor")
        s.slack.expect_reply(told, containing="Stopped the leak")
        assert "acknowledge_event" not in told.action_ids


def test_the_guides_file_as_it_stands_routes_mentions_and_keeps_viewers_from_acting(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path, config=GUIDE) as s:
        event = s.nopesight.fire(title="Kernel panic on PROD-WEB-02", severity="critical", ci="PROD-WEB-02")
        card = s.slack.expect_message(channel="#incidents", containing="Kernel panic", event_type="incident")
        told = s.slack.expect_message(channel="#infrastructure-critical", containing="Kernel panic", event_type=EVENT)
        assert set(told.live.mentions) >= {"S0ONCALL00", "S0INFRA000"}
        assert "INC-1" in told.shown
        s.slack.expect_dm("ben", containing="INC-1")
        s.slack.click(card, "acknowledge_incident", as_="ana")
        s.slack.expect_ephemeral("ana", containing="viewer")
        s.nopesight.acknowledge(event.id, by="ben")
        s.slack.expect_reply(told, containing="Acknowledged by Ben Okafor")
        s.slack.expect_edit(told, containing="acknowledged")
        s.slack.expect_reaction(card, "eyes")
        s.nopesight.fire(title="Port scan", severity="info", category="security")
        s.slack.expect_message(channel="#notifications", containing="Port scan", event_type=EVENT)
        told = s.slack.expect_message(channel="#security-alerts", containing="Port scan", event_type=EVENT)
        assert set(told.live.mentions) == {"S0SECURITY"}
        s.slack.wait_until(lambda: {one.payload["seq"] for one in card.replies()} == {1, 2, 3})
        s.slack.ignore(lambda shown: shown.event_type == "incident_timeline")


def outcomes(s: Story, run_id: str) -> list[str]:
    run = workflow_run(s.service.store, s.slack.workspace.team_id, run_id)
    return [one.outcome.value for one in run.outcomes] if run else []


def test_the_guides_workflow_as_it_stands_makes_an_incident_tells_the_team_and_runs_diagnostics(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path, config=GUIDE) as s:
        body = {
            "title": "Checkout is <!channel> down",
            "inputs": {"severity": "critical", "affected_service": "checkout", "description": "Nobody can pay"},
        }
        answer = httpx.post(
            f"{s.url}/slack/workflows/incident-response",
            json=body,
            headers={"Authorization": f"Bearer {API_TOKEN}", "X-Incidentbot-Delivery": "d-1"},
            trust_env=False,
        )
        assert answer.status_code == 202, answer.text
        card = s.slack.expect_message(channel="#incidents", containing="Checkout is", event_type="incident", timeout=60)
        told = s.slack.expect_message(channel="#incidents", event_type="workflow", timeout=60)
        assert set(told.live.mentions) == {"S0ONCALL00"}
        assert "INC-1" in told.shown
        s.slack.expect_reply(card, containing="Nobody can pay", timeout=60)
        wait_for(lambda: bool(s.nopesight.calls("execute_playbook")), "the diagnostics to be ordered")
        ordered = s.nopesight.calls("execute_playbook")[0].body
        assert (ordered["parameters"], ordered["dryRun"]) == ({"service": "checkout"}, False)
        assert ordered["actor"]["name"] == "Incident Response"
        run = answer.json()["run"]
        wait_for(lambda: outcomes(s, run)[:2] == ["done", "done"], "the run to know that the team was told")
        s.slack.ignore(lambda shown: shown.event_type == "incident_timeline")


def test_one_event_goes_to_several_channels_in_a_rules_own_words_and_without_blocks(
    sqlite_url: str, tmp_path: Path
) -> None:
    config = """
integrations:
  slack:
    notification_rules:
      - name: Databases
        condition: "ci_type == 'database'"
        channel: ["#security-alerts", "#notifications"]
        mentions: ["@nobody-at-all"]
        verbosity: card
        text: "*{severity}* {{1}} on {ci_name}: {title}"
    formatting: {use_blocks: false, thread_replies: true}
"""
    with story(sqlite_url, tmp_path, by_socket=False, config=config) as s:
        title = "Replication lags {severity} <!channel>"
        event = s.nopesight.fire(title=title, severity="minor", ci="PROD-DB-01")
        mapped = s.slack.expect_message(channel="#alerts", event_type=EVENT)
        channels = ("#security-alerts", "#notifications")
        both = [s.slack.expect_message(channel=channel, event_type=EVENT) for channel in channels]
        for told in both:
            assert told.text.startswith("*medium* {1} on PROD-DB-01: Replication lags {severity} &lt;!channel&gt;")
            assert "@nobody-at-all" in told.text
            assert not told.live.mentions
            assert told.action_ids == []
        s.nopesight.resolve(event.id, by="ben")
        s.slack.expect_reply(mapped, containing="Resolved")
        for told in both:
            s.slack.expect_edit(told, containing="Resolved")
            assert told.replies() == []
