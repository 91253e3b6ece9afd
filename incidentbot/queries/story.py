"""All that there is about one incident."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.permalink import permalink
from incidentbot.domain.story import Story
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.render.markdown import people_in
from incidentbot.store import Store, Transaction

_CHUNK: Final = 500


def story(store: Store, home: Workspace, incident: Incident) -> Story:
    """The incident with its timeline, its people and their names as far as they are known."""
    with store.read(home.team_id) as tx:
        return story_of(tx, incident, home.url)


def story_of(tx: Transaction, incident: Incident, workspace_url: str) -> Story:
    """The same within a transaction."""
    found = Story(
        incident,
        tuple(_entries(tx, incident.number)),
        tx.responders.of(incident.number),
        tuple(event.event_id for event in tx.events.linked(incident.number)) if incident.event_count else (),
        permalink(workspace_url, incident.channel, incident.root_ts),
        corrected=tx.corrections.of(incident.number),
        actions=tx.action_items.of(incident.number),
    )
    known = {person: tx.people.get(person) for person in people_in(found)}
    return replace(found, names={person: one.name for person, one in known.items() if one and one.name})


def _entries(tx: Transaction, number: int) -> Iterator[Entry]:
    after = 0
    while chunk := tx.timeline.page(number, after=after, limit=_CHUNK):
        yield from chunk
        after = chunk[-1].seq
