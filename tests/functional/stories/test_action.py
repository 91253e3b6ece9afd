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


def left_to_do(s: Story) -> Shown:
    """The card of an incident that is over, with an item for Ben that is due in four hours."""
    card = over(s)
    s.slack.expect_reply(card, containing="Resolved")
    ben = s.slack.person("ben").id
    s.slack.slash("/incident", f"action INC-1 add Test the backup <@{ben}> --due 4h", as_="ana")
    s.slack.expect_ephemeral("ana", containing="action item added")
    s.slack.expect_reply(card, containing="Action item 1 added")
    return card


def test_what_is_left_to_do_is_reminded_of_when_it_is_due_and_then_done(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, same_time=True) as s:
        card = left_to_do(s)
        ben = s.slack.person("ben").id
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


def added_by_form(s: Story, card: Shown) -> None:
    """Ana adds an item for Ben, from the reply that says that it is resolved; at first it would be due before now."""
    resolved = s.slack.expect_reply(card, containing="Resolved")
    s.slack.click(resolved, "add_action", as_="ana")
    form = s.slack.expect_modal("ana", callback_id="action_modal")
    form.fill(action_input="Test the backup", assignee_select="ben", due_pick=int(s.slack.server.clock.now()) - 60)
    refused = form.submit()
    assert (refused.closed, set(refused.errors)) == (False, {"due"})
    assert form.fill(due_pick=int(s.slack.server.clock.now()) + 3 * 24 * HOUR).submit().closed
    s.slack.expect_reply(card, containing="Action item 1 added")


def test_it_is_added_by_a_form_that_says_what_is_wrong_and_changed_ended_and_opened_again_from_the_list(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path, same_time=True) as s:
        card = over(s)
        added_by_form(s, card)
        s.slack.slash("/incident", "action INC-1 list", as_="ana")
        listed = s.slack.expect_ephemeral("ana", containing="Test the backup")
        s.slack.click(listed, "change_action:1", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="action_modal")
        assert form.value("action_input") == "Test the backup"
        assert form.fill(action_input="Test the backups").submit().closed
        s.slack.expect_reply(card, containing="Action item 1 changed")
        s.slack.click(listed, "end_action:1", as_="ana")
        s.slack.expect_reply(card, containing="Action item 1 done")
        s.slack.expect_edit(listed, where=lambda shown: "reopen_action:1" in shown.action_ids)
        s.slack.click(listed, "reopen_action:1", as_="ana")
        s.slack.expect_reply(card, containing="Action item 1 open again")
        s.slack.expect_edit(listed, where=lambda shown: "end_action:1" in shown.action_ids)
        s.slack.slash("/incident", "show INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Action items")


def test_home_shows_people_what_they_are_to_do_and_they_end_it_there(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, same_time=True) as s:
        card = over(s)
        s.slack.open_home(as_="ben")
        added_by_form(s, card)
        s.slack.expect_home("ben", where=lambda home: "Test the backup" in str(home.body))
        s.slack.click_home("end_action_home:0", as_="ben")
        s.slack.expect_reply(card, containing="Action item 1 done")
        s.slack.expect_home("ben", where=lambda home: "Test the backup" not in str(home.body))


def test_whoever_is_reminded_ends_it_where_they_are_told_and_a_second_click_changes_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path, same_time=True) as s:
        card = left_to_do(s)
        pass_time(s, 4 * HOUR + 60)
        due = s.slack.expect_reply(card, containing="Action item 1 is due")
        told = s.slack.expect_dm("ben", containing="Test the backup")
        s.slack.click(told, "end_action", as_="ben")
        s.slack.expect_ephemeral("ben", containing="action item done")
        s.slack.expect_reply(card, containing="Action item 1 done")
        s.slack.click(due, "end_action", as_="ana")
        s.slack.expect_ephemeral("ana", containing="done already")
