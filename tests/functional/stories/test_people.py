"""Who does what in an incident, in a Slack that refuses what Slack refuses."""

from pathlib import Path

from tests.functional.stories.running import story


def test_people_are_given_roles_by_the_cards_button_and_one_hands_over_and_leaves(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path) as s:
        ben, dmitri = s.slack.person("ben").id, s.slack.person("dmitri").id
        s.slack.slash("/incident", "create The shop is slow", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Created INC-1")
        card = s.slack.expect_message(channel="#incidents", containing="The shop is slow", event_type="incident")
        s.slack.expect_reply(card, containing="#1")

        s.slack.click(card, "people_incident", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="people_modal")
        form.fill(commander="ben", scribe="ana", responders=[dmitri]).submit()
        s.slack.expect_reply(card, containing=f"<@{ben}> is commander now")
        s.slack.expect_reply(card, containing="is scribe now")
        s.slack.expect_reply(card, containing=f"Invited by <@{s.slack.person('ana').id}>: <@{dmitri}>")
        for person in ("ben", "dmitri"):
            s.slack.expect_dm(person, containing="You have been added")

        s.slack.slash("/incident", f"handover INC-1 <@{dmitri}> call the vendor", as_="ben")
        s.slack.expect_ephemeral("ben", containing="people changed")
        s.slack.expect_reply(card, containing=f"<@{dmitri}> is commander now")
        s.slack.expect_reply(card, containing="call the vendor")
        s.slack.slash("/incident", "leave INC-1", as_="ben")
        s.slack.expect_ephemeral("ben", containing="people changed")
        s.slack.expect_reply(card, containing=f"<@{ben}> has left")
