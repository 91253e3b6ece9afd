"""One incident with everything that an answer about it shows."""

from dataclasses import dataclass

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Invitee
from incidentbot.domain.refusals import Refusal
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import events_of, find, responders, timeline
from incidentbot.queries.action import items_of
from incidentbot.queries.timers import Coming, timers_of
from incidentbot.render.answers import ENTRIES, show
from incidentbot.render.message import Message
from incidentbot.slack.outcomes import thread_url
from incidentbot.store import Store


@dataclass(frozen=True, slots=True)
class InFull:
    """An incident, its last entries, who was told of it, its events' ids, what will happen by itself, what is to do."""

    incident: Incident
    entries: tuple[Entry, ...]
    responders: tuple[Invitee, ...]
    events: tuple[str, ...]
    timers: tuple[Coming, ...] = ()
    items: tuple[ActionItem, ...] = ()


def incident_in_full(store: Store, team_id: str, ref: str) -> InFull | Refusal:
    """The incident that `ref` names, or why there is none."""
    incident = find(store, team_id, ref)
    if not isinstance(incident, Incident):
        return incident
    # A page begins after the entry that its cursor names, so this is the page of the last ones.
    before = str(max(incident.last_seq - ENTRIES, 0) or "")
    page = timeline(store, team_id, incident.number, limit=ENTRIES, cursor=before)
    return InFull(
        incident,
        tuple(page.items),
        responders(store, team_id, incident.number),
        events_of(store, team_id, incident.number),
        timers_of(store, team_id, incident),
        items_of(store, team_id, incident),
    )


def shown(found: InFull, workspace: Workspace) -> Message:
    """The answer that tells all of it."""
    url = thread_url(workspace, found.incident)
    return show(
        found.incident, found.entries, found.responders, found.events, url, coming=found.timers, items=found.items
    )
