"""Calls about events: read, list, set the status, comment, assign, take in."""

import json
from typing import Final

from incidentbot.clients.errors import ClientError, Conflict
from incidentbot.clients.nopesight.config import NopeSightConfig
from incidentbot.clients.nopesight.failures import Repeat
from incidentbot.clients.nopesight.reading import Raw, read_page
from incidentbot.clients.nopesight.requests import EventQuery, NewEvent, actor_body, status_body
from incidentbot.clients.nopesight.wire import Call, Wire
from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.nopesight import Page
from incidentbot.domain.nopesight_event import EventActor, ToldEvent, read_event


class EventConflict(Conflict):
    """The event's status cannot be changed so any more; `event` is what it is now, and who made it so."""

    def __init__(self, refusal: Conflict, event: MonitoringEvent) -> None:
        super().__init__(refusal.reason, refusal.code, refusal.details)
        self.event: Final = event


class EventCalls:
    """Calls about events; each is one request unless it says otherwise."""

    def __init__(self, config: NopeSightConfig, wire: Wire) -> None:
        self._config = config
        self._wire = wire

    async def get_event(self, event_id: str) -> MonitoringEvent:
        """The event as it is now; Absent if there is none."""
        return await self._event(Call("GET", "event", event_id))

    async def list_events(self, query: EventQuery) -> Page[MonitoringEvent]:
        """One page of events. A parameter that NopeSight does not know may have been ignored: check what matters."""
        call = Call("GET", "events", params=query.params())
        return await self._wire.page(call, query.limit, lambda page: read_page(page, self._read_event))

    async def told_events(self, query: EventQuery) -> Page[ToldEvent]:
        """The same page as `list_events`, each event with the delivery that would have told it."""
        call = Call("GET", "events", params=query.params())
        return await self._wire.page(call, query.limit, lambda page: read_page(page, self._told))

    def _told(self, raw: Raw) -> ToldEvent:
        delivery = {"type": "event.updated", "data": {"event": raw}}
        return ToldEvent(self._read_event(raw), json.dumps(delivery, ensure_ascii=False, sort_keys=True).encode())

    async def set_event_status(
        self, event_id: str, status: EventStatus, actor: EventActor, *, comment: str = "", notes: str = ""
    ) -> MonitoringEvent:
        """The event in its new status, also if it had that status before.

        Where NopeSight refuses (409) the event is read once more: in the wanted status after all, it is the answer;
        else EventConflict carries it. Repeating the call is harmless.
        """
        body = status_body(status, actor, comment, notes)
        call = Call("PATCH", "event_status", event_id, body=body)
        try:
            return await self._event(call)
        except Conflict as refusal:
            return await self._settle(event_id, status, refusal)

    async def add_comment(self, event_id: str, text: str, actor: EventActor, idempotency_key: str) -> str:
        """The new comment's id ("" if none is told). Absent where this NopeSight has no comments."""
        body = {"text": text, "actor": actor_body(actor)}
        headers = {"Idempotency-Key": idempotency_key}
        call = Call("POST", "event_comments", event_id, body=body, headers=headers, repeat=Repeat.HARMFUL)
        return await self._wire.object(call, lambda raw: fields.line(raw, "id", "_id", limit=fields.ID_LENGTH))

    async def assign_event(self, event_id: str, email: str, actor: EventActor) -> MonitoringEvent:
        """The event assigned to the person with this address. Absent where this NopeSight cannot; harmless twice."""
        body = {"assignedTo": {"email": email}, "actor": actor_body(actor)}
        return await self._event(Call("PATCH", "event", event_id, body=body))

    async def ingest_event(self, event: NewEvent, idempotency_key: str) -> MonitoringEvent:
        """The event that NopeSight made of what began here."""
        headers = {"Idempotency-Key": idempotency_key}
        call = Call("POST", "event_ingest", body=event.body(), headers=headers, repeat=Repeat.HARMFUL)
        return await self._event(call)

    async def _settle(self, event_id: str, wanted: EventStatus, refusal: Conflict) -> MonitoringEvent:
        try:
            event = await self.get_event(event_id)
        except ClientError:
            # The refusal stands; that it cannot be illustrated as well is not worth a second error.
            raise refusal from None
        if event.status is wanted:
            return event
        raise EventConflict(refusal, event) from refusal

    async def _event(self, call: Call) -> MonitoringEvent:
        return await self._wire.object(call, self._read_event)

    def _read_event(self, raw: Raw) -> MonitoringEvent:
        return read_event(raw, severities=self._config.severities)
