"""/cmdb update: a form with what NopeSight has, an optimistic check, and everybody told in the changes channel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incidentbot.sandbox.shown import Modal
from tests.functional.stories.running import Story, story


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    with story(sqlite_url, tmp_path) as s:
        yield s


def opened(s: Story, name: str = "PROD-WEB-01", *, as_: str = "ana") -> Modal:
    s.slack.slash("/cmdb", f"update {name}", as_=as_)
    modal = s.slack.expect_modal(as_)
    s.slack.wait_until(lambda: modal.callback_id == "ci_update_modal", what="the form")
    return modal


def test_a_change_is_written_and_told_in_the_changes_channel(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        modal = opened(s, "prod-web-01")
        before = s.nopesight.cmdb.named("PROD-WEB-01")
        attributes = dict(before.attributes)
        modal.fill(status="maintenance")
        assert modal.submit().closed
        s.slack.expect_ephemeral("ana", containing="on its way")
        told = s.slack.expect_message(channel="#changes", event_type="ci_change")
        assert told.payload["ci"] == before.id
        assert "active → maintenance" in told.shown
        s.slack.expect_ephemeral("ana", containing="is changed in NopeSight")
        after = s.nopesight.cmdb.named("PROD-WEB-01")
        assert (after.status, dict(after.attributes)) == ("maintenance", attributes)


def test_numbers_and_truths_stay_what_they_are(running: Story) -> None:
    ci = running.nopesight.cmdb.named("PROD-WEB-01")
    name = next(key for key, value in ci.attributes.items() if isinstance(value, int))
    modal = opened(running)
    place = next(
        index
        for index, block in enumerate(modal.view.body["blocks"][2:])
        if block["label"]["text"].lower() == name.replace("_", " ")
    )
    modal.fill(**{f"field:{place}": "many"})
    assert "number" in modal.submit().errors[f"field:{place}"]
    modal.fill(**{f"field:{place}": "64"})
    assert modal.submit().closed
    running.slack.expect_message(channel="#changes", event_type="ci_change")
    running.slack.expect_ephemeral("ana", containing="on its way")
    running.slack.expect_ephemeral("ana", containing="is changed in NopeSight")
    assert running.nopesight.cmdb.named("PROD-WEB-01").attributes[name] == 64


def test_whoever_comes_second_is_told_what_is_there_now_and_nothing_is_written(running: Story) -> None:
    modal = opened(running)
    ci = running.nopesight.cmdb.named("PROD-WEB-01")
    running.slack.advance(5)
    running.nopesight.cmdb.put(ci.id, {"status": "inactive"}, "")
    modal.fill(status="maintenance")
    assert modal.submit().closed
    running.slack.expect_ephemeral("ana", containing="on its way")
    refused = running.slack.expect_ephemeral("ana", containing="nothing of yours was written")
    assert "active → inactive" in refused.shown
    assert running.nopesight.cmdb.named("PROD-WEB-01").status == "inactive"


def test_a_change_whose_answer_was_lost_is_no_conflict_with_itself(running: Story) -> None:
    modal = opened(running)
    running.nopesight.faults.lose_replies("update_ci", times=1)
    running.slack.advance(5)
    modal.fill(status="maintenance")
    assert modal.submit().closed
    running.slack.expect_ephemeral("ana", containing="on its way")
    running.slack.expect_message(channel="#changes", event_type="ci_change")
    running.slack.expect_ephemeral("ana", containing="is changed in NopeSight")


def test_a_form_that_changes_nothing_says_so(running: Story) -> None:
    modal = opened(running)
    assert "different" in modal.submit().errors["status"]


def test_a_name_that_is_none_is_answered_in_the_view(running: Story) -> None:
    running.slack.slash("/cmdb", "update PROD-WEB", as_="ana")
    modal = running.slack.expect_modal("ana")
    running.slack.wait_until(lambda: "knows no configuration item" in modal.shown, what="the reason")
    assert "/cmdb update" in modal.shown


def test_the_button_of_a_shown_item_opens_the_form(running: Story) -> None:
    running.slack.slash("/cmdb", "show PROD-WEB-01", as_="ana")
    told = running.slack.expect_ephemeral("ana", containing="Relationships")
    running.slack.click(told, "update_ci", as_="ana")
    modal = running.slack.expect_modal("ana")
    running.slack.wait_until(lambda: modal.callback_id == "ci_update_modal", what="the form")
