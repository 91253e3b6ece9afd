"""What we know of people's names."""

from collections.abc import Iterable, Mapping

from incidentbot.domain.nearest import nearest
from incidentbot.store import Store


def known_names(store: Store, team_id: str, ids: Iterable[str]) -> Mapping[str, str]:
    """Names by Slack user id, of those that we have met; the rest is left out."""
    with store.read(team_id) as tx:
        found = {person_id: tx.people.get(person_id) for person_id in set(ids) if person_id}
    return {person_id: person.name for person_id, person in found.items() if person and person.name}


def nearest_person(store: Store, team_id: str, name: str) -> str:
    """The id of whoever is called nearly `name`, of those that we have met, by whole name or a part; "" for nobody."""
    with store.read(team_id) as tx:
        known = tx.people.called()
    ids = {part: person_id for person_id, whole in known for part in (*whole.split(), whole)}
    near = nearest(name.lstrip("@"), ids)
    return ids[near] if near else ""
