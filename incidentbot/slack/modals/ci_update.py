"""The form that changes a CI: opened at once, filled in when NopeSight answered, stored when it is sent."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.inquiry import Ambiguous, NotAnswered
from incidentbot.domain.job import CiOrder, Field, Job, Place
from incidentbot.domain.permissions import Right
from incidentbot.render import ids
from incidentbot.render.ci_modal import bad_number, ci_update_modal, heading, not_one, nothing_changed
from incidentbot.render.jobs import ordered_ci_change
from incidentbot.render.modals import notice_modal, refusal_modal
from incidentbot.render.nopesight import why_not
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_and_fill
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.order_job import order_job

_PLACES = ("attributes", "custom_fields")
_TYPES = ("text", "number", "truth")


class CiUpdates:
    """The form of `/cmdb update` and of the button on a CI that is shown."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def clicked(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Open it for the CI that is shown."""
        await ack()
        open_ci_form(self._parts, asker, body.get("trigger_id") or "", action.get("value") or "?")

    async def submitted(self, ack: AsyncAck, view: Mapping[str, Any], asker: Asker) -> None:
        """Store what was changed; NopeSight is told next, and the person what came of it."""
        fields = Fields(view)
        order = read_ci_order(fields)
        if not isinstance(order, CiOrder):
            await ack(response_action="errors", errors=order)
            return
        cause, policy = asker.cause(f"view:{fields.id}", "modal"), self._parts.store.policy
        place = Place(policy.changes_channel)
        ordered = await self._parts.store.run(order_job, cause, Right.UPDATE, order, place)
        if not isinstance(ordered, Job):
            await ack(response_action="update", view=refusal_modal(ordered))
            return
        await ack()
        if order.asked_in:
            where = asker.team_id, order.asked_in, asker.actor.id
            self._parts.tasks.start(self._parts.answerer.answer_ephemeral(*where, ordered_ci_change(order)))


def open_ci_form(parts: SlackParts, asker: Asker, trigger_id: str, name_or_id: str) -> None:
    """Open the form for the CI with this id or name."""

    async def fill_in() -> Mapping[str, Any]:
        found = await parts.inquirer.find_ci(name_or_id)
        if isinstance(found, NotAnswered):
            return notice_modal(heading(), why_not(found))
        return not_one(found) if isinstance(found, Ambiguous) else ci_update_modal(found, asker.channel)

    open_and_fill(parts, asker, trigger_id, heading(), fill_in)


def read_ci_order(fields: Fields) -> CiOrder | dict[str, str]:
    """What was changed, or the errors to show at the fields."""
    changed: list[Field] = []
    before, after = fields.shown_choice(ids.STATUS), fields.choice(ids.STATUS, ids.STATUS_SELECT)
    if after and after != before:
        changed.append(Field("", "status", before, after))
    for place, described in enumerate(fields.carried("fields") or ()):
        field = _field(fields, place, described)
        if field is None or field.before == field.after:
            continue
        if field.type == "number" and not _is_number(field.after):
            return bad_number(place)
        changed.append(field)
    if not changed:
        return nothing_changed()
    return CiOrder(
        ci=fields.metadata("ci") or "?",
        name=fields.metadata("name"),
        version=fields.metadata("version"),
        fields=tuple(changed),
        asked_in=fields.metadata("asked_in"),
    )


def _field(fields: Fields, place: int, described: Any) -> Field | None:
    """A field as it was shown and as it was sent; None for what is none of ours."""
    match described:
        case [str(where), str(name), str(kind)] if where in _PLACES and kind in _TYPES:
            block = f"{ids.FIELD}:{place}"
            truth = kind == "truth"
            before = fields.shown_choice(block) if truth else fields.shown_text(block)
            after = (
                fields.choice(block, f"{ids.FIELD_SELECT}:{place}")
                if truth
                else fields.text(block, f"{ids.FIELD_INPUT}:{place}").strip()
            )
            there = cast('Literal["attributes", "custom_fields"]', where)
            return Field(there, name, before, after, cast('Literal["text", "number", "truth"]', kind))
        case _:
            return None


def _is_number(text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return abs(number) < float("inf")
