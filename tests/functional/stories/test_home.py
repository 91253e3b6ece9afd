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


def test_a_person_says_in_home_what_they_want_to_be_told_directly(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        s.slack.open_home(as_="ben")
        s.slack.expect_home("ben", where=lambda home: "all severities" in str(home.body))
        s.slack.click_home("preferences_home", as_="ben")
        form = s.slack.expect_modal("ben", callback_id="preferences_modal")
        form.fill(severities_check=["high"], quiet_since_pick="22:00")
        refused = form.submit()
        assert not refused.closed
        assert "quiet_until" in refused.errors
        form.fill(quiet_since_pick="", quiet_until_pick="")
        assert form.submit().closed
        s.slack.expect_home("ben", where=lambda home: "critical, high." in str(home.body))
        s.slack.slash("/incident", "create Odd noise --severity low", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        card = s.slack.expect_message(channel="#incidents", event_type="incident")
        s.slack.expect_reply(card, containing="#1")
        s.slack.slash("/incident", "invite INC-1 @ben @hugo", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        s.slack.expect_reply(card, containing="#2")
        s.slack.expect_dm("hugo", event_type="incident_invitation")
        assert s.slack.direct_messages("ben") == []
