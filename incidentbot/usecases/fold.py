"""fold: stored monitoring events become incidents, join them, or move them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from incidentbot.domain import incident as decide
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.incident import Change, Draft, Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent, group_key
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.strict_json import BadJson
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import LinksTold
from incidentbot.store import Store, Transaction
from incidentbot.store.database import DataRefused
from incidentbot.store.inbox import FOLDING_LIMIT, Stored
from incidentbot.store.incidents import VersionConflict
from incidentbot.usecases.create import make
from incidentbot.usecases.perform import save, write_effects

log = structlog.get_logger(__name__)

# How many deliveries one transaction folds: enough for a storm, short enough that clicks need not wait for it.
AT_ONCE: Final = 50
LINKS_TOLD_EVERY: Final = timedelta(minutes=1)

# What a delivery can make our own code or the database raise. That the database is away is no fault of a delivery.
DEFECTS: Final = (
    ArithmeticError,
    AttributeError,
    DataRefused,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    VersionConflict,
)

Reader = Callable[[bytes], tuple[MonitoringEvent, ...]]


def fold(store: Store, readers: Mapping[str, Reader]) -> int:
    """Fold the oldest waiting deliveries; `readers` read a body by its source. Answers how many were folded.

    Deliveries of a workspace that is not installed yet wait; one that fails every time is set aside, its body kept.
    """
    folded = store.database.retrying(lambda: _once(store, readers))
    if folded:
        store.effects_waiting()
    return folded


def _once(store: Store, readers: Mapping[str, Reader]) -> int:
    with store.begin("") as tx:
        teams = tx.installations.all()
        if not teams:
            return 0
        waiting = tx.inbox.waiting(AT_ONCE)
        team = tx.of(teams[0].team_id)
        folded = [delivery.key for delivery in waiting if _folded(team, tx, delivery, readers)]
        tx.inbox.done(folded, tx.now)
        return len(folded)


def _folded(team: Transaction, tx: Transaction, delivery: Stored, readers: Mapping[str, Reader]) -> bool:
    """Fold one delivery apart from the others: what fails, for whatever reason, is tried again and holds up nobody."""
    try:
        with team.apart():
            _fold_one(team, delivery, readers)
    except DEFECTS:
        tx.inbox.failed(delivery.key)
        facts = {"key": delivery.key, "source": delivery.source, "attempts": delivery.attempts + 1}
        log.exception("delivery.failed", set_aside=delivery.attempts + 1 >= FOLDING_LIMIT, **facts)
        return False
    return True


def _fold_one(tx: Transaction, delivery: Stored, readers: Mapping[str, Reader]) -> None:
    try:
        events = readers[delivery.source](delivery.body)
    except (BadJson, BadShape) as error:
        log.warning("delivery.unreadable", key=delivery.key, source=delivery.source, reason=str(error))
        return
    for event in events:
        take(tx, event)


def take(tx: Transaction, event: MonitoringEvent) -> None:
    """Take note of one event: newer than what is known it is stored, joins, creates or moves an incident."""
    known = tx.events.get(event.source, event.event_id)
    if known and known.event.updated_at > event.updated_at:
        return
    key = group_key(event, tx.policy.group_by)
    number = known.incident if known and known.incident is not None else _group(tx, event, key)
    incident = tx.incidents.get(number, lock=True) if number is not None else None
    if known and known.incident is not None and incident is not None:
        tx.events.save(event, incident=incident.number, group_key=key, now=tx.now)
        _follow(tx, incident, event, known.event)
    elif incident is not None:
        _link(tx, incident, event, key)
    elif event.status in {EventStatus.OPEN, EventStatus.ACKNOWLEDGED} and tx.policy.creates(event):
        _create(tx, event, key)
    else:
        tx.events.save(event, incident=None, group_key=key, now=tx.now)


def _group(tx: Transaction, event: MonitoringEvent, key: str) -> int | None:
    """The open incident that the event joins; one that is over or suppressed joins none."""
    if event.status in {EventStatus.RESOLVED, EventStatus.SUPPRESSED}:
        return None
    return tx.events.unresolved_incident(key)


def _create(tx: Transaction, event: MonitoringEvent, key: str) -> None:
    draft = Draft(
        title=event.title,
        severity=event.severity,
        description=event.description,
        cis=event.cis,
        event=event.display_id or event.event_id,
        foreign=True,
    )
    tx.events.save(event, incident=None, group_key=key, now=tx.now)
    done = make(tx, draft, _reporter(event))
    tx.events.save(event, incident=done.incident.number, group_key=key, now=tx.now)
    incident = done.incident
    counted = replace(incident, event_count=1, version=incident.version + 1)
    tx.incidents.update(incident, counted)
    if event.status is EventStatus.ACKNOWLEDGED:
        save(tx, decide.move(counted, Trigger.ACKNOWLEDGE, actor=_person(event), now=tx.now, note=event.notes))


def _link(tx: Transaction, incident: Incident, event: MonitoringEvent, key: str) -> None:
    """The event joins: told at once, or counted where the thread was told of another less than a minute ago."""
    tx.events.save(event, incident=incident.number, group_key=key, now=tx.now)
    known = {ci.id for ci in incident.cis}
    cis = (*incident.cis, *(ci for ci in event.cis if ci.id not in known))
    severity = min(incident.severity, event.severity, key=lambda one: one.rank)
    joined = replace(
        incident, cis=cis, severity=severity, event_count=incident.event_count + 1, version=incident.version + 1
    )
    told_at, untold = tx.incidents.links_told(incident.number)
    entries = []
    if severity != incident.severity:
        data = {"before": incident.severity.value, "after": severity.value}
        entries.append(NewEntry(EntryKind.SEVERITY_CHANGED, _reporter(event), tx.now, data))
    if told_at is None or tx.now - told_at >= LINKS_TOLD_EVERY:
        entries.append(_linked_entry(event, untold + 1, tx))
        save(tx, Change(incident, joined, tuple(entries)))
        tx.incidents.tell_links(incident.number, told_at=tx.now, untold=0)
        return
    save(tx, Change(incident, joined, tuple(entries)))
    tx.incidents.tell_links(incident.number, told_at=told_at, untold=untold + 1)
    if untold == 0:
        delay = (told_at + LINKS_TOLD_EVERY - tx.now).total_seconds()
        write_effects(tx, joined, [LinksTold(joined.number, joined.version)], delay=delay)


def _linked_entry(event: MonitoringEvent, count: int, tx: Transaction) -> NewEntry:
    data = {
        "count": count,
        "title": event.title,
        "event": event.display_id or event.event_id,
        "severity": event.severity.value,
    }
    return NewEntry(EntryKind.EVENT_LINKED, _reporter(event), tx.now, data)


def _follow(tx: Transaction, incident: Incident, event: MonitoringEvent, before: MonitoringEvent) -> None:
    """A linked event changed at its source: the incident follows if the change is newer than its last transition.

    What Slack's people changed there came from us; it is no news, however late it is told.
    """
    if event.actor_source == Source.SLACK:
        return
    if event.status is before.status or event.updated_at <= incident.state_since:
        return
    trigger = _trigger(tx, incident, event)
    if trigger:
        save(tx, decide.move(incident, trigger, actor=_person(event), now=tx.now, note=event.notes))


def _trigger(tx: Transaction, incident: Incident, event: MonitoringEvent) -> Trigger | None:
    if event.status is EventStatus.ACKNOWLEDGED and incident.state is State.OPEN:
        return Trigger.ACKNOWLEDGE
    if event.status is EventStatus.RESOLVED and incident.state is not State.RESOLVED and tx.policy.resolve_with_events:
        over = {EventStatus.RESOLVED, EventStatus.SUPPRESSED}
        return Trigger.RESOLVE if all(one.status in over for one in tx.events.linked(incident.number)) else None
    return None


def _reporter(event: MonitoringEvent) -> Actor:
    return Actor(Source(event.source), name=event.origin)


def _person(event: MonitoringEvent) -> Actor:
    """Who changed the event at its source."""
    return Actor(Source(event.source), name=event.actor_name, email=event.actor_email)
