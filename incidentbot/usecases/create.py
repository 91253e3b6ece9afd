"""create: a new incident, or the unresolved one that has the same dedupe key."""

from dataclasses import replace
from typing import Final

from incidentbot.domain import incident as decide
from incidentbot.domain.incident import Draft
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import group_key
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, EventTaken, NoWorkspace, Refused
from incidentbot.store import Store, Transaction
from incidentbot.store.monitoring_events import StoredEvent
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.count_event import count_event
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.notify import notify
from incidentbot.usecases.perform import perform, save

_DRILL: Final = "drill:"
_LONGEST_KEY: Final = 255  # the column's


def create(store: Store, cause: Cause, draft: Draft) -> Outcome:
    """Make an incident of `draft`. Its CIs may have no id yet: an effect looks them up, and their owners.

    `draft.event` is the id of the event that it is made of, which then belongs to it; one that belongs to an unresolved
    incident already is refused. A drill is only named after it, unless the operator wants more.
    """

    def work(tx: Transaction) -> Done:
        if draft.assignee:
            check_person(tx, draft.assignee)
        stored = tx.events.find(draft.event) if draft.event else None
        if stored is None:
            return make(tx, draft, cause.actor)
        check_free(tx, stored)
        event = stored.event
        done = make(tx, replace(draft, event=event.display_id or event.event_id), cause.actor)
        if draft.drill and not tx.policy.drills_reach_nopesight:
            return done
        key = group_key(event, tx.policy.group_by)
        incident = count_event(tx, done.incident, event, key)
        notify(tx, event, event, group_key=key, incident=incident, actor=cause.actor)
        return replace(done, incident=incident)

    return perform(store, cause, Right.CREATE, work)


def check_free(tx: Transaction, stored: StoredEvent) -> None:
    """Refuse an event that belongs to an unresolved incident."""
    incident = tx.incidents.get(stored.incident) if stored.incident is not None else None
    if incident is not None and incident.state is not State.RESOLVED:
        event = stored.event.display_id or stored.event.event_id
        raise Refused(EventTaken(event, incident.reference))


def make(tx: Transaction, draft: Draft, actor: Actor) -> Done:
    """Make an incident of `draft` within `tx`."""
    if not draft.foreign:
        decide.check_title(draft.title)
    if draft.dedupe_key and draft.drill:
        draft = replace(draft, dedupe_key=_key_of_drill(draft.dedupe_key))
    if draft.dedupe_key:
        tx.installations.take_turn(tx.team_id)
        existing = tx.incidents.by_dedupe_key(draft.dedupe_key, lock=True)
        if existing:
            return Done(existing)
    number = tx.installations.next_number(tx.team_id)
    if number is None:
        raise Refused(NoWorkspace(()))
    channel = tx.channels.id_of(tx.policy.incidents_channel)
    change = decide.create(draft, team_id=tx.team_id, number=number, channel=channel, actor=actor, now=tx.now)
    return save(tx, change)


def _key_of_drill(key: str) -> str:
    """A key of its own: an exercise never takes the place of the incident that it rehearses."""
    if len(key) > _LONGEST_KEY - len(_DRILL):
        raise Refused(BadField("dedupe_key", "too_long", value=key[:80], limit=_LONGEST_KEY - len(_DRILL)))
    return key if key.startswith(_DRILL) else _DRILL + key
