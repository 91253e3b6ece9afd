"""Time passes and nobody does anything: people are reminded, it is escalated, and buttons put it off."""

from pathlib import Path

from incidentbot.sandbox.shown import Shown
from tests.functional.stories.running import Story, story, wait_for

CONFIG = """
incidents:
  remind_unacknowledged_after: {critical: 5m, high: 15m}
  escalate_after: {critical: 20m}
  escalate_to: ["@oncall"]
  acknowledgement_expires_after: {critical: 4h}
  nudge_without_update_after: {critical: 1h}
  offer_closing_after: {low: 2d}
"""
MINUTE = 60
HOUR = 60 * MINUTE


def on_call_known(s: Story) -> bool:
    team = s.slack.workspace.team_id
    with s.service.store.read(team) as tx:
        return bool(tx.groups.members(tx.mentions.known(["@oncall"]).get("@oncall", "")))


def opened(s: Story, text: str) -> Shown:
    s.slack.slash("/incident", f"create {text}", as_="ana")
    s.slack.expect_ephemeral("ana", containing="INC-1")
    card = s.slack.expect_message(event_type="incident")
    s.slack.expect_reply(card, containing="#1")
    return card


def test_nobody_acknowledges_until_it_is_escalated_and_taken_from_a_direct_message(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path, config=CONFIG, same_time=True) as s:
        wait_for(lambda: on_call_known(s), "who is on call to be known")
        card = opened(s, "Checkout is down --severity critical --assign @ben")
        s.slack.advance(5 * MINUTE)
        reminder = s.slack.expect_reply(card, containing="Nobody has acknowledged this")
        assert s.slack.person("ben").id not in reminder.text
        told = s.slack.expect_dm("ben", event_type="incident_reminder")
        s.slack.click(told, "snooze_incident:30m", as_="ben")
        s.slack.expect_ephemeral("ben", containing="INC-1")
        s.slack.expect_reply(card, containing="rest until")
        s.slack.advance(31 * MINUTE)
        s.slack.expect_reply(card, containing="Escalated, step 1 of 1")
        s.slack.expect_dm("ana", event_type="incident_invitation", containing="escalation, step 1 of 1")
        s.slack.advance(10 * MINUTE)
        s.slack.expect_reply(card, containing="Nobody has acknowledged this")
        again = s.slack.expect_dm("ben", event_type="incident_reminder")
        s.slack.click(again, "acknowledge_incident", as_="ben")
        s.slack.expect_ephemeral("ben", containing="acknowledged")
        s.slack.expect_reply(card, containing="Acknowledged")
        s.slack.slash("/incident", "show INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Next by itself")
        s.slack.slash("/incident", "why INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="acknowledgement_expires_after")
        s.slack.expect_dm("ana", event_type="incident_reminder")


def test_an_acknowledgement_that_is_kept_lasts_and_one_that_is_not_ends(sqlite_url: str, tmp_path: Path) -> None:
    config = CONFIG.replace("  nudge_without_update_after: {critical: 1h}\n", "")
    with story(sqlite_url, tmp_path, config=config, same_time=True) as s:
        card = opened(s, "Checkout is down --severity critical")
        s.slack.click(card, "acknowledge_incident", as_="ben")
        s.slack.expect_reply(card, containing="Acknowledged")
        s.slack.advance(4 * HOUR - 15 * MINUTE)
        notice = s.slack.expect_reply(card, containing="The acknowledgement ends in 15 min")
        s.slack.expect_dm("ben", event_type="incident_reminder")
        s.slack.click(notice, "snooze_incident:1h", as_="ben")
        s.slack.expect_reply(card, containing="rest until")
        s.slack.advance(HOUR)
        s.slack.expect_reply(card, containing="The acknowledgement ends in 15 min")
        s.slack.expect_dm("ben", event_type="incident_reminder")
        s.slack.advance(15 * MINUTE)
        s.slack.expect_reply(card, containing="Open again")
        s.slack.expect_edit(card, where=lambda shown: shown.payload["state"] == "open")


def test_after_a_night_without_the_service_there_is_one_late_word(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG, same_time=True) as s:
        card = opened(s, "Reports are slow --severity high")
        s.slack.slash("/incident", "create Odd noise --severity low", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-2")
        other = s.slack.expect_message(event_type="incident", containing="Odd noise")
        s.slack.expect_reply(other, containing="#1")
        s.restart(lambda: s.slack.advance(9 * HOUR))
        s.slack.expect_reply(card, containing="when I was not running")
        s.slack.advance(39 * HOUR)
        offered = s.slack.expect_reply(other, containing="Is it over?")
        s.slack.expect_reply(card, containing="Nobody has acknowledged this for 2 d")
        s.slack.click(offered, "resolve_incident", as_="ana")
        s.slack.expect_modal("ana").submit()
        s.slack.expect_reply(other, containing="Resolved")
