"""The listeners of the buttons about action items, in lists, below reminders and in Home."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.incident import Incident
from incidentbot.domain.refusals import ActionItemRefused
from incidentbot.queries import find
from incidentbot.queries.action import action_of, actions_of
from incidentbot.render.action import action_list, action_modal
from incidentbot.slack.asker import Asker, Surface
from incidentbot.slack.clicks import Clicks, in_view
from incidentbot.slack.forms import open_form
from incidentbot.slack.outcomes import told
from incidentbot.store import Store
from incidentbot.usecases import Cause, Done, Outcome, end_action, reopen_action

_LONGEST: Final = 9
Ending = Callable[[Store, Cause, str, int], Outcome]


class ActionItems(Clicks):
    """Their value is the reference and, where one item is meant, its number."""

    async def add(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form for another item."""
        ref, _ = _meant(action)
        incident = await self.parts.store.ask(find, asker.team_id, ref)
        if isinstance(incident, Incident):
            instead = f"/incident action {incident.reference} add TEXT"
            open_form(self.parts, asker, body.get("trigger_id") or "", action_modal(incident), instead)
        else:
            self.refuse(asker, body, incident)
        await ack()

    async def change(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form for this item, as it is now."""
        ref, number = _meant(action)
        found = await self.parts.store.ask(action_of, asker.team_id, ref, number)
        if isinstance(found, tuple):
            instead = f"/incident action {found[0].reference} change {number} @user --due 3d"
            open_form(self.parts, asker, body.get("trigger_id") or "", action_modal(*found), instead)
        else:
            self.refuse(asker, body, found)
        await ack()

    async def end(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """The item is done."""
        await self._move(end_action, ack, body, action, asker)

    async def reopen(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """The item is not done after all."""
        await self._move(reopen_action, ack, body, action, asker)

    async def _move(
        self, ending: Ending, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker
    ) -> None:
        surface: Surface = "home" if in_view(body) else "button"
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", surface)
        ref, number = _meant(action)
        outcome = await self.parts.store.run(ending, cause, ref, number)
        await ack()
        if not isinstance(outcome, Done):
            self.refuse(asker, body, outcome)
        elif asker.channel.startswith("D") and not _in_list(body):
            self.tell(asker, told(outcome, asker.workspace))  # a direct message is not edited by what is done there
        if _in_list(body) and isinstance(outcome, Done | ActionItemRefused):
            await self._list_anew(asker, ref)

    async def _list_anew(self, asker: Asker, ref: str) -> None:
        """The list that was clicked in shows what is so now."""
        incident, items = await self.parts.store.ask(actions_of, asker.team_id, ref)
        if isinstance(incident, Incident) and asker.response_url:
            anew = self.parts.answerer.replace(asker.response_url, action_list(incident, items))
            self.parts.tasks.start(anew)


def _meant(action: Mapping[str, Any]) -> tuple[str, int]:
    """The reference, never "", which would mean whatever is unresolved; and the item, 0 where none is named."""
    ref, _, number = str(action.get("value") or "").partition(" ")
    known = number.isascii() and number.isdecimal() and len(number) <= _LONGEST
    return ref or "?", int(number) if known else 0


def _in_list(body: Mapping[str, Any]) -> bool:
    """Whether the click was in an answer that one person sees: the list."""
    return bool((body.get("container") or {}).get("is_ephemeral"))
