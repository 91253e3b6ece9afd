"""event_made: NopeSight makes an event of an incident that began here."""

import structlog

from incidentbot.clients.errors import Absent, ClientError, Permanent
from incidentbot.clients.nopesight import NewEvent, NopeSightClient
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.incident import Incident
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.own_events import mark_of
from incidentbot.effects.kinds import EventMade, Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.adopt import adopt
from incidentbot.usecases.sync_state import sync_failed, synced

log = structlog.get_logger(__name__)


class EventMadeHandler(OneWay):
    """Once an incident: the key and the source's id keep NopeSight from making two."""

    def __init__(self, nopesight: NopeSightClient | None) -> None:
        self._nopesight = nopesight

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The incident as it began; nothing to do without a NopeSight, or where its webhook told of the event."""
        incident = tx.incidents.get(row.incident)
        if incident is None or self._nopesight is None or incident.event_count:
            return None
        return Task(row, Repeat.AGAIN, facts={"event": _event_of(incident)})

    async def send(self, task: Task) -> MonitoringEvent | None:
        """The event that was made; None where this NopeSight takes none in."""
        assert self._nopesight is not None  # noqa: S101 - prepare saw to it
        try:
            return await self._nopesight.ingest_event(task.facts["event"], task.row.id)
        except Absent as absent:
            remedy = "set integrations.nopesight.tell_incidents to false, or its path event_ingest"
            log.warning("nopesight.takes_no_events", reason=absent.reason, remedy=remedy)
            return None

    def record(self, tx: Transaction, task: Task, result: MonitoringEvent | None) -> str:
        """The event belongs to the incident."""
        synced(tx, task.row.incident, _effect(task.row), task.row.id)
        if result is None:
            return ""
        adopt(tx, task.row.incident, result)
        return result.event_id

    def delayed(self, tx: Transaction, task: Task, error: ClientError) -> None:
        """The thread and the card say that NopeSight does not know yet."""
        sync_failed(tx, task.row.incident, _effect(task.row), error.reason)

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """It finds fault with what it was told: a person has to look at it."""
        sync_failed(tx, task.row.incident, _effect(task.row), error.reason)
        return AfterRefusal.PARKED


def _effect(row: EffectRow) -> EventMade:
    assert isinstance(row.effect, EventMade)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect


def _event_of(incident: Incident) -> NewEvent:
    return NewEvent(
        mark_of(incident.team_id, incident.number),
        incident.title,
        incident.severity,
        incident.created_at,
        description=incident.description,
        ci_id=next((ci.id for ci in incident.cis if ci.id), ""),
        tags=(incident.reference,),
    )
