"""What is to be done about an incident."""

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.refusals import ActionItemRefused, IncidentNotFound, ReferenceMissing
from incidentbot.queries.incidents import find
from incidentbot.store import Store


def actions_of(
    store: Store, team_id: str, ref: str
) -> tuple[Incident | IncidentNotFound | ReferenceMissing, tuple[ActionItem, ...]]:
    """The incident that `ref` names with its items, by their numbers; why there is none, and no items."""
    incident = find(store, team_id, ref)
    return (incident, items_of(store, team_id, incident)) if isinstance(incident, Incident) else (incident, ())


def items_of(store: Store, team_id: str, incident: Incident) -> tuple[ActionItem, ...]:
    """The items of the incident, by their numbers."""
    with store.read(team_id) as tx:
        return tx.action_items.of(incident.number)


def action_of(
    store: Store, team_id: str, ref: str, number: int
) -> tuple[Incident, ActionItem] | IncidentNotFound | ReferenceMissing | ActionItemRefused:
    """Item `number` of the incident that `ref` names, or why there is none."""
    incident, items = actions_of(store, team_id, ref)
    if not isinstance(incident, Incident):
        return incident
    found = next((item for item in items if item.number == number), None)
    others = tuple(item.number for item in items if not item.done_at)
    return (incident, found) if found else ActionItemRefused(incident.reference, number, "unknown", others)
