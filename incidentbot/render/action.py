"""action: what is to be done about an incident, as a form, as an answer and as lines of documents."""

from collections.abc import Sequence
from typing import Any, Final

from incidentbot.domain.action_items import TEXT_LIMIT, ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.message import Message
from incidentbot.render.modals import OPTION_TEXT, View, assignee_field, form, labelled
from incidentbot.render.mrkdwn import NOTHING, Escaped, code, date, escape, fill, fit, joined, number, shortened, user
from incidentbot.render.vocabulary import headline, title

_SHOWN: Final = 20
_TEXT: Final = 120
_TEXT_LIMIT: Final = 2900


def action_modal(incident: Incident, item: ActionItem | None = None) -> View:
    """The form that adds an item, or changes `item`.

    `private_metadata` is JSON: the reference as `incident`, and the number as `action`, 0 for a new one.
    """
    ref = incident.reference
    text: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": ids.ACTION_INPUT,
        "multiline": True,
        "max_length": TEXT_LIMIT,
        "placeholder": plain_text(fill_plain("What is to be done"), OPTION_TEXT),
        **({"initial_value": shortened(item.text, TEXT_LIMIT)[0]} if item else {}),
    }
    due: dict[str, Any] = {"type": "datetimepicker", "action_id": ids.DUE_PICK}
    if item and item.due_at:
        due["initial_date_time"] = int(item.due_at.timestamp())
    hint = fill_plain("The thread and whoever has it are reminded then, once.")
    return form(
        ids.ACTION_MODAL,
        fill_plain("Action item {number}", number=str(item.number)) if item else fill_plain("Action item"),
        fill_plain("Save") if item else fill_plain("Add"),
        {"incident": ref, "action": item.number if item else 0},
        [
            blocks.paragraph(headline(incident)),
            labelled(ids.ACTION, fill_plain("What is to be done?"), text, optional=False),
            assignee_field(item.assignee if item else ""),
            labelled(ids.DUE, fill_plain("Due"), due, optional=True, hint=hint),
        ],
    )


def action_list(incident: Incident, items: Sequence[ActionItem]) -> Message:
    """All items, the open ones first, each with what can be done about it, and how to add another."""
    ordered = in_order(items)
    lines = [action_line(item) for item in ordered[:_SHOWN]]
    rows = [block for item in ordered[:_SHOWN] for block in _row(incident, item)]
    hints = [_how(incident)]
    if len(ordered) > _SHOWN:
        way = code(f"/incident export {incident.reference}")
        hints.insert(0, fill("{count} more: {way} has all.", count=number(len(ordered) - _SHOWN), way=way))
    if not items:
        rows = [blocks.section(fill("There are no action items yet."))]
    add = blocks.button(fill_plain("Action item"), ids.ADD_ACTION, incident.reference)
    text = fit(joined([title(incident), *lines, *hints], "\n"), _TEXT_LIMIT)
    return Message(text, (blocks.header(headline(incident)), *rows, blocks.actions(add), blocks.context(hints)))


def in_order(items: Sequence[ActionItem]) -> list[ActionItem]:
    """The open ones first, by their numbers."""
    return sorted(items, key=lambda item: (item.done_at is not None, item.number))


def open_lines(items: Sequence[ActionItem], most: int) -> list[Escaped]:
    """The open items, a line each; how many more there are stands in the last one."""
    still = [item for item in items if item.done_at is None]
    lines = [action_line(item) for item in still[:most]]
    return [*lines, fill("and {left} more", left=number(len(still) - most))] if len(still) > most else lines


def end_button(reference: str, item: int, action_id: str = ids.END_ACTION) -> dict[str, Any]:
    """What ends item number `item`."""
    return blocks.button(fill_plain("Done"), action_id, _value(reference, item))


def _row(incident: Incident, item: ActionItem) -> list[dict[str, Any]]:
    ref, shown = incident.reference, blocks.section(action_line(item))
    if item.done_at:
        again = blocks.button(fill_plain("Reopen"), f"{ids.REOPEN_ACTION}:{item.number}", _value(ref, item.number))
        return [{**shown, "accessory": again}]
    change = blocks.button(fill_plain("Change"), f"{ids.CHANGE_ACTION}:{item.number}", _value(ref, item.number))
    return [shown, blocks.actions(end_button(ref, item.number, f"{ids.END_ACTION}:{item.number}"), change)]


def _value(reference: str, item: int) -> str:
    return f"{reference} {item}"


def _how(incident: Incident) -> Escaped:
    add = code(f"/incident action {incident.reference} add TEXT @user --due 3d")
    return fill("Typed: {add}", add=add)


def action_line(item: ActionItem) -> Escaped:
    """One item in one line: whether it is done, who has it, when it is due."""
    due = fill("due {when}", when=date(item.due_at)) if item.due_at and not item.done_at else NOTHING
    done = fill("done {when}", when=date(item.done_at)) if item.done_at else NOTHING
    who = user(item.assignee) if item.assignee else fill("nobody yet")
    told = joined([who, due or done], " · ") if due or done else who
    sign = fill("✅") if item.done_at else fill("☐")
    return fill(
        "{sign} {number}. {text} ({told})",
        sign=sign,
        number=number(item.number),
        text=escape(item.text, _TEXT),
        told=told,
    )
