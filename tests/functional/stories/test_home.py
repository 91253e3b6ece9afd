"""The Home tab in a Slack that refuses what Slack refuses."""

from pathlib import Path

from tests.functional.stories.running import story


def test_home_follows_what_happens_while_somebody_looks(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        s.slack.open_home(as_="ana")
        s.slack.expect_home("ana", where=lambda home: "Nothing is unresolved" in str(home.body))
        s.slack.click_home("create_incident_home", as_="ana")
        s.slack.expect_modal("ana", callback_id="incident_modal").fill(title="Shop is slow").submit()
        card = s.slack.expect_message(channel="#incidents", containing="Shop is slow", event_type="incident")
        s.slack.expect_reply(card, containing="#1")
        s.slack.expect_home("ana", where=lambda home: "Go to thread" in str(home.body))
        s.slack.click_home("acknowledge_incident:1", as_="ana")
        s.slack.expect_reply(card, containing="#2")
        s.slack.expect_home("ana", where=lambda home: "acknowledge_incident" not in str(home.body))
