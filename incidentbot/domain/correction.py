"""Correcting when something happened: the entry that recorded it stays, another one says what was true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from incidentbot.domain.incident import Change, Incident
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import Refused, TimeRefused, Unchanged
from incidentbot.domain.timeline import Entry, EntryKind, NewEntry

# Nobody notices an outage later than that; a wrong year is the likelier reason.
LONGEST_BEFORE: Final = timedelta(days=90)


class Corrected(StrEnum):
    """What can be corrected: when it started, the first acknowledgement, or the last resolution."""

    STARTED = "started"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Moment:
    """A transition's entry, and when it happened by what is known now."""

    seq: int
    kind: EntryKind
    at: datetime


TRANSITIONS: Final = (
    EntryKind.CREATED,
    EntryKind.ACKNOWLEDGED,
    EntryKind.UNACKNOWLEDGED,
    EntryKind.RESOLVED,
    EntryKind.REOPENED,
)


def moments_of(entries: Sequence[Entry], corrected: Mapping[int, datetime]) -> tuple[Moment, ...]:
    """The transitions among `entries`, in order, with the times that replaced theirs, by their numbers."""
    return tuple(
        Moment(entry.seq, entry.kind, corrected.get(entry.seq, entry.happened_at))
        for entry in entries
        if entry.kind in TRANSITIONS
    )


def correct(
    incident: Incident, moments: Sequence[Moment], what: Corrected, at: datetime, *, actor: Actor, now: datetime
) -> tuple[Change, Moment]:
    """The incident with another time, and the moment as it is from now on.

    Refused where that never happened, or `at` is not between what came before and what came after; nothing is later
    than `now`.
    """
    place = _place(moments, what)
    if place is None:
        raise Refused(TimeRefused(incident.reference, what.value))
    wrong = moments[place]
    earliest = moments[place - 1].at if place else incident.created_at - LONGEST_BEFORE
    latest = moments[place + 1].at if place + 1 < len(moments) else now
    if not earliest <= at <= latest:
        raise Refused(TimeRefused(incident.reference, what.value, earliest, latest))
    if at == wrong.at:
        raise Refused(Unchanged(incident.reference, f"time ({what.value})", f"{at:%Y-%m-%d %H:%M} UTC"))
    data = {"what": what.value, "before": wrong.at.isoformat(), "after": at.isoformat(), "entry": wrong.seq}
    entry = NewEntry(EntryKind.CORRECTED, actor, now, data)
    return Change(incident, _with(incident, what, wrong.at, at), (entry,)), replace(wrong, at=at)


def _place(moments: Sequence[Moment], what: Corrected) -> int | None:
    """Statistics go by the first acknowledgement and the last resolution, so these are meant."""
    kind = EntryKind.CREATED if what is Corrected.STARTED else EntryKind(what.value)
    places = [place for place, moment in enumerate(moments) if moment.kind is kind]
    if not places:
        return None
    return places[-1] if what is Corrected.RESOLVED else places[0]


def _with(incident: Incident, what: Corrected, before: datetime, at: datetime) -> Incident:
    """The incident's own times, as far as they are of that very transition."""
    after = replace(incident, version=incident.version + 1)
    if what is Corrected.STARTED:
        return replace(after, started_at=at)
    if what is Corrected.ACKNOWLEDGED and incident.acknowledged_at == before:
        return replace(after, acknowledged_at=at)
    if what is Corrected.RESOLVED and incident.resolved_at == before:
        return replace(after, resolved_at=at)
    return after
