"""The retrospective that people write: parts in the timeline, the last ones in every document, nobody's put back."""

from collections.abc import Iterator

import pytest

from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Person
from incidentbot.domain.refusals import BadField, IncidentNotFound, Unchanged
from incidentbot.domain.retrospective import PART_LIMIT, Part, last_written, parts_of
from incidentbot.domain.severity import Severity
from incidentbot.domain.story import Document, Story
from incidentbot.effects.kinds import DocumentFiled
from incidentbot.queries import find, verify_audit
from incidentbot.queries.stats import stats
from incidentbot.queries.story import story
from incidentbot.render.export import written
from incidentbot.usecases import create, resolve, write_retrospective
from tests.integration.desk import HOME, TEAM, WorkingDesk, opened


class Desk(WorkingDesk):
    def story(self) -> Story:
        incident = find(self.store, TEAM, "INC-1")
        assert isinstance(incident, Incident)
        return story(self.store, HOME, incident)

    def filed(self) -> int:
        with self.store.read(TEAM) as tx:
            return tx.effects.next_seq(DocumentFiled.lane_of(1)) - 1


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with opened(Desk, database_url, Person("UANA", "ana")) as made:
        made.do(create, Draft("The shop is down", Severity.HIGH))
        made.do(resolve, "INC-1", "Rolled back", after=30)
        yield made


def test_what_was_written_stands_in_every_document_and_a_part_that_is_not_named_stays(desk: Desk) -> None:
    assert isinstance(desk.do(write_retrospective, "INC-1", {Part.WELL: "Two *minutes*", Part.LUCK: "A Sunday"}), Done)
    assert isinstance(desk.do(write_retrospective, "INC-1", {Part.CAUSE: "The disk", Part.LUCK: ""}), Done)
    entries = desk.story().entries
    assert parts_of(last_written(entries)) == {Part.CAUSE: "The disk", Part.WELL: "Two *minutes*"}
    text = written(desk.story(), Document.RETROSPECTIVE)
    assert "## What went well?\n\nTwo \\*minutes\\*\n" in text
    assert "## What caused it, and how do we know?\n\nThe disk\n" in text
    assert "## Where were we lucky?\n\n…\n" in text
    assert "Written by @ana" in text
    assert desk.filed() == 2
    assert verify_audit(desk.store)[1] == []


def test_what_says_nothing_new_is_too_long_or_about_nothing_is_refused_and_leaves_nothing(desk: Desk) -> None:
    desk.do(write_retrospective, "INC-1", {Part.WELL: "All of it"})
    count = len(desk.story().entries)
    assert desk.do(write_retrospective, "INC-1", {Part.WELL: "All of it"}) == Unchanged("INC-1", "retrospective", "")
    assert desk.do(write_retrospective, "INC-1", {}) == Unchanged("INC-1", "retrospective", "")
    assert desk.do(write_retrospective, "INC-1", {Part.WELL: " "}) == BadField(
        "retrospective", "blank", limit=PART_LIMIT
    )
    refused = desk.do(write_retrospective, "INC-1", {Part.HARD: "x" * 5000})
    assert refused == BadField("made_hard", "too_long", "x" * 80, PART_LIMIT)
    assert isinstance(desk.do(write_retrospective, "INC-9", {Part.WELL: "All"}), IncidentNotFound)
    assert (len(desk.story().entries), desk.filed()) == (count, 1)


def test_it_is_no_update_of_how_it_goes(desk: Desk) -> None:
    desk.do(write_retrospective, "INC-1", {Part.WELL: "All of it"})
    assert stats(desk.store, TEAM, "7d").figures.first_update.count == 0
