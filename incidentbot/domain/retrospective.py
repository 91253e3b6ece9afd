"""What people wrote into the retrospective of an incident: answers by part, the last ones that the timeline has."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.incident import Change, Incident, check_text, tell
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import BadField, Refused, Unchanged
from incidentbot.domain.timeline import Entry, EntryKind, NewEntry

PART_LIMIT: Final = 3000


class Part(StrEnum):
    """The parts that only people can write, in their order."""

    HAPPENED = "happened"
    CAUSE = "cause"
    NOTICED = "noticed"
    WELL = "went_well"
    HARD = "made_hard"
    LUCK = "luck"
    CHANGE = "change"


Parts = Mapping[Part, str]


def last_written(entries: Iterable[Entry]) -> Entry | None:
    """The entry that holds the retrospective as it is now; None while nobody wrote one."""
    written = [entry for entry in entries if entry.kind is EntryKind.RETROSPECTIVE]
    return max(written, key=lambda entry: entry.seq, default=None)


def parts_of(entry: Entry | None) -> dict[Part, str]:
    """What an entry holds of it; parts that are empty are left out."""
    held = fields.nested(entry.data, "parts") if entry else {}
    texts = {part: fields.as_text(held.get(part.value)) for part in Part}
    return {part: text for part, text in texts.items() if text}


def write(incident: Incident, before: Parts, wanted: Parts, *, actor: Actor, now: datetime) -> Change:
    """The incident with the retrospective as it is wanted: parts that are not in `wanted` stay as they were.

    Refused where nothing would stand in it (BadField), or nothing else than before (Unchanged).
    """
    checked = {part: check_text(part.value, text, PART_LIMIT) for part, text in wanted.items()}
    after = {part: text for part, text in {**before, **checked}.items() if text}
    if not after:
        raise Refused(BadField("retrospective", "blank", limit=PART_LIMIT))
    if after == dict(before):
        raise Refused(Unchanged(incident.reference, "retrospective", ""))
    data = {"parts": {part.value: after[part] for part in Part if part in after}}
    return tell(incident, NewEntry(EntryKind.RETROSPECTIVE, actor, now, data))
