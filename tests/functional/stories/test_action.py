"""Action items: added by command, listed, reminded of in the thread and directly, done."""

from pathlib import Path

from incidentbot.sandbox.shown import Shown
from tests.functional.stories.running import Story, pass_time, story

HOUR = 3600


def over(s: Story) -> Shown:
    """The card of INC-1, which Ana resolved."""
    s.slack.slash("/incident", "create The shop is down --severity low", as_="ana")
    s.slack.expect_ephemeral("ana", containing="Created INC-1")
    card = s.slack.expect_message(containing="The shop is down", event_type="incident")
    s.slack.expect_reply(card, containing="#1")
    s.slack.slash("/incident", "resolve INC-1 Rolled back", as_="ana")
    s.slack.expect_ephemeral("ana", containing="resolved")
    return s.slack.expect_edit(card, where=lambda shown: shown.payload["state"] == "resolved")


def test_what_is_left_to_do_is_reminded_of_when_it_is_due_and_then_done(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, same_time=True) as s:
        card = over(s)
        s.slack.expect_reply(card, containing="Resolved")
        ben = s.slack.person("ben").id
        s.slack.slash("/incident", f"action INC-1 add Test the backup <@{ben}> --due 4h", as_="ana")
        s.slack.expect_ephemeral("ana", containing="action item added")
        s.slack.expect_reply(card, containing="Action item 1 added")
        s.slack.slash("/incident", "action INC-1 list", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Test the backup")
        s.slack.slash("/incident", "action INC-1 change 1 none --due 2d", as_="ana")
        s.slack.expect_ephemeral("ana", containing="action item changed")
        s.slack.expect_reply(card, containing="Assigned to:* nobody")
        s.slack.slash("/incident", f"action INC-1 change 1 <@{ben}> --due 4h", as_="ana")
        s.slack.expect_ephemeral("ana", containing="action item changed")
        s.slack.expect_reply(card, containing=f"Assigned to:* <@{ben}>")
        pass_time(s, 4 * HOUR + 60)
        s.slack.expect_reply(card, containing="Action item 1 is due")
        s.slack.expect_dm("ben", containing="Test the backup")
        s.slack.slash("/incident", "action INC-1 done 1", as_="ben")
        s.slack.expect_ephemeral("ben", containing="action item 1 done")
        s.slack.expect_reply(card, containing="Action item 1 done")
        s.slack.slash("/incident", "action INC-1 done 1", as_="ben")
        s.slack.expect_ephemeral("ben", containing="done already")
        s.slack.slash("/incident", "action INC-1 reopen 1", as_="ben")
        s.slack.expect_ephemeral("ben", containing="action item 1 open again")
        s.slack.expect_reply(card, containing="Action item 1 open again")
