"""An incident as a document: everything in it, nothing invented, and the same every time."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.correction import Corrected
from incidentbot.domain.incident import Draft
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Person
from incidentbot.domain.severity import Severity
from incidentbot.domain.story import Document, Story
from incidentbot.languages import speaking
from incidentbot.queries.story import story_of
from incidentbot.render.export import as_json, written
from incidentbot.usecases import acknowledge, add_note, capture, correct, create, resolve
from tests.integration.desk import NOON, TEAM, WorkingDesk, opened

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/export.schema.json").read_text(encoding="utf-8"))
HOSTILE = "<script>alert(1)</script> # *x* [y](http://evil.example) `z` | <@UANA>"


class Desk(WorkingDesk):
    surface = "shortcut"

    def story(self) -> Story:
        with self.store.read(TEAM) as tx:
            incident = tx.incidents.get(1)
            assert incident is not None
            return story_of(tx, incident, "https://acme.slack.com/")


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    with opened(Desk, sqlite_url, Person("UANA", "Ana Ferreira")) as made:
        cis = (CiRef("ci_1", "PROD-WEB-01", "server"),)
        made.do(create, Draft("The shop is down", Severity.CRITICAL, "Since the deployment", assignee="UANA", cis=cis))
        with made.store.begin(TEAM) as tx:
            tx.incidents.place_card(1, "C0INCIDENTS", "1773144000.000100")
        made.do(acknowledge, "INC-1", after=5)
        made.do(add_note, "INC-1", HOSTILE, after=5)
        said = SaidMessage(
            "C0INCIDENTS", "1773144700.000200", "It was the cache", "UANA", url="https://acme.slack.com/p1"
        )
        made.do(capture, "INC-1", said, after=2)
        made.do(resolve, "INC-1", "Rolled back", after=48)
        yield made


def test_the_json_is_as_its_schema_says_also_where_a_time_was_corrected(desk: Desk) -> None:
    desk.do(correct, "INC-1", Corrected.RESOLVED, NOON + timedelta(minutes=30))
    exported = as_json(desk.story())
    jsonschema.validate(exported, SCHEMA)
    assert exported["resolved_at"] == "2026-03-10T12:30:00Z"
    [resolved] = [one for one in exported["timeline"] if one["kind"] == "resolved"]
    assert (resolved["happened_at"], resolved["recorded_as"]) == ("2026-03-10T12:30:00Z", "2026-03-10T13:00:00Z")
    assert exported["names"] == {"UANA": "Ana Ferreira"}
    assert json.loads(written(desk.story(), Document.JSON)) == exported


def test_the_emptiest_incident_has_every_document(desk: Desk) -> None:
    told = desk.story()
    bare = replace(
        told, incident=replace(told.incident, description="", cis=(), assignee=""), entries=told.entries[:1], names={}
    )
    jsonschema.validate(as_json(bare), SCHEMA)
    assert "First acknowledged: never" in written(bare, Document.RETROSPECTIVE)
    assert "Where nothing was said" not in written(bare, Document.RETROSPECTIVE)
    assert written(bare, Document.MARKDOWN).startswith("# INC-1")


def test_a_retrospective_tells_lengths_people_silence_and_what_was_kept_and_asks_the_rest(desk: Desk) -> None:
    draft = written(desk.story(), Document.RETROSPECTIVE)
    for told in (
        "First acknowledged: 5 min after the beginning, by @Ana Ferreira",
        "First update: 10 min after the beginning",
        "Resolved: 1 h after the beginning",
        "Assignee: @Ana Ferreira",
        "nobody wrote anything for 48 min",
        "PROD-WEB-01",
        "(<https://acme.slack.com/p1>)",
        "> It was the cache",
        "> Rolled back",
        "What caused it, and how do we know?",
    ):
        assert told in draft, told
    assert draft == written(desk.story(), Document.RETROSPECTIVE)


def test_a_correction_moves_what_the_draft_tells_and_both_times_are_named(desk: Desk) -> None:
    desk.do(correct, "INC-1", Corrected.RESOLVED, NOON + timedelta(minutes=30))
    draft = written(desk.story(), Document.RETROSPECTIVE)
    assert "Resolved: 30 min after the beginning" in draft
    assert "**2026-03-10 12:30:00 UTC** (30 min after the beginning) (recorded as 2026-03-10 13:00:00 UTC)" in draft


@pytest.mark.parametrize("document", (Document.MARKDOWN, Document.RETROSPECTIVE))
def test_what_people_wrote_stays_text_in_a_document(desk: Desk, document: Document) -> None:
    text = written(desk.story(), document)
    assert "<script>" not in text
    assert "[y](http" not in text


def test_a_drill_is_marked_in_every_document(desk: Desk) -> None:
    told = desk.story()
    drill = replace(told, incident=replace(told.incident, drill=True))
    assert written(drill, Document.MARKDOWN).startswith("# DRILL")
    assert "DRILL" in written(drill, Document.RETROSPECTIVE).splitlines()[0]
    assert as_json(drill)["drill"] is True


def test_documents_are_written_in_the_language_of_the_moment_and_programs_read_english_in_each(desk: Desk) -> None:
    english, kept = written(desk.story(), Document.MARKDOWN), written(desk.story(), Document.JSON)
    with speaking("de"):
        export, draft = (written(desk.story(), one) for one in (Document.MARKDOWN, Document.RETROSPECTIVE))
        assert written(desk.story(), Document.JSON) == kept
    for told in ("## Verlauf", "**Schweregrad:** kritisch", "**Angelegt:** von @Ana Ferreira, 2026-03-10 12:00:00 UTC"):
        assert told in export
    for told in ("# Rückblick auf INC-1", "Zuerst übernommen: 5 min nach dem Beginn, von @Ana", "## Was ändern wir?"):
        assert told in draft
    for word in ("Timeline", "Severity", "Created", "after the beginning", "What ", "entries"):
        assert word not in export + draft
    assert written(desk.story(), Document.MARKDOWN) == english
