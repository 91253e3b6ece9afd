"""The listeners of the buttons on an event's notification; their value is the event's id at its source."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.outcome import EventDone
from incidentbot.queries.events import event_to_take
from incidentbot.render.message import Message
from incidentbot.render.modals import incident_modal
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_form
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Done, acknowledge_event


class EventButtons:
    """Acknowledge and create an incident, from where the event is told."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def acknowledge(
        self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker
    ) -> None:
        """Take the event over, or the incident that it belongs to."""
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", "button")
        outcome = await self._parts.store.run(acknowledge_event, cause, action.get("value") or "")
        await ack()
        if not isinstance(outcome, Done | EventDone):
            self._tell(asker, refusal(outcome))

    async def create_incident(
        self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker
    ) -> None:
        """Open the form for an incident, filled with what the event says; not for one that has an incident already."""
        found = await self._parts.store.ask(event_to_take, asker.team_id, action.get("value") or "")
        if isinstance(found, MonitoringEvent):
            view = incident_modal(
                title=found.title,
                description=found.description,
                severity=found.severity,
                cis=found.cis,
                event_id=found.event_id,
                also={"channel": asker.channel},
            )
            open_form(self._parts, asker, body.get("trigger_id") or "", view, "/incident create TITLE")
        else:
            self._tell(asker, refusal(found))
        await ack()

    def _tell(self, asker: Asker, message: Message) -> None:
        if asker.response_url:
            self._parts.tasks.start(self._parts.answerer.respond(asker.response_url, message))
