"""Incidents and what belongs to them, as people look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Invitee
from incidentbot.domain.reference import parse_reference, reference
from incidentbot.domain.refusals import BadField, IncidentNotFound, NoWorkspace, ReferenceMissing, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from incidentbot.store.monitoring_events import StoredEvent

T = TypeVar("T")
NAMED_UNRESOLVED = 5
# So far incidents are counted, and those that were searched for: who has more wants to know that it is many.
COUNTED: Final = 1_000
FOUND_COUNTED: Final = 100
# Whoever has more unresolved incidents than this is not looking at one configuration item.
UNRESOLVED_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list; `next_cursor` asks for what comes after, "" at the end.

    `total` counts all of it; of incidents up to 1,000 (of those that were searched for up to 100), more is `exceeded`.
    """

    items: tuple[T, ...]
    next_cursor: str
    total: int
    exceeded: bool = False


def find(store: Store, team_id: str, ref: str) -> Incident | IncidentNotFound | ReferenceMissing:
    """The incident that `ref` names; "" is the only one that is not resolved."""
    with store.read(team_id) as tx:
        if not ref.strip():
            numbers, count = tx.incidents.unresolved(NAMED_UNRESOLVED)
            only = tx.incidents.get(numbers[0]) if count == 1 else None
            return only or ReferenceMissing(tuple(reference(number) for number in numbers), count)
        number = parse_reference(ref)
        incident = tx.incidents.get(number) if number else None
        if incident is not None:
            return incident
        likely = tx.incidents.likely(ref)
        return IncidentNotFound(ref.strip()[:80], reference(likely) if likely else "")


def by_place(store: Store, team_id: str, channel: str, thread_ts: str) -> Incident | None:
    """The incident in whose thread, or in whose own channel, something was said."""
    with store.read(team_id) as tx:
        return tx.incidents.by_thread(channel, thread_ts) or tx.incidents.by_own_channel(channel)


def by_thread(store: Store, team_id: str, channel: str, thread_ts: str) -> Incident | None:
    """The incident whose thread this is."""
    with store.read(team_id) as tx:
        return tx.incidents.by_thread(channel, thread_ts)


def by_dedupe_key(store: Store, team_id: str, key: str) -> Incident | None:
    """The unresolved incident with this dedupe key."""
    with store.read(team_id) as tx:
        return tx.incidents.by_dedupe_key(key)


def list_incidents(
    store: Store,
    team_id: str,
    *,
    states: Sequence[State] = (),
    severity: Severity | None = None,
    q: str = "",
    limit: int = 20,
    cursor: str = "",
) -> Page[Incident]:
    """Incidents, the newest first; a cursor that is none of ours is refused (BadField)."""
    before, most = _cursor(cursor), FOUND_COUNTED if q else COUNTED
    with store.read(team_id) as tx:
        counted = tx.incidents.numbers(states, severity, q, limit=most + 1)
        found = counted if before is None else tx.incidents.numbers(states, severity, q, before, limit + 1)
        items = tuple(reversed(tx.incidents.several(found[:limit])))
    more = str(items[-1].number) if len(found) > limit else ""
    return Page(items, more, min(len(counted), most), len(counted) > most)


def incidents_of_ci(store: Store, team_id: str, ci_id: str, name: str) -> tuple[Incident, ...]:
    """The unresolved incidents, the newest first, that affect the CI with this id or, where it has none yet, name."""
    with store.read(team_id) as tx:
        unresolved = tx.incidents.page(states=(State.OPEN, State.ACKNOWLEDGED), limit=UNRESOLVED_LOOKED_AT)
    return tuple(
        incident
        for incident in unresolved
        if any(ci.id == ci_id or (not ci.id and ci.name.lower() == name.lower()) for ci in incident.cis)
    )


def timeline(store: Store, team_id: str, number: int, *, limit: int = 20, cursor: str = "") -> Page[Entry]:
    """Entries of incident `number` in order."""
    after = _cursor(cursor) or 0
    with store.read(team_id) as tx:
        incident = tx.incidents.get(number)
        found = tx.timeline.page(number, after=after, limit=limit + 1)
    items = found[:limit]
    return Page(items, str(items[-1].seq) if len(found) > limit else "", incident.last_seq if incident else 0)


def responders(store: Store, team_id: str, number: int) -> tuple[Invitee, ...]:
    """Everybody who was invited to incident `number`."""
    with store.read(team_id) as tx:
        return tx.responders.of(number)


def events_of(store: Store, team_id: str, number: int) -> tuple[str, ...]:
    """The ids of the monitoring events of incident `number`."""
    with store.read(team_id) as tx:
        return tuple(event.event_id for event in tx.events.linked(number))


def event(store: Store, team_id: str, source: str, event_id: str) -> StoredEvent | None:
    """A monitoring event as last heard of, and the incident it belongs to."""
    with store.read(team_id) as tx:
        return tx.events.get(source, event_id)


def workspace(store: Store, team: str | None = None) -> Workspace | NoWorkspace:
    """The installed workspace called `team` (its id); None is the only one."""
    with store.read("") as tx:
        installed = tx.installations.all()
    named = [one for one in installed if team in {None, one.team_id}]
    if len(named) == 1:
        return named[0]
    return NoWorkspace(tuple(one.team_id for one in installed))


def _cursor(cursor: str) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):  # noqa: PLR2004 - as long as a number gets
        raise Refused(BadField("cursor", "malformed", value=cursor[:80]))
    return int(cursor)
