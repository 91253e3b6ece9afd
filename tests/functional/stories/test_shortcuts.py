"""Shortcuts in a Slack that refuses what Slack refuses."""

from pathlib import Path

from tests.functional.stories.running import story


def test_a_message_becomes_an_incident_and_what_is_said_elsewhere_is_added(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        said = s.slack.say("The shop is slow", as_="ben", channel="#general")
        s.slack.message_shortcut(said, "create_incident_from_message", as_="ana")
        s.slack.expect_modal("ana", callback_id="incident_modal").submit()
        assert "INC-1" in s.slack.expect_modal("ana").shown
        card = s.slack.expect_message(channel="#incidents", containing="The shop is slow", event_type="incident")
        s.slack.expect_reply(card, containing="#1")

        later = s.slack.say("Checkout fails as well", as_="dmitri", channel="#general")
        s.slack.message_shortcut(later, "add_to_timeline", as_="ben")
        s.slack.expect_modal("ben", callback_id="capture_modal").submit()
        assert "INC-1" in s.slack.expect_modal("ben").shown
        s.slack.expect_reply(card, containing="Checkout fails as well")

        s.slack.shortcut("create_incident_shortcut", as_="ana")
        s.slack.expect_modal("ana", callback_id="incident_modal").fill(title="Something else").submit()
        other = s.slack.expect_message(channel="#incidents", containing="Something else", event_type="incident")
        s.slack.expect_reply(other, containing="#1")
