"""Action items: added, ended and reminded of once; what cannot be taken is refused and changes nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidentbot.domain.action_items import ItemEdit
from incidentbot.domain.incident import Draft, Incident, tell
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Person
from incidentbot.domain.refusals import ActionItemRefused, BadField, IncidentNotFound, PersonUnknown
from incidentbot.domain.severity import Severity
from incidentbot.domain.story import Document
from incidentbot.domain.timeline import Entry, EntryKind, NewEntry
from incidentbot.effects.kinds import ActionDue, ReminderSent
from incidentbot.queries import find, verify_audit
from incidentbot.queries.stats import stats
from incidentbot.queries.story import story
from incidentbot.render.export import written
from incidentbot.usecases import acknowledge, add_action, change_action, create, end_action, reopen_action, resolve
from incidentbot.usecases.action import action_is_due
from incidentbot.usecases.perform import save
from tests.integration.desk import ANA, HOME, NOON, TEAM, WorkingDesk, opened

PEOPLE = (
    Person("UANA", "ana", tz="Europe/Berlin"),
    Person("UBEN", "ben", tz="America/New_York"),
    Person("UGONE", "gone", deleted=True),
)


class Desk(WorkingDesk):
    def entries(self) -> list[Entry]:
        with self.store.read(TEAM) as tx:
            return list(tx.timeline.page(1, after=0, limit=100))

    def planned(self, kind: type) -> list[tuple[Any, datetime]]:
        with self.store.begin(TEAM) as tx:
            due = tx.effects.due(tx.now + timedelta(days=400), limit=200)
            return [(row.effect, row.due_at) for row in due if isinstance(row.effect, kind)]

    def told_directly(self, person: str) -> bool:
        with self.store.read(TEAM) as tx:
            return tx.effects.next_seq(ReminderSent(1, 1, person).lane) > 1

    def comes_due(self, number: int = 1) -> None:
        with self.store.begin(TEAM) as tx:
            action_is_due(tx, 1, number)

    def document(self, form: Document) -> str:
        incident = find(self.store, TEAM, "INC-1")
        assert isinstance(incident, Incident)
        return written(story(self.store, HOME, incident), form)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with opened(Desk, database_url, *PEOPLE) as made:
        made.do(create, Draft("The shop is down", Severity.HIGH))
        made.do(resolve, "INC-1", "Rolled back")
        yield made


def test_an_item_is_told_in_the_thread_and_reminded_of_when_it_is_due_on_the_clock_of_who_added_it(desk: Desk) -> None:
    assert isinstance(desk.do(add_action, "INC-1", " Test the backup ", "UBEN", "2026-03-12"), Done)
    told = desk.entries()[-1]
    due = datetime(2026, 3, 12, 8, tzinfo=UTC)
    assert told.kind is EntryKind.ACTION_ADDED
    assert told.data == {"text": "Test the backup", "action": 1, "assignee": "UBEN", "due": due.isoformat()}
    assert desk.planned(ActionDue) == [(ActionDue(1, 1, 1), due)]
    desk.clock.at = due
    desk.comes_due()
    reminded = desk.entries()[-1]
    assert (reminded.kind, reminded.data["about"], reminded.data["names"]) == ("reminder", "action", ["ben"])
    assert desk.told_directly("UBEN")
    assert not desk.told_directly("UANA")
    assert verify_audit(desk.store)[1] == []


def test_what_is_done_is_reminded_of_no_more_and_is_done_once(desk: Desk) -> None:
    desk.do(add_action, "INC-1", "Test the backup", "UBEN", "3d")
    assert isinstance(desk.do(end_action, "INC-1", 1), Done)
    told = desk.entries()[-1]
    assert (told.kind, told.data) == (EntryKind.ACTION_DONE, {"text": "Test the backup", "action": 1})
    assert desk.do(end_action, "INC-1", 1) == ActionItemRefused("INC-1", 1, "done")
    count = len(desk.entries())
    desk.comes_due()
    desk.comes_due(number=7)
    assert len(desk.entries()) == count


def test_without_a_person_the_thread_alone_is_told_and_without_a_time_nobody_is(desk: Desk) -> None:
    desk.do(add_action, "INC-1", "Somebody should", "", "4h")
    desk.do(add_action, "INC-1", "Some day")
    assert desk.planned(ActionDue) == [(ActionDue(1, 1, 1), NOON + timedelta(hours=4))]
    desk.clock.at += timedelta(hours=4)
    desk.comes_due()
    assert desk.entries()[-1].data["people"] == []
    assert not desk.told_directly("UANA")


@pytest.mark.parametrize(
    "due",
    ("2026-03-09", "2026-03-10 12:59", "0d", "999w", "20m ago", "soon", "2026-02-30", "25:00", "9999-99-99 99:99"),
)
def test_a_time_that_is_over_too_far_or_none_is_refused(desk: Desk, due: str) -> None:
    refused = desk.do(add_action, "INC-1", "Test the backup", "", due)
    assert isinstance(refused, BadField)
    assert refused.field == "due"
    assert desk.document(Document.MARKDOWN).count("Test the backup") == 0


def test_what_cannot_be_taken_is_refused_and_leaves_nothing(desk: Desk) -> None:
    count = len(desk.entries())
    assert desk.do(add_action, "INC-1", "x" * 5000) == BadField("action_item", "too_long", "x" * 80, 1000)
    assert desk.do(add_action, "INC-1", " \n ") == BadField("action_item", "blank", limit=1000)
    assert desk.do(add_action, "INC-1", "Test it", "UGONE") == PersonUnknown("UGONE", "deactivated")
    assert isinstance(desk.do(add_action, "INC-9", "Test it"), IncidentNotFound)
    assert desk.do(end_action, "INC-1", 4) == ActionItemRefused("INC-1", 4, "unknown")
    assert desk.do(reopen_action, "INC-1", 4) == ActionItemRefused("INC-1", 4, "unknown")
    assert desk.do(change_action, "INC-1", 4, ItemEdit("Test it")) == ActionItemRefused("INC-1", 4, "unknown")
    assert len(desk.entries()) == count


def test_documents_list_what_is_open_and_what_is_done(desk: Desk) -> None:
    desk.do(add_action, "INC-1", "Test *the* backup", "UBEN", "3d")
    desk.do(add_action, "INC-1", "Write it down")
    desk.do(end_action, "INC-1", 2)
    listed = json.loads(desk.document(Document.JSON))["actions"]
    assert [(one["number"], one["assignee"], one["done_at"] is None) for one in listed] == [
        (1, "UBEN", True),
        (2, "", False),
    ]
    for form in (Document.MARKDOWN, Document.RETROSPECTIVE):
        text = desk.document(form)
        assert "## Action items" in text
        assert r"- [ ] 1. Test \*the\* backup (@ben, due 2026-03-13 12:00:00 UTC)" in text
        assert "- [x] 2. Write it down (nobody yet, done " in text


def test_who_has_it_and_when_it_is_due_can_be_changed_and_it_is_reminded_of_once_at_the_time_that_holds(
    desk: Desk,
) -> None:
    desk.do(add_action, "INC-1", "Test the backup", "UANA", "3d")
    assert isinstance(desk.do(change_action, "INC-1", 1, ItemEdit(assignee="UBEN", due="2h")), Done)
    told = desk.entries()[-1]
    before = {"assignee": "UANA", "due": (NOON + timedelta(days=3)).isoformat()}
    due = (NOON + timedelta(hours=2)).isoformat()
    assert told.kind is EntryKind.ACTION_CHANGED
    assert told.data == {"text": "Test the backup", "action": 1, "assignee": "UBEN", "due": due, "before": before}
    assert desk.planned(ActionDue) == [(ActionDue(1, 2, 1), NOON + timedelta(hours=2))]
    desk.clock.at += timedelta(hours=2)
    desk.comes_due()
    assert desk.told_directly("UBEN")
    assert not desk.told_directly("UANA")
    assert verify_audit(desk.store)[1] == []


def test_what_was_put_off_or_has_no_time_any_more_is_not_reminded_of_when_it_was_to_be(desk: Desk) -> None:
    desk.do(add_action, "INC-1", "Test the backup", "UBEN", "2h")
    desk.do(change_action, "INC-1", 1, ItemEdit(due=NOON + timedelta(days=2)))
    desk.do(add_action, "INC-1", "Write it down", "UBEN", "2h")
    desk.do(change_action, "INC-1", 2, ItemEdit(due=""))
    count = len(desk.entries())
    desk.clock.at += timedelta(hours=3)
    desk.comes_due()
    desk.comes_due(number=2)
    assert len(desk.entries()) == count


def test_a_change_that_is_none_or_cannot_be_is_refused_and_leaves_nothing(desk: Desk) -> None:
    desk.do(add_action, "INC-1", "Test the backup", "UBEN", "2h")
    count = len(desk.entries())
    same = ItemEdit("Test the backup", "UBEN", NOON + timedelta(hours=2))
    assert desk.do(change_action, "INC-1", 1, same) == ActionItemRefused("INC-1", 1, "unchanged", (1,))
    assert desk.do(change_action, "INC-1", 1, ItemEdit()) == ActionItemRefused("INC-1", 1, "unchanged", (1,))
    assert desk.do(change_action, "INC-1", 1, ItemEdit(assignee="UGONE")) == PersonUnknown("UGONE", "deactivated")
    assert desk.do(change_action, "INC-1", 1, ItemEdit(text=" ")) == BadField("action_item", "blank", limit=1000)
    for due in ("20m ago", NOON, NOON + timedelta(days=400)):
        refused = desk.do(change_action, "INC-1", 1, ItemEdit(due=due))
        assert isinstance(refused, BadField)
        assert refused.field == "due"
    assert len(desk.entries()) == count


def test_what_was_ended_by_mistake_is_opened_again_and_reminded_of(desk: Desk) -> None:
    desk.do(add_action, "INC-1", "Test the backup", "UBEN", "2h")
    assert desk.do(reopen_action, "INC-1", 1) == ActionItemRefused("INC-1", 1, "open", (1,))
    desk.do(end_action, "INC-1", 1)
    assert isinstance(desk.do(reopen_action, "INC-1", 1), Done)
    assert desk.entries()[-1].kind is EntryKind.ACTION_REOPENED
    desk.clock.at += timedelta(hours=2)
    desk.comes_due()
    assert desk.told_directly("UBEN")
    assert "- [ ] 1. Test the backup" in desk.document(Document.MARKDOWN)
    assert verify_audit(desk.store)[1] == []


def test_what_is_to_be_done_is_no_update_of_how_it_goes(desk: Desk) -> None:
    desk.do(create, Draft("The till is down", Severity.HIGH), after=60)
    desk.do(acknowledge, "INC-2", after=5)
    desk.do(add_action, "INC-2", "Test the backup", after=5)
    desk.do(change_action, "INC-2", 1, ItemEdit("Test the backups"), after=5)
    desk.do(end_action, "INC-2", 1, after=5)
    desk.do(reopen_action, "INC-2", 1, after=5)
    assert stats(desk.store, TEAM, "7d").figures.first_update.count == 0


def test_timelines_from_before_items_had_kinds_of_their_own_read_as_they_did(desk: Desk) -> None:
    with desk.store.begin(TEAM) as tx:
        incident = tx.incidents.get(1, lock=True)
        assert incident is not None
        added = {"text": "Test the backup", "action": 1, "assignee": "UBEN", "due": ""}
        done = {"text": "Test the backup", "action": 1, "done": True}
        save(tx, tell(incident, *(NewEntry(EntryKind.NOTE, ANA, tx.now, data) for data in (added, done))))
    text = desk.document(Document.MARKDOWN)
    assert "Action item 1 added" in text
    assert "Action item 1 done" in text
    assert verify_audit(desk.store)[1] == []
