"""What came of a cause: the first answer, which every repeat of the cause gets again."""

from dataclasses import dataclass

from incidentbot.domain.incident import Incident
from incidentbot.domain.maintenance import Window
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.refusals import Refusal
from incidentbot.domain.timeline import EntryKind


@dataclass(frozen=True, slots=True)
class Done:
    """It was done: the incident as it is after it, and the entries that tell of it.

    `kinds` is empty where nothing new happened: a `dedupe_key` named an existing incident.
    """

    incident: Incident
    kinds: tuple[EntryKind, ...] = ()
    seqs: tuple[int, ...] = ()
    created: bool = False


@dataclass(frozen=True, slots=True)
class EventDone:
    """It was done to a monitoring event that belongs to no incident: where it stands now."""

    source: str
    event_id: str
    status: EventStatus


Outcome = Done | Refusal
# Everything that may come of a cause.
AnyOutcome = Outcome | EventDone | Window
