"""Everybody is spoken to in their own language, and the channel in the workspace's."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from incidentbot.sandbox.world import World, demo_world
from tests.functional.stories.running import TIMINGS, story

# However slow the machine is: whoever is not known yet is asked for first.
PATIENT = replace(TIMINGS, introduce=timedelta(seconds=60))


def world_with(**locales: str) -> World:
    """The demo's world, in which these people have set their Slack to these languages."""
    world = demo_world()
    people = (replace(one, locale=locales.get(one.handle, one.locale)) for one in world.people)
    return replace(world, people=tuple(people))


def test_a_german_is_answered_shown_forms_and_written_to_in_german_while_the_channel_speaks_english(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path, world=world_with(dmitri="de-DE", ivy="de-AT"), timings=PATIENT) as s:
        ivy = s.slack.person("ivy").id
        s.slack.slash("/incident", "create The shop is slow", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Created INC-1")
        card = s.slack.expect_message(channel="#incidents", containing="The shop is slow", event_type="incident")
        s.slack.expect_reply(card, containing="Incident created")

        s.slack.slash("/incident", "acknowledge INC-1", as_="dmitri")
        s.slack.expect_ephemeral("dmitri", containing="übernommen")
        s.slack.expect_reply(card, containing="Acknowledged by")
        s.slack.slash("/incident", "akc INC-1", as_="dmitri")
        s.slack.expect_ephemeral("dmitri", containing="gemeint?")
        s.slack.slash("/incident", f"invite INC-1 <@{ivy}>", as_="ana")
        s.slack.expect_ephemeral("ana", containing="invitation on its way")
        s.slack.expect_dm("ivy", containing="Du bist jetzt bei diesem Vorfall dabei")
        s.slack.expect_reply(card, containing="Invited by")

        s.slack.click(card, "resolve_incident", as_="dmitri")
        form = s.slack.expect_modal("dmitri", callback_id="resolve_modal")
        assert (form.title, form.view.body["close"]["text"]) == ("INC-1 lösen", "Abbrechen")
        form.fill(resolution_input="Mehr Speicher").submit()
        s.slack.expect_reply(card, containing="Resolved by")


def test_the_channel_speaks_what_the_settings_say_and_whoever_reads_english_is_answered_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    config = f"teams: {{{demo_world().team_id}: {{language: de}}}}"
    with story(sqlite_url, tmp_path, config=config) as s:
        s.slack.slash("/incident", "create The shop is slow", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Created INC-1")
        card = s.slack.expect_message(channel="#incidents", containing="offen seit", event_type="incident")
        s.slack.expect_reply(card, containing="Vorfall angelegt")


def test_a_document_is_in_the_language_of_whoever_asked_for_it_and_what_is_said_of_it_in_the_channels(
    sqlite_url: str, tmp_path: Path
) -> None:
    with story(sqlite_url, tmp_path, world=world_with(dmitri="de-DE"), timings=PATIENT) as s:
        s.slack.slash("/incident", "create The shop is slow", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Created INC-1")
        card = s.slack.expect_message(channel="#incidents", containing="The shop is slow", event_type="incident")
        s.slack.expect_reply(card, containing="Incident created")
        s.slack.slash("/incident", "retrospective INC-1", as_="dmitri")
        s.slack.expect_ephemeral("dmitri", containing="Ein Entwurf des Rückblicks auf INC-1")
        s.slack.expect_reply(card, containing="A draft of the retrospective of INC-1")
        s.slack.slash("/incident", "export INC-1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="All of INC-1")
        s.slack.expect_dm("ana", containing="All of INC-1")
        drafted, exported = (file.data.decode() for file in s.slack.workspace.files.values() if file.data is not None)
        assert "# Rückblick auf INC-1 · The shop is slow" in drafted
        assert "## Timeline" in exported


def test_a_report_and_its_document_speak_what_the_settings_say(sqlite_url: str, tmp_path: Path) -> None:
    config = f"teams: {{{demo_world().team_id}: {{language: de}}}}"
    with story(sqlite_url, tmp_path, config=config) as s:
        s.slack.slash("/incident", "create The shop is slow --severity critical", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Created INC-1")
        card = s.slack.expect_message(channel="#incidents", containing="offen seit", event_type="incident")
        s.slack.expect_reply(card, containing="Vorfall angelegt")
        s.slack.slash("/incident", "report daily_summary", as_="ana")
        s.slack.expect_ephemeral("ana", containing="being made")
        made = "1 Vorfall in den letzten 24 Stunden, 1 mehr als davor: 1 kritisch"
        message = s.slack.expect_message(event_type="report", containing=made, timeout=90)
        s.slack.expect_reply(message, containing="Der ganze Bericht als Datei", timeout=90)
