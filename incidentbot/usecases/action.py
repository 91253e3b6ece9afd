"""action: something is to be done about an incident, otherwise than it said, is done, or is due and still open."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from incidentbot.domain.action_items import (
    MOST_ITEMS,
    TEXT_LIMIT,
    ActionItem,
    ItemEdit,
    as_iso,
    changed,
    read_due,
)
from incidentbot.domain.incident import Incident, check_text, tell
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import ActionItemRefused, BadField, Refused
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import ActionDue, ReminderSent
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import Planned
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.known_people import check_person, unfit
from incidentbot.usecases.perform import load, perform, save
from incidentbot.usecases.reach import reach


def add_action(
    store: Store, cause: Cause, ref: str, text: str, assignee: str = "", due: str | datetime = ""
) -> Outcome:
    """Add an item (1 to 1,000 characters) for `assignee` (a Slack user id, or "" for nobody yet).

    `due` as typed is meant on the clock of who acts; then the thread and the assignee are reminded, once.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        said = check_text("action_item", text, TEXT_LIMIT, required=True)
        if assignee:
            check_person(tx, assignee)
        due_at = read_due(due, tx.now, _zone(tx, cause)) if due else None
        number = len(tx.action_items.of(incident.number)) + 1
        if number > MOST_ITEMS:
            raise Refused(BadField("action_items", "out_of_range", limit=MOST_ITEMS))
        item = ActionItem(number, said, assignee, due_at, cause.actor, tx.now)
        tx.action_items.add(incident.number, item)
        _remind_then(tx, incident, item)
        return _tell(tx, incident, EntryKind.ACTION_ADDED, cause.actor, item, assignee=assignee, due=as_iso(due_at))

    return perform(store, cause, Right.UPDATE, work)


def change_action(store: Store, cause: Cause, ref: str, number: int, wanted: ItemEdit) -> Outcome:
    """Have item `number` say something else, give it to somebody else, or make it due at another time.

    Refused where it is as it is wanted already.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        item = _item(tx, incident, number)
        after = _edited(tx, item, wanted, _zone(tx, cause))
        before = changed(item, after)
        if not before:
            raise _refused(tx, incident, number, "unchanged")
        tx.action_items.change(incident.number, after)
        if "due" in before:
            _remind_then(tx, incident, after)
        now = {"assignee": after.assignee, "due": as_iso(after.due_at)}
        return _tell(tx, incident, EntryKind.ACTION_CHANGED, cause.actor, after, before=before, **now)

    return perform(store, cause, Right.UPDATE, work)


def end_action(store: Store, cause: Cause, ref: str, number: int) -> Outcome:
    """Item `number` of the incident is done."""

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        item = _item(tx, incident, number)
        if item.done_at:
            raise _refused(tx, incident, number, "done")
        tx.action_items.end(incident.number, number, cause.actor, tx.now)
        return _tell(tx, incident, EntryKind.ACTION_DONE, cause.actor, item)

    return perform(store, cause, Right.UPDATE, work)


def reopen_action(store: Store, cause: Cause, ref: str, number: int) -> Outcome:
    """Item `number` of the incident is not done after all; it is reminded of, if its time is still to come."""

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        item = _item(tx, incident, number)
        if not item.done_at:
            raise _refused(tx, incident, number, "open")
        tx.action_items.reopen(incident.number, number)
        return _tell(tx, incident, EntryKind.ACTION_REOPENED, cause.actor, item)

    return perform(store, cause, Right.UPDATE, work)


def action_is_due(tx: Transaction, incident_number: int, number: int) -> None:
    """Say in the thread, and to the assignee, that the item is due, if it is and is open still."""
    incident = tx.incidents.get(incident_number, lock=True)
    item = next((one for one in tx.action_items.of(incident_number) if one.number == number), None)
    if incident is None or item is None or item.done_at or item.due_at is None or item.due_at > tx.now:
        return
    known = tx.people.get(item.assignee) if item.assignee else None
    people = (item.assignee,) if item.assignee and not unfit(known) else ()
    names = [known.name] if known and people else []
    data = {"about": "action", "text": item.text, "action": number, "people": list(people), "names": names}
    entry = NewEntry(EntryKind.REMINDER, Actor(Source.TIMER), tx.now, data)
    after = save(tx, tell(incident, entry)).incident
    reach(tx, after, people, lambda person: ReminderSent(after.number, after.last_seq, person))


def _item(tx: Transaction, incident: Incident, number: int) -> ActionItem:
    found = next((one for one in tx.action_items.of(incident.number) if one.number == number), None)
    if found is None:
        raise _refused(tx, incident, number, "unknown")
    return found


def _refused(tx: Transaction, incident: Incident, number: int, reason: Any) -> Refused:
    others = tuple(one.number for one in tx.action_items.of(incident.number) if not one.done_at)
    return Refused(ActionItemRefused(incident.reference, number, reason, others))


def _edited(tx: Transaction, item: ActionItem, wanted: ItemEdit, tz: str) -> ActionItem:
    """The item with the wanted values; a person and a time that it has already are not looked at again."""
    text = item.text
    if wanted.text is not None:
        text = check_text("action_item", wanted.text, TEXT_LIMIT, required=True)
    assignee = item.assignee if wanted.assignee is None else wanted.assignee
    if assignee and assignee != item.assignee:
        check_person(tx, assignee)
    due_at = item.due_at
    if wanted.due is not None and wanted.due != item.due_at:
        due_at = read_due(wanted.due, tx.now, tz) if wanted.due else None
    return replace(item, text=text, assignee=assignee, due_at=due_at)


def _remind_then(tx: Transaction, incident: Incident, item: ActionItem) -> None:
    """Have it reminded of when it is due, instead of when it was before."""
    if item.due_at is None:
        return
    lane = ActionDue(incident.number, 0, item.number).lane
    reminded = ActionDue(incident.number, tx.effects.next_seq(lane), item.number)
    tx.effects.add([Planned(reminded, incident.severity, "", waits=False, due_at=item.due_at)], tx.now)
    tx.notify()


def _tell(
    tx: Transaction,
    incident: Incident,
    kind: EntryKind,
    actor: Actor,
    item: ActionItem,
    **facts: str | Mapping[str, Any],
) -> Done:
    data = {"text": item.text, "action": item.number, **facts}
    return save(tx, tell(incident, NewEntry(kind, actor, tx.now, data)))


def _zone(tx: Transaction, cause: Cause) -> str:
    known = tx.people.get(cause.actor.id) if cause.actor.id else None
    return known.tz if known else ""
