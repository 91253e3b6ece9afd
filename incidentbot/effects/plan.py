"""Which effects a change of an incident has."""

from collections.abc import Sequence
from typing import Final

from incidentbot.domain.incident import Change, Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.policy import Policy
from incidentbot.domain.roles import holders
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.effects.kinds import (
    CardCurrent,
    ChangeAnnounced,
    Effect,
    EntryPosted,
    EventCommented,
    EventMade,
    EventStatusSet,
    OwnersFound,
    ReactionShown,
)

# The one source whose events we change; the others only report to us.
TWO_WAY: Final = "nopesight"

_STATUS_OF: Final = {
    EntryKind.ACKNOWLEDGED: EventStatus.ACKNOWLEDGED,
    EntryKind.RESOLVED: EventStatus.RESOLVED,
}
# NopeSight knows no way back, so these are told as comments (contract.md 7.2).
_COMMENTED: Final = frozenset({EntryKind.UNACKNOWLEDGED, EntryKind.REOPENED})

_REACTIONS: Final[dict[EntryKind, tuple[tuple[str, bool], ...]]] = {
    EntryKind.ACKNOWLEDGED: (("eyes", True),),
    EntryKind.UNACKNOWLEDGED: (("eyes", False),),
    EntryKind.RESOLVED: (("white_check_mark", True),),
    EntryKind.REOPENED: (("white_check_mark", False), ("eyes", False)),
}


def plan(
    change: Change, entries: Sequence[Entry], linked: Sequence[MonitoringEvent], policy: Policy, team: str
) -> tuple[Effect, ...]:
    """What must be told of `change`, in the workspace `team`, whose `entries` are numbered.

    `linked` are the incident's monitoring events as they stand at their source: one that already has the status is
    not told again, which is also why a change that came from there is not echoed.
    """
    after = change.after
    effects: list[Effect] = []
    if change.before is None or _card_shows(change.before) != _card_shows(after):
        effects.append(CardCurrent(after.number, after.version))
    effects += [EntryPosted(after.number, entry.seq) for entry in entries]
    effects += [
        ChangeAnnounced(after.number, entry.seq, subscription.name)
        for subscription in policy.subscriptions
        for entry in entries
        if subscription.wants(entry.kind.value, team)
    ]
    if _affected(change.before) != _affected(after):
        effects.append(OwnersFound(after.number, after.version))
    if policy.tell_incidents and _began_here(change, entries) and (not after.drill or policy.drills_reach_nopesight):
        effects.append(EventMade(after.number, after.version))
    for entry in entries:
        if not after.drill or policy.drills_reach_nopesight:
            effects += _event_effects(after, entry, linked)
        if policy.emoji_reactions:
            effects += [
                ReactionShown(after.number, after.version, name, shown)
                for name, shown in _REACTIONS.get(entry.kind, ())
            ]
    return tuple(effects)


def _began_here(change: Change, entries: Sequence[Entry]) -> bool:
    """Whether the incident is new, and made of no event."""
    return change.before is None and not any(entry.data.get("event") for entry in entries)


def concerns_events(incident: Incident, entries: Sequence[Entry]) -> bool:
    """Whether any of `entries` has to be told to the incident's events; only then does `plan` look at `linked`."""
    told = {*_STATUS_OF, *_COMMENTED}
    if incident.state is State.ACKNOWLEDGED:
        told.add(EntryKind.EVENT_LINKED)
    return any(entry.kind in told for entry in entries)


def _card_shows(incident: Incident) -> tuple[object, ...]:
    """Everything of an incident that is to be seen on its card."""
    return (
        incident.title,
        incident.description,
        incident.severity,
        incident.state,
        incident.state_since,
        incident.began_at,
        incident.so_since,
        *holders(incident).items(),
        incident.cis,
        incident.unknown_cis,
        incident.event_count,
        incident.next_update_at,
        incident.own_channel,
    )


def _affected(incident: Incident | None) -> frozenset[tuple[str, str]]:
    """The configuration items whose owners are wanted."""
    return frozenset((ci.id, ci.name) for ci in incident.cis) if incident else frozenset()


def _event_effects(incident: Incident, entry: Entry, linked: Sequence[MonitoringEvent]) -> list[Effect]:
    ours = [event for event in linked if event.source == TWO_WAY]
    if entry.kind is EntryKind.EVENT_LINKED and incident.state is State.ACKNOWLEDGED:
        return _status_effects(incident, entry, ours, EventStatus.ACKNOWLEDGED)
    status = _STATUS_OF.get(entry.kind)
    if status:
        return _status_effects(incident, entry, ours, status)
    if entry.kind in _COMMENTED:
        return [
            EventCommented(incident.number, incident.version, event.source, event.event_id, entry.seq) for event in ours
        ]
    return []


def _status_effects(
    incident: Incident, entry: Entry, events: Sequence[MonitoringEvent], status: EventStatus
) -> list[Effect]:
    """Resolved is final there and suppressed is not ours to lift, so those are left alone."""
    return [
        EventStatusSet(incident.number, incident.version, event.source, event.event_id, status.value, entry.seq)
        for event in events
        if event.status not in {status, EventStatus.RESOLVED, EventStatus.SUPPRESSED}
    ]
