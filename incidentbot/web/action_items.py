"""/v1/incidents/{ref}/action-items: what is to be done about an incident, over HTTP."""

from typing import Annotated

from fastapi import Path

from incidentbot.domain.action_items import ItemEdit
from incidentbot.domain.refusals import ActionItemRefused, Refused
from incidentbot.usecases import add_action, change_action, end_action, reopen_action
from incidentbot.web.models import ActionItemChanges, ActionItemList, ActionItemShape, NewActionItem
from incidentbot.web.rest import Call, Ref, guarded_router
from incidentbot.web.shapes import item_by_number, item_told_by, items_by_ref

Number = Annotated[int, Path(ge=1, le=9999, description="The item's number within the incident", examples=[1])]

router = guarded_router("action items")


@router.get("/{ref}/action-items", operation_id="list_action_items")
async def list_(call: Call, ref: Ref) -> ActionItemList:
    """What is to be done about the incident, and what is done."""
    return await call.ask(items_by_ref, ref)


@router.post("/{ref}/action-items", status_code=201, operation_id="add_action_item")
async def add(call: Call, ref: Ref, body: NewActionItem) -> ActionItemShape:
    """A new action item; its thread tells of it."""
    done = await call.perform(add_action, ref, body.text, body.assignee, body.due_at or "")
    return await call.look(item_told_by, done.incident, done.seqs[0])


@router.patch("/{ref}/action-items/{number}", operation_id="change_action_item")
async def change(call: Call, ref: Ref, number: Number, body: ActionItemChanges) -> ActionItemShape:
    """The action item with these values; also where it had all of them already."""
    due = (body.due_at or "") if "due_at" in body.model_fields_set else None
    try:
        await call.perform(change_action, ref, number, ItemEdit(body.text, body.assignee, due))
    except Refused as refused:
        if not (isinstance(refused.refusal, ActionItemRefused) and refused.refusal.reason == "unchanged"):
            raise
    return await call.look(item_by_number, ref, number)


@router.post("/{ref}/action-items/{number}/done", operation_id="end_action_item")
async def end(call: Call, ref: Ref, number: Number) -> ActionItemShape:
    """The action item, which is done."""
    await call.perform(end_action, ref, number)
    return await call.look(item_by_number, ref, number)


@router.post("/{ref}/action-items/{number}/reopen", operation_id="reopen_action_item")
async def reopen(call: Call, ref: Ref, number: Number) -> ActionItemShape:
    """The action item, which is not done after all."""
    await call.perform(reopen_action, ref, number)
    return await call.look(item_by_number, ref, number)
