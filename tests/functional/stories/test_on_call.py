"""Who is on call: shown, invited by the name, called by an escalation at the moment when it fires."""

from pathlib import Path

from tests.functional.stories.running import Story, pass_time, story, wait_for

CONFIG = """
incidents:
  remind_unacknowledged_after: {}
  escalate_after: {critical: 20m}
  escalate_to: ["@shift", ["@web", "@infrastructure-team"]]
on_call:
  shift:
    schedule: {people: [U0CHLOE003], start: 2024-01-01 09:00, length: 1d, time_zone: Europe/Berlin}
  web:
    nopesight_team: {ci: PROD-WEB-01}
"""


def known(s: Story) -> bool:
    with s.service.store.read(s.slack.workspace.team_id) as tx:
        found = [tx.on_call.duty(name, tx.now) for name in ("@shift", "@web", "@infrastructure-team")]
    return all(duty and duty.people for duty in found)


def assignee(s: Story) -> str:
    with s.service.store.read(s.slack.workspace.team_id) as tx:
        incident = tx.incidents.get(1)
    return incident.assignee if incident else ""


def test_whoever_is_on_call_is_shown_invited_and_called(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG, same_time=True) as s:
        wait_for(lambda: known(s), "who is on call to be known")
        s.slack.slash("/incident", "oncall", as_="ana")
        s.slack.expect_ephemeral("ana", containing=f"<@{s.slack.person('chloe').id}>, until")
        s.slack.slash("/incident", "oncall shft", as_="ana")
        s.slack.expect_ephemeral("ana", containing="shift")
        s.slack.slash("/incident", "create Checkout is down --severity critical", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        card = s.slack.expect_message(event_type="incident")
        s.slack.expect_reply(card, containing="#1")
        s.slack.slash("/incident", "invite INC-1 @shift", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        s.slack.expect_dm("chloe", event_type="incident_invitation")
        s.slack.expect_reply(card, containing=s.slack.person("chloe").id)
        pass_time(s, 20 * 60)
        s.slack.expect_reply(card, containing="step 1 of 2")
        s.slack.expect_dm("chloe", event_type="incident_reminder")
        pass_time(s, 20 * 60)
        second = s.slack.expect_reply(card, containing="step 2 of 2")
        assert "S0INFRA000" in second.text
        with s.service.store.read(s.slack.workspace.team_id) as tx:
            told = {one.id for one in tx.responders.of(1)}
        assert s.slack.person("hugo").id in told
        s.slack.leave()
        s.slack.ignore(lambda _: True)


def test_who_is_on_call_takes_over_by_the_name_typed_and_in_forms(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, config=CONFIG, same_time=True) as s:
        wait_for(lambda: known(s), "who is on call to be known")
        chloe = s.slack.person("chloe").id
        s.slack.slash("/incident", "create Checkout is down --severity low", as_="ana")
        card = s.slack.expect_message(event_type="incident")
        s.slack.slash("/incident", "assign INC-1 @shift", as_="ana")
        s.slack.expect_reply(card, containing=f"Assigned to <@{chloe}>")
        s.slack.slash("/incident", "role INC-1 scribe @infrastructure-team", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Too many people are on call")
        s.slack.slash("/incident", "people INC-1", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="people_modal")
        assert form.fill(commander_on_call_select="@shift", scribe_select="ben").submit().closed
        s.slack.expect_reply(card, containing=f"<@{chloe}> is commander now")
        s.slack.slash("/incident", "assign INC-1 @ben", as_="ana")
        s.slack.slash("/incident", "update INC-1", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="update_modal")
        assert form.fill(assignee_on_call_select="@shift").submit().closed
        wait_for(lambda: assignee(s) == chloe, "the assignee")
        s.slack.leave()
        s.slack.ignore(lambda _: True)
