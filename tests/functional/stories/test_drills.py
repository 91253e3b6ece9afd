"""A drill by the form: everybody who is called reads first that it is one, and NopeSight hears nothing."""

from pathlib import Path

from tests.functional.stories.running import story


def test_a_drill_says_so_in_card_thread_messages_and_home_and_its_event_stays_as_it_is(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path) as s:
        event = s.nopesight.fire(title="Swap is used on PROD-DB-01", severity="major", ci="PROD-DB-01")
        told = s.slack.expect_message(channel="#alerts", event_type="nopesight_event")
        s.slack.click(told, "create_incident", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="incident_modal")
        form.fill(drill=["drill"], assignee=s.slack.person("ben").id).submit()
        card = s.slack.expect_message(channel="#incidents", containing="DRILL", event_type="incident")
        s.slack.expect_ephemeral("ana", containing="DRILL")
        s.slack.expect_reply(card, containing="Drill begun")
        invitation = s.slack.expect_dm("dmitri", event_type="incident_invitation")
        assert invitation.text.startswith("DRILL")
        s.slack.expect_reply(card, containing="Invited")
        s.slack.click(card, "acknowledge_incident", as_="ben")
        acknowledged = s.slack.expect_reply(card, containing="Acknowledged")
        assert acknowledged.text.startswith("DRILL")
        s.slack.expect_edit(card, where=lambda shown: shown.payload["state"] == "acknowledged")
        s.slack.open_home(as_="ben")
        s.slack.expect_home("ben", where=lambda view: "DRILL" in str(view.body))
        assert s.nopesight.events.get(event.id).status == "open"
