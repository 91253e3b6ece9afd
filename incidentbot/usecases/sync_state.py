"""sync_state: thread and card say that NopeSight does not know what people did here, and when it does again."""

from typing import Final

from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import EventCommented, EventMade, EventStatusSet, EventTold
from incidentbot.store import Transaction
from incidentbot.usecases.perform import save
from incidentbot.usecases.refresh_card import refresh_card

TARGET: Final = "NopeSight"
Sync = EventStatusSet | EventCommented | EventTold | EventMade
_OWED: Final = {
    State.ACKNOWLEDGED: (EventStatus.ACKNOWLEDGED, EntryKind.ACKNOWLEDGED),
    State.RESOLVED: (EventStatus.RESOLVED, EntryKind.RESOLVED),
}
_LOOKED_THROUGH: Final = 200


def sync_failed(tx: Transaction, number: int, effect: Sync, reason: str) -> None:
    """NopeSight could not be told: the thread says so once, until it knows everything again."""
    incident = tx.incidents.get(number, lock=True)
    if incident is None:
        return
    if not _told_failed(tx, incident):
        data = {"target": TARGET, "action": _action(effect), "reason": reason}
        _tell(tx, incident, EntryKind.SYNC_FAILED, data)
    refresh_card(tx, number)


def synced(tx: Transaction, number: int, effect: Sync, effect_id: str) -> None:
    """NopeSight was told: if the thread says that it could not be, and nothing else waits, the thread says this too."""
    incident = tx.incidents.get(number)
    if incident is None or not _told_failed(tx, incident) or not tx.lags.synced(number, but=effect_id):
        return
    incident = tx.incidents.get(number, lock=True)
    if incident is not None and _told_failed(tx, incident):
        _tell(tx, incident, EntryKind.SYNC_RECOVERED, {"target": TARGET, "action": _action(effect)})
    refresh_card(tx, number, but=effect_id)


def status_of(state: State) -> EventStatus | None:
    """The status that events of an incident in this state have at their source; None where that says nothing."""
    return _OWED[state][0] if state in _OWED else None


def owed(tx: Transaction, incident: Incident) -> tuple[EventStatus, int]:
    """The status that the incident's events should have, and the number of the entry that tells who wanted it.

    The number is 0 where nobody did, or long ago.
    """
    status, kind = _OWED.get(incident.state, (EventStatus.OPEN, None))
    page = tx.timeline.page(incident.number, after=max(incident.last_seq - _LOOKED_THROUGH, 0), limit=_LOOKED_THROUGH)
    return status, max((entry.seq for entry in page if entry.kind is kind), default=0)


def _told_failed(tx: Transaction, incident: Incident) -> bool:
    kinds = (EntryKind.SYNC_FAILED, EntryKind.SYNC_RECOVERED)
    return tx.timeline.last_of(incident.number, kinds) is EntryKind.SYNC_FAILED


def _tell(tx: Transaction, incident: Incident, kind: EntryKind, data: dict[str, str]) -> None:
    save(tx, tell(incident, NewEntry(kind, Actor(Source.SYSTEM), tx.now, data)))


def _action(effect: Sync) -> str:
    if isinstance(effect, EventMade):
        return "open"
    return "open again" if isinstance(effect, EventCommented) else effect.status
