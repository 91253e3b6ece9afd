"""Why something was decided, and what would be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incidentbot.domain.decision import ALONE, Decision, Surroundings, decide_event
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.maintenance import Window
from incidentbot.domain.monitoring import MonitoringEvent, group_key
from incidentbot.domain.refusals import EventNotFound, IncidentNotFound, ReferenceMissing
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.queries.incidents import find
from incidentbot.queries.timers import Coming, coming
from incidentbot.store import Store, Transaction

# So many events and entries of an incident are looked at; the rest decided nothing else.
EVENTS: int = 3
ENTRIES: int = 500


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why an incident is as it is.

    `created` is what its first entry noted when it was made; `decisions` explain its first events by the rules of now;
    `told` names the channels that were told of its events, with their rules; `responders` and `unreachable` are facts
    of people as the entries have them; `timers` what will happen by itself.
    """

    incident: Incident
    created: Entry | None
    decisions: tuple[Decision, ...]
    told: tuple[tuple[str, tuple[str, ...]], ...]
    windows: tuple[Window, ...]
    responders: tuple[Mapping[str, str], ...]
    unreachable: tuple[Mapping[str, str], ...] = field(default=())
    timers: tuple[Coming, ...] = ()


def simulate(store: Store, team_id: str, event: MonitoringEvent) -> Decision:
    """What would become of `event` if it came now."""
    with store.read(team_id) as tx:
        return decide_event(event, tx.policy, _surroundings(tx, event))


def simulate_known(store: Store, team_id: str, event_id: str) -> Decision | EventNotFound:
    """The same of an event that came before."""
    with store.read(team_id) as tx:
        stored = tx.events.find(event_id)
        if stored is None:
            return EventNotFound(event_id[:80])
        return decide_event(stored.event, tx.policy, _surroundings(tx, stored.event))


def why(store: Store, team_id: str, ref: str) -> Reasons | IncidentNotFound | ReferenceMissing:
    """Every decision about an incident, with its reasons."""
    incident = find(store, team_id, ref)
    if not isinstance(incident, Incident):
        return incident
    with store.read(team_id) as tx:
        linked = tx.events.linked(incident.number)[:EVENTS] if incident.event_count else ()
        entries = tx.timeline.page(incident.number, limit=ENTRIES)
        until = incident.resolved_at or tx.now
        windows = tx.maintenance.between(incident.created_at, until)
        return Reasons(
            incident,
            next((entry for entry in entries if entry.kind is EntryKind.CREATED), None),
            tuple(_decided(tx, event, incident) for event in linked),
            tuple((one.channel, one.rules) for one in tx.notifications.of_incident(incident.number, EVENTS * 4)),
            tuple(one for one in windows if any(one.covers(event) for event in linked)),
            tuple(one for entry in entries for one in entry.data.get("people", ()) if isinstance(one, dict)),
            tuple(one for entry in entries for one in entry.data.get("unreachable", ()) if isinstance(one, dict)),
            coming(tx, incident),
        )


def _decided(tx: Transaction, event: MonitoringEvent, incident: Incident) -> Decision:
    """What the rules say of an event of the incident: it made it, or joined it."""
    made = tx.policy.creates(event)
    return decide_event(event, tx.policy, ALONE if made else Surroundings(unresolved=incident))


def _surroundings(tx: Transaction, event: MonitoringEvent) -> Surroundings:
    key = group_key(event, tx.policy.group_by)
    number = tx.events.unresolved_incident(key)
    newest = tx.events.newest_incident(key)
    return Surroundings(
        tx.maintenance.running(tx.now),
        tx.incidents.get(number) if number is not None else None,
        _lately(tx, newest, tx.now),
    )


def _lately(tx: Transaction, newest: int | None, now: datetime) -> Incident | None:
    incident = tx.incidents.get(newest) if newest is not None else None
    resolved = incident is not None and incident.state is State.RESOLVED
    return incident if incident and resolved and now - incident.state_since <= tx.policy.reopen_within else None
