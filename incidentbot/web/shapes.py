"""Incidents and entries of the domain as the REST API shows them."""

from collections.abc import Sequence
from typing import Any

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Actor
from incidentbot.domain.permalink import permalink
from incidentbot.domain.refusals import Refused
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import Page, events_of, find, timeline
from incidentbot.queries.action import action_of, items_of
from incidentbot.render.entry import entry as told
from incidentbot.render.plain import words
from incidentbot.store import Store
from incidentbot.web.models import (
    ActionItemList,
    ActionItemShape,
    Ci,
    EntryPage,
    EntryShape,
    IncidentPage,
    IncidentShape,
    Person,
)
from incidentbot.web.refused import as_actor


def incident_shape(workspace: Workspace, incident: Incident, events: Sequence[str]) -> IncidentShape:
    """One incident; `events` are the ids of its monitoring events."""
    return IncidentShape(
        ref=incident.reference,
        state=incident.state,
        severity=incident.severity,
        title=incident.title,
        description=incident.description,
        version=incident.version,
        assignee=incident.assignee,
        channel=incident.channel,
        thread_ts=incident.root_ts,
        permalink=permalink(workspace.url, incident.channel, incident.root_ts),
        source=incident.source,
        created_at=incident.created_at,
        started_at=incident.began_at,
        created_by=_person(incident.created_by),
        state_since=incident.state_since,
        state_by=_person(incident.state_by),
        acknowledged_at=incident.acknowledged_at,
        acknowledged_by=_maybe(incident.acknowledged_by),
        resolved_at=incident.resolved_at,
        resolved_by=_maybe(incident.resolved_by),
        resolution=incident.resolution,
        allowed=incident.allowed,
        dedupe_key=incident.dedupe_key,
        cis=tuple(Ci.of(ci) for ci in incident.cis),
        unknown_cis=incident.unknown_cis,
        event_count=incident.event_count,
        events=tuple(events),
        drill=incident.drill,
        next_update_at=incident.next_update_at,
        own_channel=incident.own_channel,
    )


def announced(workspace: Workspace, incident: Incident, entry: Entry, events: Sequence[str]) -> dict[str, Any]:
    """A change as programs that follow incidents are told it: the entry, and the incident as it is by now."""
    return {
        "entry": _entry(incident, entry).model_dump(mode="json"),
        "incident": incident_shape(workspace, incident, events).model_dump(mode="json"),
    }


def shape_of(store: Store, workspace: Workspace, incident: Incident) -> IncidentShape:
    """One incident with its events, which are asked for only where it has any."""
    events = events_of(store, workspace.team_id, incident.number) if incident.event_count else ()
    return incident_shape(workspace, incident, events)


def shape_by_ref(store: Store, workspace: Workspace, ref: str) -> IncidentShape:
    """The incident that `ref` names; Refused where there is none."""
    return shape_of(store, workspace, incident_by_ref(store, workspace, ref))


def page_of(store: Store, workspace: Workspace, page: Page[Incident]) -> IncidentPage:
    """A page of incidents."""
    items = tuple(shape_of(store, workspace, incident) for incident in page.items)
    return IncidentPage(items=items, next_cursor=page.next_cursor, total=page.total, more_than_total=page.exceeded)


def timeline_by_ref(store: Store, workspace: Workspace, ref: str, limit: int, cursor: str) -> EntryPage:
    """A page of the timeline of the incident that `ref` names; Refused where there is none, or no such page."""
    incident = incident_by_ref(store, workspace, ref)
    page = timeline(store, workspace.team_id, incident.number, limit=limit, cursor=cursor)
    items = tuple(_entry(incident, entry) for entry in page.items)
    return EntryPage(items=items, next_cursor=page.next_cursor, total=page.total)


def incident_by_ref(store: Store, workspace: Workspace, ref: str) -> Incident:
    """The incident itself; Refused where there is none."""
    found = find(store, workspace.team_id, ref)
    if not isinstance(found, Incident):
        raise Refused(found)
    return found


def items_by_ref(store: Store, workspace: Workspace, ref: str) -> ActionItemList:
    """The action items of the incident that `ref` names; Refused where there is none."""
    incident = incident_by_ref(store, workspace, ref)
    items = items_of(store, workspace.team_id, incident)
    return ActionItemList(items=tuple(item_shape(item) for item in items))


def item_by_number(store: Store, workspace: Workspace, ref: str, number: int) -> ActionItemShape:
    """Action item `number` of the incident that `ref` names; Refused where there is none."""
    found = action_of(store, workspace.team_id, ref, number)
    if not isinstance(found, tuple):
        raise Refused(found)
    return item_shape(found[1])


def item_told_by(store: Store, workspace: Workspace, incident: Incident, seq: int) -> ActionItemShape:
    """The action item that entry `seq` of the incident's timeline tells of, as it is now."""
    page = timeline(store, workspace.team_id, incident.number, limit=1, cursor=str(seq - 1))
    number = page.items[0].data["action"]
    return item_by_number(store, workspace, incident.reference, number)


def item_shape(item: ActionItem) -> ActionItemShape:
    """One action item."""
    return ActionItemShape(
        number=item.number,
        text=item.text,
        assignee=item.assignee,
        due_at=item.due_at,
        created_by=_person(item.created_by),
        created_at=item.created_at,
        done_at=item.done_at,
    )


def _entry(incident: Incident, entry: Entry) -> EntryShape:
    return EntryShape(
        seq=entry.seq,
        kind=entry.kind,
        actor=_person(entry.actor),
        text=words(told(incident, entry).text),
        happened_at=entry.happened_at,
        data=dict(entry.data),
    )


def _person(actor: Actor) -> Person:
    return Person.model_validate(as_actor(actor))


def _maybe(actor: Actor | None) -> Person | None:
    return _person(actor) if actor else None
