"""The listeners of "Run playbook": choose, fill in, confirm; then it is a job, whose progress is told in the thread."""

from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.inquiry import NotAnswered
from incidentbot.domain.job import Job, Place, PlaybookOrder
from incidentbot.domain.nopesight import Playbook
from incidentbot.domain.nopesight_event import SOURCE
from incidentbot.domain.permissions import Right
from incidentbot.languages import phrase, said
from incidentbot.queries import event
from incidentbot.render import ids
from incidentbot.render.jobs import ordered_playbook
from incidentbot.render.modals import ERROR_LIMIT, notice_modal, refusal_modal
from incidentbot.render.mrkdwn import cut, fill
from incidentbot.render.nopesight import why_not
from incidentbot.render.playbook_modals import Carried, View, block_of, confirm_modal, heading, playbook_modal, runnable
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_and_fill
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.store.monitoring_events import StoredEvent
from incidentbot.usecases.order_job import order_job

_TOO_MUCH: Final = phrase("This is more than Slack carries in a form. Shorten it, or run the playbook in NopeSight.")


class Playbooks:
    """The button on an event's notification, and the form that it opens. NopeSight is asked once it is open."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def clicked(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open the form."""
        await ack()
        event_id = action.get("value") or "?"
        found = await self._parts.store.ask(event, asker.team_id, SOURCE, event_id)
        container = body.get("container") or {}
        ts = container.get("thread_ts") or container.get("message_ts") or ""
        carried = Carried(event_id, found.event.title if found else "", asker.channel, ts)
        open_and_fill(self._parts, asker, body.get("trigger_id") or "", heading(), lambda: self._choice(carried))

    async def chosen(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Show the fields of the playbook that was chosen."""
        await ack()
        fields = Fields(body.get("view") or {})
        playbook_id = fields.choice(ids.PLAYBOOK, ids.PLAYBOOK_SELECT)
        self._parts.tasks.start(self._show(asker, fields.id, read_carried(fields), playbook_id))

    async def _show(self, asker: Asker, view_id: str, carried: Carried, playbook_id: str) -> None:
        view = await self._choice(carried, playbook_id)
        await self._parts.answerer.update_view(asker.team_id, view_id, view)

    async def _choice(self, carried: Carried, playbook_id: str = "") -> View:
        answer = await self._parts.inquirer.playbooks(carried.event)
        if isinstance(answer, NotAnswered):
            return notice_modal(heading(), why_not(answer))
        playbooks = runnable(answer.items)
        if not playbooks:
            return notice_modal(heading(), fill("NopeSight has no playbook for this event that can be run from here."))
        return playbook_modal(carried, playbooks, _called(playbooks, playbook_id))

    async def filled_in(self, ack: AsyncAck, view: Mapping[str, Any], asker: Asker) -> None:
        """Ask for the last word; nothing is started yet."""
        fields = Fields(view)
        carried = _with_parameters(read_carried(fields), fields)
        if not carried.playbook:
            # Slack sent the form before the fields of the chosen playbook were shown: they are about to be.
            await ack(response_action="update", view=notice_modal(heading(), fill("⏳ Asking NopeSight…")))
            chosen = fields.choice(ids.PLAYBOOK, ids.PLAYBOOK_SELECT)
            self._parts.tasks.start(self._show(asker, fields.id, carried, chosen))
        elif carried.fits():
            await ack(response_action="update", view=confirm_modal(carried, Playbook(carried.playbook, carried.name)))
            self._parts.tasks.start(self._describe(asker, fields.id, carried))
        else:
            errors = {block_of(carried.playbook, 0): cut(said(_TOO_MUCH), ERROR_LIMIT)}
            await ack(response_action="errors", errors=errors)

    async def _describe(self, asker: Asker, view_id: str, carried: Carried) -> None:
        """Say in the last question what NopeSight tells of the playbook: its risk above all."""
        answer = await self._parts.inquirer.playbooks(carried.event)
        chosen = None if isinstance(answer, NotAnswered) else _called(answer.items, carried.playbook)
        if chosen is not None:
            await self._parts.answerer.update_view(asker.team_id, view_id, confirm_modal(carried, chosen))

    async def confirmed(self, ack: AsyncAck, view: Mapping[str, Any], asker: Asker) -> None:
        """Have NopeSight run it."""
        fields = Fields(view)
        carried = read_carried(fields)
        stored = await self._parts.store.ask(event, asker.team_id, SOURCE, carried.event)
        ordered = await self._parts.store.run(
            order_job,
            asker.cause(f"view:{fields.id}", "button"),
            Right.RUN_PLAYBOOK,
            _order(carried, stored),
            Place(carried.channel, carried.ts, (stored.incident if stored else None) or 0),
        )
        if not isinstance(ordered, Job):
            await ack(response_action="update", view=refusal_modal(ordered))
            return
        await ack()
        if carried.channel:
            message = ordered_playbook(carried.name)
            where = asker.team_id, carried.channel, asker.actor.id
            self._parts.tasks.start(self._parts.answerer.answer_ephemeral(*where, message))


def _order(carried: Carried, stored: StoredEvent | None) -> PlaybookOrder:
    cis = tuple(ci.id for ci in stored.event.cis if ci.id) if stored else ()
    given = {name: value for name, value in (carried.parameters or {}).items() if value}
    return PlaybookOrder(carried.playbook, carried.name, carried.event, carried.title, cis, given)


def read_carried(fields: Fields) -> Carried:
    """What the form carried along; what is missing or of another type reads as empty."""
    parameters, names = fields.carried("parameters"), fields.carried("names")
    given = parameters if isinstance(parameters, dict) else {}
    return Carried(
        event=fields.metadata("event") or "?",
        title=fields.metadata("title"),
        channel=fields.metadata("channel"),
        ts=fields.metadata("ts"),
        playbook=fields.metadata("playbook"),
        name=fields.metadata("name"),
        parameters={str(name): str(value) for name, value in given.items()},
        names=tuple(str(name) for name in names) if isinstance(names, list) else (),
    )


def _with_parameters(carried: Carried, fields: Fields) -> Carried:
    """With what was filled in, if the fields are those of the playbook that is chosen now."""
    chosen = fields.choice(ids.PLAYBOOK, ids.PLAYBOOK_SELECT)
    if chosen != carried.playbook:
        return Carried(carried.event, carried.title, carried.channel, carried.ts)
    given = {name: _value(fields, chosen, place) for place, name in enumerate(carried.names)}
    where = carried.event, carried.title, carried.channel, carried.ts
    return Carried(*where, carried.playbook, carried.name, given, carried.names)


def _value(fields: Fields, playbook_id: str, place: int) -> str:
    block = block_of(playbook_id, place)
    typed = fields.text(block, f"{ids.PARAMETER_INPUT}:{place}")
    return typed or fields.choice(block, f"{ids.PARAMETER_SELECT}:{place}")


def _called(playbooks: list[Playbook] | tuple[Playbook, ...], playbook_id: str) -> Playbook | None:
    return next((one for one in playbooks if one.id == playbook_id), None)
