"""What is to be done about an incident."""

from collections.abc import Sequence

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.refusals import IncidentNotFound, ReferenceMissing
from incidentbot.queries.incidents import find
from incidentbot.store import Store


def actions_of(
    store: Store, team_id: str, ref: str
) -> tuple[Incident | IncidentNotFound | ReferenceMissing, Sequence[ActionItem]]:
    """The incident that `ref` names with its items, by their numbers; why there is none, and no items."""
    incident = find(store, team_id, ref)
    if not isinstance(incident, Incident):
        return incident, ()
    with store.read(team_id) as tx:
        return incident, tx.action_items.of(incident.number)
