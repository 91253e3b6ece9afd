"""What questions in words ask of our own data."""

from collections.abc import Collection
from dataclasses import dataclass

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.questions import Asked
from incidentbot.store import Store

# So many of the newest incidents are looked through for a period or a name; a chat is no place for more.
LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Happened:
    """What a period brought: the first incidents that were created in it, and counts."""

    incidents: tuple[Incident, ...]
    created: int
    resolved: int
    unresolved: int


def incidents_asked(store: Store, team_id: str, asked: Asked, limit: int) -> tuple[tuple[Incident, ...], int]:
    """The newest incidents that are asked for, and how many there are among the newest."""
    of_service = _of_service(store, team_id, asked.about)
    found = [one for one in _newest(store, team_id, asked) if _fits(one, asked, of_service)]
    return tuple(found[:limit]), len(found)


def happened(store: Store, team_id: str, asked: Asked, limit: int) -> Happened:
    """What really happened in the period: drills are no part of it."""
    found = [one for one in _newest(store, team_id, asked) if not one.drill and _fits(one, asked, frozenset())]
    with store.read(team_id) as tx:
        unresolved = tx.incidents.count((State.OPEN, State.ACKNOWLEDGED), drills=False)
    resolved = sum(one.state is State.RESOLVED for one in found)
    return Happened(tuple(found[:limit]), len(found), resolved, unresolved)


def _newest(store: Store, team_id: str, asked: Asked) -> tuple[Incident, ...]:
    """The newest incidents of the states and the severity that are asked for; older ones than the period left out."""
    with store.read(team_id) as tx:
        return tx.incidents.page(states=asked.states, severity=asked.severity, limit=LOOKED_AT)


def _of_service(store: Store, team_id: str, about: str) -> frozenset[int]:
    """The incidents whose events are of the service that is asked about."""
    if not about:
        return frozenset()
    with store.read(team_id) as tx:
        return tx.events.incidents_of_service(about)


def _fits(incident: Incident, asked: Asked, of_service: Collection[int]) -> bool:
    if asked.period is not None and not asked.period.since <= incident.created_at < asked.period.until:
        return False
    about = asked.about.casefold()
    places = (incident.title, incident.description, *(ci.name for ci in incident.cis), *incident.unknown_cis)
    return not about or incident.number in of_service or any(about in place.casefold() for place in places)
