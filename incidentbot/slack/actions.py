"""The listeners of buttons. Whoever clicks on what is no longer so is told, and nobody else."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import Trigger
from incidentbot.domain.refusals import ChannelRefused, Refusal, TransitionRefused
from incidentbot.queries import find
from incidentbot.queries.on_call import on_call_alone
from incidentbot.render import ids
from incidentbot.render.modals import resolve_modal, update_modal
from incidentbot.render.own_channel import archiving, channel_modal
from incidentbot.render.people_modal import people_modal
from incidentbot.render.unserved import button_unknown
from incidentbot.slack.asker import Asker, Surface
from incidentbot.slack.clicks import Clicks, in_view
from incidentbot.slack.forms import open_form
from incidentbot.slack.outcomes import told
from incidentbot.store import Store
from incidentbot.usecases import Cause, Done, Outcome, acknowledge, reopen
from incidentbot.usecases.own_channel import archive_channel

Transition = Callable[[Store, Cause, str], Outcome]


class Buttons(Clicks):
    """The buttons on the card and in the thread; their value is the reference."""

    async def acknowledge(
        self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker
    ) -> None:
        """Take the incident over."""
        await self._move(acknowledge, ack, body, action, asker)

    async def reopen(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the incident again."""
        await self._move(reopen, ack, body, action, asker)

    async def resolve(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form that resolves the incident, unless it is resolved already."""
        incident = await self.parts.store.ask(find, asker.team_id, _reference(action))
        if isinstance(incident, Incident) and Trigger.RESOLVE in incident.allowed:
            instead = f"/incident resolve {incident.reference} NOTE"
            open_form(self.parts, asker, body.get("trigger_id") or "", resolve_modal(incident), instead)
        else:
            refused = _resolved(incident) if isinstance(incident, Incident) else incident
            self.refuse(asker, body, refused)
        await ack()

    async def update(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form that changes the incident."""
        incident = await self.parts.store.ask(find, asker.team_id, _reference(action))
        if isinstance(incident, Incident):
            instead = f"/incident update {incident.reference} TEXT"
            on_call = await self.parts.store.ask(on_call_alone, asker.team_id)
            open_form(self.parts, asker, body.get("trigger_id") or "", update_modal(incident, on_call), instead)
        else:
            self.refuse(asker, body, incident)
        await ack()

    async def people(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form that says who does what."""
        incident = await self.parts.store.ask(find, asker.team_id, _reference(action))
        if isinstance(incident, Incident):
            instead = f"/incident role {incident.reference} commander @user"
            on_call = await self.parts.store.ask(on_call_alone, asker.team_id)
            open_form(self.parts, asker, body.get("trigger_id") or "", people_modal(incident, on_call), instead)
        else:
            self.refuse(asker, body, incident)
        await ack()

    async def move(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form that moves the incident to a channel, unless it has one."""
        incident = await self.parts.store.ask(find, asker.team_id, _reference(action))
        if isinstance(incident, Incident) and incident.own_channel:
            self.refuse(asker, body, ChannelRefused(incident.reference, "exists", incident.own_channel))
        elif isinstance(incident, Incident):
            instead = f"/incident channel {incident.reference}"
            open_form(self.parts, asker, body.get("trigger_id") or "", channel_modal(incident), instead)
        else:
            self.refuse(asker, body, incident)
        await ack()

    async def archive(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Have the channel of an incident that is over archived."""
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", "button")
        outcome = await self.parts.store.run(archive_channel, cause, _reference(action))
        await ack()
        if isinstance(outcome, Done):
            self.tell(asker, archiving(outcome.incident))
        else:
            self.refuse(asker, body, outcome)

    async def other(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Links open by themselves, and what is chosen in a form waits for its submission; the rest is not ours."""
        if not (in_view(body) or action.get("url") or action.get("action_id") in ids.LINK_BUTTONS):
            self.tell(asker, button_unknown())
        await ack()

    async def _move(
        self,
        transition: Transition,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        asker: Asker,
    ) -> None:
        surface: Surface = "home" if in_view(body) else "button"
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", surface)
        outcome = await self.parts.store.run(transition, cause, _reference(action))
        await ack()
        if not isinstance(outcome, Done):
            self.refuse(asker, body, outcome)
        elif asker.channel.startswith("D"):
            self.tell(asker, told(outcome, asker.workspace))  # a direct message is not edited by what is done there


def _reference(action: Mapping[str, Any]) -> str:
    """The button's value; never "", which would mean whatever incident is unresolved."""
    return action.get("value") or "?"


def _resolved(incident: Incident) -> Refusal:
    return TransitionRefused(
        incident.reference,
        Trigger.RESOLVE,
        incident.state,
        incident.state_since,
        incident.state_by,
        incident.allowed,
    )
