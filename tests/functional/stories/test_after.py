"""After it is over: retrospective and export as files, as a canvas, and where Slack takes neither."""

import json
from pathlib import Path

from incidentbot.sandbox.shown import Shown
from tests.functional.stories.running import Story, story


def resolved(s: Story) -> tuple[Shown, Shown]:
    """The card of an incident that is over, and the reply that says so."""
    s.slack.slash("/incident", "create The shop is down", as_="ana")
    s.slack.expect_ephemeral("ana", containing="Created INC-1")
    card = s.slack.expect_message(containing="The shop is down", event_type="incident")
    s.slack.expect_reply(card, containing="#1")
    s.slack.slash("/incident", "resolve INC-1 Rolled back", as_="ana")
    s.slack.expect_ephemeral("ana", containing="resolved")
    over = s.slack.expect_reply(card, containing="Resolved")
    s.slack.expect_edit(card, where=lambda shown: shown.payload["state"] == "resolved")
    return card, over


def content(s: Story, name: str) -> str:
    """What stands in the one file whose name ends so."""
    [file] = [one for one in s.slack.workspace.files.values() if one.name.endswith(name)]
    assert file.data is not None
    return file.data.decode()


def test_who_resolved_it_has_the_retrospective_drafted_in_the_thread_and_the_export_sent(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path) as s:
        card, over = resolved(s)
        s.slack.click(over, "retrospective_incident", as_="ana")
        s.slack.expect_ephemeral("ana", containing="retrospective of INC-1")
        s.slack.expect_reply(card, containing="A draft of the retrospective of INC-1")
        assert "Rolled back" in content(s, "retrospective.md")
        s.slack.click(over, "export_incident", as_="ana")
        s.slack.expect_ephemeral("ana", containing="All of INC-1")
        s.slack.expect_reply(card, containing="All of INC-1")
        assert "## Timeline" in content(s, "export.md")
        s.slack.slash("/incident", "export INC-1 json", as_="ben")
        s.slack.expect_ephemeral("ben", containing="direct message")
        s.slack.expect_dm("ben", containing="All of INC-1, for programs")
        assert json.loads(content(s, "export.json"))["ref"] == "INC-1"


def test_a_canvas_is_readable_by_the_channel_and_a_file_where_there_is_none_and_a_sentence_without_either(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path) as s:
        card, _ = resolved(s)
        # Longer than a claim of a single call leaves for what comes after it.
        s.slack.server.platform.faults.delay(1.5, "canvases.create", times=1)
        s.slack.slash("/incident", "retrospective INC-1 canvas", as_="ana")
        s.slack.expect_ephemeral("ana", containing="thread")
        s.slack.expect_reply(card, containing="Open the canvas")
        [canvas] = s.slack.workspace.canvases.values()
        assert (canvas.title, list(canvas.access.values())) == ("Retrospective of INC-1 · The shop is down", ["read"])
        s.slack.server.platform.faults.fail("canvases.create", "free_teams_cannot_create_standalone_canvases")
        s.slack.slash("/incident", "export INC-1 canvas", as_="ana")
        s.slack.expect_ephemeral("ana", containing="direct message")
        s.slack.expect_dm("ana", containing="no canvas here")
        s.slack.server.platform.faults.fail("files.getUploadURLExternal", "missing_scope")
        s.slack.slash("/incident", "export INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="direct message")
        s.slack.expect_dm("ana", containing="incidentbot incidents export INC-1")


def test_a_retrospective_is_written_in_a_form_and_filed_and_written_on_by_somebody_else(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path) as s:
        card, over = resolved(s)
        s.slack.click(over, "write_retrospective", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="retrospective_modal")
        assert "Resolved by" in form.value("happened_input")
        form.fill(went_well_input="Two minutes <!channel>", canvas_check=["canvas"])
        assert form.submit().closed
        told = s.slack.expect_reply(card, containing="Retrospective written")
        assert "<!channel>" not in str(told.text)
        s.slack.expect_reply(card, containing="Open the canvas")
        s.slack.slash("/incident", "retrospective INC-1 edit", as_="ben")
        form = s.slack.expect_modal("ben", callback_id="retrospective_modal")
        assert form.value("went_well_input") == "Two minutes <!channel>"
        assert not form.fill(happened_input="", went_well_input="").submit().closed
        assert form.fill(change_input="An alert").submit().closed
        s.slack.expect_reply(card, containing="An alert")
        s.slack.expect_reply(card, containing="A draft of the retrospective")
        assert "## What do we change?\n\nAn alert" in content(s, "retrospective.md")
