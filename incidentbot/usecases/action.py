"""action: something is to be done about an incident, is done, or is due and still open."""

from incidentbot.domain.action_items import MOST_ITEMS, TEXT_LIMIT, ActionItem, read_due
from incidentbot.domain.incident import check_text, tell
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, Refused, Unchanged
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import ActionDue, ReminderSent
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import Planned
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.known_people import check_person, unfit
from incidentbot.usecases.perform import load, perform, save
from incidentbot.usecases.reach import reach


def add_action(store: Store, cause: Cause, ref: str, text: str, assignee: str = "", due: str = "") -> Outcome:
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
        facts = {"text": said, "action": number, "assignee": assignee, "due": due_at.isoformat() if due_at else ""}
        done = save(tx, tell(incident, NewEntry(EntryKind.NOTE, cause.actor, tx.now, facts)))
        if due_at:
            due_item = ActionDue(incident.number, number)
            tx.effects.add([Planned(due_item, incident.severity, "", waits=False, due_at=due_at)], tx.now)
            tx.notify()
        return done

    return perform(store, cause, Right.UPDATE, work)


def end_action(store: Store, cause: Cause, ref: str, number: int) -> Outcome:
    """Item `number` of the incident is done."""

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        items = {item.number: item for item in tx.action_items.of(incident.number)}
        item = items.get(number)
        if item is None:
            still_open = tuple(str(one.number) for one in items.values() if one.done_at is None)
            raise Refused(BadField("action_item", "unknown", value=str(number), choices=still_open))
        if item.done_at:
            raise Refused(Unchanged(incident.reference, "action_item", str(number)))
        tx.action_items.end(incident.number, number, cause.actor, tx.now)
        facts = {"text": item.text, "action": number, "done": True}
        return save(tx, tell(incident, NewEntry(EntryKind.NOTE, cause.actor, tx.now, facts)))

    return perform(store, cause, Right.UPDATE, work)


def action_is_due(tx: Transaction, incident_number: int, number: int) -> None:
    """Say in the thread, and to the assignee, that the item is due, if it is open still."""
    incident = tx.incidents.get(incident_number, lock=True)
    item = next((one for one in tx.action_items.of(incident_number) if one.number == number), None)
    if incident is None or item is None or item.done_at:
        return
    known = tx.people.get(item.assignee) if item.assignee else None
    people = (item.assignee,) if item.assignee and not unfit(known) else ()
    names = [known.name] if known and people else []
    data = {"about": "action", "text": item.text, "action": number, "people": list(people), "names": names}
    entry = NewEntry(EntryKind.REMINDER, Actor(Source.TIMER), tx.now, data)
    after = save(tx, tell(incident, entry)).incident
    reach(tx, after, people, lambda person: ReminderSent(after.number, after.last_seq, person))


def _zone(tx: Transaction, cause: Cause) -> str:
    known = tx.people.get(cause.actor.id) if cause.actor.id else None
    return known.tz if known else ""
