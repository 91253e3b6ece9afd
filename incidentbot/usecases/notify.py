"""notify: channels are told of a monitoring event once, and what they were told is kept true."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from incidentbot.domain.event_changes import changes_of
from incidentbot.domain.incident import Incident
from incidentbot.domain.maintenance import Scope
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.own_events import is_of
from incidentbot.domain.people import Actor
from incidentbot.domain.routing import Route, Rule, Verbosity, matching, routes
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.effects.kinds import EventNotified, EventReplied
from incidentbot.store import Transaction
from incidentbot.store.effects import Planned
from incidentbot.store.notifications import Notification

# A group that goes on and on is told so often in a channel; what comes within the same minute is counted there.
TOLD_A_GROUP: Final = 3
COUNTED_WITHIN: Final = timedelta(minutes=1)
# So many of an incident's notifications follow it, the newest first, and so many of those are told below.
KEPT_TRUE: Final = 10
REPLIED_TO: Final = 3
_MOVES: Final = frozenset(
    {EntryKind.ACKNOWLEDGED, EntryKind.UNACKNOWLEDGED, EntryKind.RESOLVED, EntryKind.REOPENED},
)


def notify(
    tx: Transaction,
    event: MonitoringEvent,
    before: MonitoringEvent | None,
    *,
    group_key: str,
    incident: Incident | None,
    actor: Actor,
    change: int | None = None,
) -> None:
    """Tell of the event where it belongs and was not told yet, and of what changed where it was.

    With an `incident` its card and thread tell of it, so that only rules want it told elsewhere too; one under
    maintenance does not, nor is the event told that was made of it. Nothing is told anew of an event that is over.
    `change` is the number of what happened, if it is noted.
    """
    if not tx.policy.posting or (incident is not None and is_of(event, tx.team_id)):
        return
    standing = tx.notifications.of_event(event.source, event.event_id)
    if event.active:
        for route in _wanted(tx, event, before, standing, incident):
            _tell_in(tx, event, group_key, incident, route)
    if before is not None and standing:
        _follow(tx, event, before, standing, incident, actor, change)


def _wanted(
    tx: Transaction,
    event: MonitoringEvent,
    before: MonitoringEvent | None,
    standing: Sequence[Notification],
    incident: Incident | None,
) -> list[Route]:
    """Where it is not told yet. By severity it is told once, and again only as it gets worse."""
    worse = before is None or event.severity.rank < before.severity.rank
    by_severity = incident is None and (worse or all(one.rules for one in standing))
    mapped = tx.policy.channels.get(event.severity, "") if by_severity else ""
    told = {one.channel for one in standing}
    wanted = routes(_unmuted(tx, matching(event, tx.policy.rules), before), mapped)
    return [route for route in wanted if route.channel not in told]


def _unmuted(tx: Transaction, matched: Sequence[Rule], before: MonitoringEvent | None) -> list[Rule]:
    """The rules that are not under maintenance; a post that is left out is counted there, once an event."""
    windows = {one.name: one for one in tx.maintenance.running(tx.now) if one.scope is Scope.RULE}
    if before is None:
        for rule in matched:
            if rule.name in windows:
                tx.maintenance.count(windows[rule.name].number)
    return [rule for rule in matched if rule.name not in windows]


def _tell_in(tx: Transaction, event: MonitoringEvent, group_key: str, incident: Incident | None, route: Route) -> None:
    recent = tx.notifications.since(group_key, route.channel, tx.now - COUNTED_WITHIN)
    if len(recent) >= TOLD_A_GROUP:
        _show(tx, tx.notifications.grow(recent[0], more=recent[0].more + 1), event, incident)
        return
    new = Notification(
        event.source,
        event.event_id,
        route.channel,
        group_key,
        route.rules,
        route.mentions,
        route.verbosity,
        version=1,
        told_at=tx.now,
    )
    tx.notifications.add(new)
    _show(tx, new, event, incident)


def _follow(
    tx: Transaction,
    event: MonitoringEvent,
    before: MonitoringEvent,
    standing: Sequence[Notification],
    incident: Incident | None,
    actor: Actor,
    change: int | None,
) -> None:
    """Show what is new, and tell of it below. An incident's own moves are told there (`follow_incident`)."""
    changed = changes_of(before, event)
    grown = [tx.notifications.grow(one) for one in standing]
    for one in grown:
        _show(tx, one, event, incident)
    heard = [one for one in grown if _hears(one, moved="status" in changed and incident is None)]
    if changed and heard and tx.policy.thread_replies:
        seq = change or tx.notifications.add_change(event.source, event.event_id, actor, changed, event.updated_at)
        for one in heard:
            _reply(tx, one, event, seq)


def _hears(one: Notification, *, moved: bool) -> bool:
    return one.verbosity is Verbosity.EVERYTHING or (moved and one.verbosity is Verbosity.TRANSITIONS)


def follow_incident(tx: Transaction, incident: Incident, entries: Sequence[Entry]) -> None:
    """The incident moved: the notifications of its events show it, and the newest of them are told of it below."""
    moves = [entry for entry in entries if entry.kind in _MOVES]
    if not (moves and tx.policy.posting and incident.event_count):
        return
    for place, one in enumerate(tx.notifications.of_incident(incident.number, KEPT_TRUE)):
        stored = tx.events.get(one.source, one.event_id)
        if stored is None:
            continue
        grown = tx.notifications.grow(one)
        _show(tx, grown, stored.event, incident)
        if place < REPLIED_TO and one.verbosity is not Verbosity.CARD and tx.policy.thread_replies:
            for entry in moves:
                data = {"incident": incident.reference, "move": entry.kind.value, "note": entry.data.get("note", "")}
                at = entry.happened_at
                seq = tx.notifications.add_change(one.source, one.event_id, entry.actor, data, at)
                _reply(tx, grown, stored.event, seq)


def _show(tx: Transaction, one: Notification, event: MonitoringEvent, incident: Incident | None) -> None:
    number = incident.number if incident else 0
    effect = EventNotified(number, one.version, one.source, one.event_id, one.channel)
    waits = incident is not None and not incident.root_ts and not one.ts
    _plan(tx, Planned(effect, event.severity, "" if one.ts else tx.channels.id_of(one.channel), waits, tx.now))


def _reply(tx: Transaction, one: Notification, event: MonitoringEvent, seq: int) -> None:
    effect = EventReplied(0, seq, one.source, one.event_id, one.channel)
    _plan(tx, Planned(effect, event.severity, one.place, waits=not one.ts, due_at=tx.now))


def _plan(tx: Transaction, planned: Planned) -> None:
    tx.effects.add([planned], tx.now)
    tx.notify()


def told_anew(tx: Transaction, event: MonitoringEvent, since: datetime) -> None:
    """The event fires again after it was over since before `since`: its notifications are posted anew."""
    for one in tx.notifications.of_event(event.source, event.event_id):
        if one.told_at < since:
            tx.notifications.grow(one, ts="", place="", shown="", told_at=tx.now)
