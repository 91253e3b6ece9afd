"""The incident and every decision about it: arguments in, a change out, nothing touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from incidentbot.domain.lifecycle import State, Trigger, allowed, next_state
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Actor
from incidentbot.domain.reference import reference
from incidentbot.domain.refusals import AlreadyResolved, BadField, Refused, TransitionRefused, Unchanged
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import EntryKind, NewEntry

TITLE_LIMIT: Final = 250
DESCRIPTION_LIMIT: Final = 3000
NOTE_LIMIT: Final = 3000

ENTRY_OF: Final[Mapping[Trigger, EntryKind]] = {
    Trigger.ACKNOWLEDGE: EntryKind.ACKNOWLEDGED,
    Trigger.UNACKNOWLEDGE: EntryKind.UNACKNOWLEDGED,
    Trigger.RESOLVE: EntryKind.RESOLVED,
    Trigger.REOPEN: EntryKind.REOPENED,
}


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as stored. Times are aware UTC; `state_since` and `state_by` tell the last transition.

    `version` grows by one with each change; `last_seq` is the number of the newest timeline entry. `channel` is the
    channel's id once the card was posted, before that its configured name or id; `root_ts` is the card's ts, or empty.
    `assignee`, `commander`, `communications` and `scribe` are Slack user ids, or empty.
    `next_update_at` is when whoever gave the last status update promised the next one for.
    `own_channel` is the id of the channel that it was moved to, or empty.
    `acknowledged_*` and `resolved_*` are of the present state only: reopening clears them. A `drill` is an exercise:
    marked wherever it is told, counted nowhere. `started_at` is when it began in truth, where somebody corrected that.
    """

    team_id: str
    number: int
    title: str
    severity: Severity
    state: State
    version: int
    last_seq: int
    source: str
    created_by: Actor
    created_at: datetime
    state_since: datetime
    state_by: Actor
    channel: str
    description: str = ""
    assignee: str = ""
    commander: str = ""
    communications: str = ""
    scribe: str = ""
    next_update_at: datetime | None = None
    own_channel: str = ""
    root_ts: str = ""
    dedupe_key: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: Actor | None = None
    resolved_at: datetime | None = None
    resolved_by: Actor | None = None
    resolution: str = ""
    cis: tuple[CiRef, ...] = ()
    unknown_cis: tuple[str, ...] = ()
    event_count: int = 0
    drill: bool = False
    started_at: datetime | None = None

    @property
    def reference(self) -> str:
        """INC-n."""
        return reference(self.number)

    @property
    def began_at(self) -> datetime:
        """When it began, by what is known now."""
        return self.started_at or self.created_at

    @property
    def so_since(self) -> datetime:
        """Since when its state has been so, by what is known now; `state_since` is when that was recorded."""
        known = {State.ACKNOWLEDGED: self.acknowledged_at, State.RESOLVED: self.resolved_at}.get(self.state)
        return known or self.state_since

    @property
    def allowed(self) -> tuple[Trigger, ...]:
        """The triggers that are legal now."""
        return allowed(self.state)


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision leads to: the incident before (None = it is new) and after, and what is to be told."""

    before: Incident | None
    after: Incident
    entries: tuple[NewEntry, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an incident is made of, before it has a number. People's own titles are checked, foreign ones are cut.

    `why` is noted where no person decided it: condition, seen, group. `reporter` (a Slack user id) is on whose behalf
    it is said to be made, which nobody vouches for.
    """

    title: str
    severity: Severity
    description: str = ""
    assignee: str = ""
    cis: tuple[CiRef, ...] = ()
    unknown_cis: tuple[str, ...] = ()
    dedupe_key: str = ""
    event: str = ""
    foreign: bool = False
    drill: bool = False
    why: Mapping[str, str] = field(default_factory=dict)
    reporter: str = ""


def check_title(title: str) -> str:
    """The title without surrounding space; refused where it is blank or longer than TITLE_LIMIT."""
    title = " ".join(title.split())
    if not title:
        raise Refused(BadField("title", "blank", limit=TITLE_LIMIT))
    if len(title) > TITLE_LIMIT:
        raise Refused(BadField("title", "too_long", value=title[:80], limit=TITLE_LIMIT))
    return title


def check_text(field: str, text: str, limit: int, *, required: bool = False) -> str:
    """`text` without surrounding space; refused where it is longer than `limit`, or blank though `required`."""
    text = text.strip()
    if required and not text:
        raise Refused(BadField(field, "blank", limit=limit))
    if len(text) > limit:
        raise Refused(BadField(field, "too_long", value=text[:80], limit=limit))
    return text


def _foreign(draft: Draft) -> tuple[str, str]:
    """Title and description of a draft that no person typed: cut to size, the full title kept in the description."""
    title = " ".join(draft.title.split()) or "(no title)"
    description = draft.description.strip()
    if len(title) > TITLE_LIMIT:
        description = f"{title}\n\n{description}".strip()
        title = title[: TITLE_LIMIT - 1].rstrip() + "…"
    return title, description


def create(draft: Draft, *, team_id: str, number: int, channel: str, actor: Actor, now: datetime) -> Change:
    """A new, open incident."""
    if draft.foreign:
        title, description = _foreign(draft)
    else:
        title = check_title(draft.title)
        description = check_text("description", draft.description, DESCRIPTION_LIMIT)
    incident = Incident(
        team_id=team_id,
        number=number,
        title=title,
        severity=draft.severity,
        state=State.OPEN,
        version=1,
        last_seq=0,
        source=actor.source.value,
        created_by=actor,
        created_at=now,
        state_since=now,
        state_by=actor,
        channel=channel,
        description=description,
        assignee=draft.assignee,
        dedupe_key=draft.dedupe_key,
        cis=draft.cis,
        unknown_cis=draft.unknown_cis,
        drill=draft.drill,
    )
    told = {
        "severity": draft.severity.value,
        "description": description,
        "event": draft.event,
        "cis": [ci.name for ci in draft.cis],
        "unknown_cis": list(draft.unknown_cis),
        "assignee": draft.assignee,
        **({"why": dict(draft.why)} if draft.why else {}),
        **({"reporter": draft.reporter} if draft.reporter else {}),
        **({"drill": True} if draft.drill else {}),
    }
    return Change(None, incident, (NewEntry(EntryKind.CREATED, actor, now, told),))


def move(
    incident: Incident,
    trigger: Trigger,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Change:
    """The incident after `trigger`, with `note` as reason or resolution; refused where that is no legal move now.

    `facts` are kept with the entry that tells of it.
    """
    target = next_state(incident.state, trigger)
    if target is None:
        raise Refused(
            TransitionRefused(
                incident.reference, trigger, incident.state, incident.state_since, incident.state_by, incident.allowed
            )
        )
    note = check_text("note", note, NOTE_LIMIT)
    moved = replace(incident, version=incident.version + 1, state=target, state_since=now, state_by=actor)
    entry = NewEntry(ENTRY_OF[trigger], actor, now, {"note": note, **(facts or {})})
    return Change(incident, _with_marks(moved, target, actor, now, note), (entry,))


def _with_marks(incident: Incident, state: State, actor: Actor, now: datetime, note: str) -> Incident:
    """Who acknowledged or resolved it and when, as far as that is true of `state`."""
    if state is State.ACKNOWLEDGED:
        return replace(incident, acknowledged_at=now, acknowledged_by=actor)
    if state is State.RESOLVED:
        return replace(incident, resolved_at=now, resolved_by=actor, resolution=note, next_update_at=None)
    return replace(
        incident, acknowledged_at=None, acknowledged_by=None, resolved_at=None, resolved_by=None, resolution=""
    )


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be changed; None leaves a field as it is. `assignee` "" takes the assignee away.

    `note` is a status update, and `next_update` after how long the next one is promised (None: nothing is promised).
    """

    title: str | None = None
    severity: Severity | None = None
    assignee: str | None = None
    description: str | None = None
    note: str = ""
    next_update: timedelta | None = None


def edit(incident: Incident, wanted: Edit, *, actor: Actor, now: datetime) -> Change:
    """The incident with the wanted values, an entry for each one that really changes, and the note.

    Refused (Unchanged) where nothing at all would change.
    """
    title = incident.title if wanted.title is None else check_title(wanted.title)
    severity = wanted.severity or incident.severity
    assignee = incident.assignee if wanted.assignee is None else wanted.assignee
    description = incident.description
    if wanted.description is not None:
        description = check_text("description", wanted.description, DESCRIPTION_LIMIT)
    note = check_text("note", wanted.note, NOTE_LIMIT, required=wanted.next_update is not None)
    if wanted.next_update and incident.state is State.RESOLVED:
        raise Refused(AlreadyResolved(incident.reference, "next_update"))
    next_at = now + wanted.next_update if wanted.next_update else None
    after = replace(
        incident,
        title=title,
        severity=severity,
        assignee=assignee,
        description=description,
        next_update_at=next_at if note else incident.next_update_at,
        version=incident.version + 1,
    )
    entries = _edit_entries(incident, after, note, actor, now)
    if not entries and description == incident.description:
        raise Refused(_unchanged(incident, wanted))
    return Change(incident, after, entries)


def _edit_entries(before: Incident, after: Incident, note: str, actor: Actor, now: datetime) -> tuple[NewEntry, ...]:
    changes: list[tuple[EntryKind, Mapping[str, Any]]] = []
    if after.title != before.title:
        changes.append((EntryKind.TITLE_CHANGED, {"before": before.title, "after": after.title}))
    if after.severity != before.severity:
        changes.append((EntryKind.SEVERITY_CHANGED, {"before": before.severity.value, "after": after.severity.value}))
    if after.assignee != before.assignee:
        changes.append((EntryKind.ASSIGNED, {"before": before.assignee, "after": after.assignee}))
    if note:
        promised = {"next": after.next_update_at.isoformat()} if after.next_update_at else {}
        changes.append((EntryKind.NOTE, {"text": note, "update": True, **promised}))
    return tuple(NewEntry(kind, actor, now, data) for kind, data in changes)


def _unchanged(incident: Incident, wanted: Edit) -> Unchanged:
    named = [
        ("severity", wanted.severity and wanted.severity.value),
        ("assignee", wanted.assignee),
        ("title", wanted.title),
        ("description", wanted.description),
    ]
    field, value = next(((name, value) for name, value in named if value is not None), ("note", ""))
    return Unchanged(incident.reference, field, value or "")


def tell(incident: Incident, *entries: NewEntry) -> Change:
    """The incident with `entries` added to its timeline and nothing else changed."""
    return Change(incident, replace(incident, version=incident.version + 1), entries)


def add_note(incident: Incident, text: str, *, actor: Actor, now: datetime) -> Change:
    """The incident with a note in its timeline."""
    text = check_text("note", text, NOTE_LIMIT, required=True)
    return tell(incident, NewEntry(EntryKind.NOTE, actor, now, {"text": text}))
