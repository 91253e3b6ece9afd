"""The timeline: an append-only, gapless list of what happened to an incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from incidentbot.domain.people import Actor


class EntryKind(StrEnum):
    """What an entry tells; the names are part of the contract."""

    CREATED = "created"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    SEVERITY_CHANGED = "severity_changed"
    TITLE_CHANGED = "title_changed"
    ASSIGNED = "assigned"
    NOTE = "note"
    OWNER_INVITED = "owner_invited"
    EVENT_LINKED = "event_linked"
    EVENT_UPDATED = "event_updated"
    PLAYBOOK = "playbook"
    CAPTURED = "captured"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    SYNC_FAILED = "sync_failed"
    SYNC_RECOVERED = "sync_recovered"
    REPAIRED = "repaired"
    MOVED = "moved"
    CORRECTED = "corrected"
    ACTION_ADDED = "action_added"
    ACTION_CHANGED = "action_changed"
    ACTION_DONE = "action_done"
    ACTION_REOPENED = "action_reopened"
    RETROSPECTIVE = "retrospective"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something that happened and is not yet numbered. `data` holds plain JSON values, its keys by kind:

    created: severity, description, event (display id or ""), cis [names], unknown_cis [names]; of an event that became
        it by itself also why {condition, seen, group}; where somebody is said to report it, reporter (a user id); of an
        exercise drill (true)
    acknowledged, unacknowledged, reopened: note; resolved: note
    severity_changed, title_changed: before, after
    assigned: before, after (Slack user ids or ""); role (commander, communications, scribe, or responder for somebody
        who was invited and has left) where it is not the assignee's
    note: text; of a status update also update (true), and next (ISO) where the next one was promised for a time;
        in old timelines also what action_added and action_done tell: action, and assignee and due, or done (true)
    action_added: action (the item's number), text, assignee (a user id or ""), due (ISO or ""); action_done and
        action_reopened: action, text; action_changed: action, text, and assignee and due as they are now, with before
        {text, assignee, due}: what was otherwise, as it was
    retrospective: parts {happened, cause, noticed, went_well, made_hard, luck, change}: all that are not empty, each
        time
    captured: text, author (a user id or ""), author_name, url (of the message); happened_at is the message's own time;
        or what became of it, as an entry of its own: withdrawn, edited (with the new text) or deleted, each true
    owner_invited: people [{id, why}], unreachable [{name, email, why, reason}]
    event_linked: count (how many this entry tells of), title, event, severity
    event_updated: event, title, status; or status flapping or quiet, with count (how often it moved); or status
        several, with counts {status: how many events of the incident}
    corrected: what (started, acknowledged, resolved), entry (whose time was wrong: its number), before, after (ISO)
    moved: what (opened, failed, archived, not_archived), channel (its id, or ""), reason (Slack's code) where it failed
    repaired: what (card_deleted, card_stuck, channel_lost), reason (Slack's code), url (of the thread so far)
    """

    kind: EntryKind
    actor: Actor
    happened_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered entry as it stands in the timeline; `seq` counts from 1 within its incident."""

    seq: int
    kind: EntryKind
    actor: Actor
    happened_at: datetime
    data: Mapping[str, Any]
