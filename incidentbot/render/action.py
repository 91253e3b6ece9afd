"""action: what is to be done about an incident, as an answer and as lines of documents."""

from collections.abc import Sequence

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, code, date, escape, fill, fit, joined, number, user
from incidentbot.render.vocabulary import headline, title

_SHOWN = 20
_TEXT = 120
_TEXT_LIMIT = 2900


def action_list(incident: Incident, items: Sequence[ActionItem]) -> Message:
    """All items, the open ones first, and how to end or add one."""
    ordered = sorted(items, key=lambda item: (item.done_at is not None, item.number))
    lines = [action_line(item) for item in ordered[:_SHOWN]]
    if len(ordered) > _SHOWN:
        way = code(f"/incident export {incident.reference}")
        lines.append(fill("{count} more: {way} has all.", count=number(len(ordered) - _SHOWN), way=way))
    add = code(f"/incident action {incident.reference} add TEXT @user --due 3d")
    end = code(f"/incident action {incident.reference} done N")
    how = fill("Done: {end} · another: {add}", end=end, add=add) if items else fill("None yet. Add one: {add}", add=add)
    body = fit(joined([*lines, how], "\n"), _TEXT_LIMIT)
    shown = (blocks.header(headline(incident)), blocks.section(body))
    return Message(fit(joined([title(incident), *lines, how], "\n"), _TEXT_LIMIT), shown)


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
