"""The form of an action item, a new one or one that there is."""

from incidentbot.domain.action_items import ItemEdit
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.modals.resolve import named_incident
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome, add_action, change_action


async def submit_action(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Add the item, or change what the person changed in the form."""
    cause, number = asker.cause(f"view:{fields.id}", "modal"), fields.carried("action")
    if isinstance(number, int) and number > 0:
        return await parts.store.run(change_action, cause, named_incident(fields), number, read_item(fields))
    text, person = fields.text(ids.ACTION, ids.ACTION_INPUT), fields.user(ids.ASSIGNEE, ids.ASSIGNEE_SELECT)
    due = fields.moment(ids.DUE, ids.DUE_PICK) or ""
    return await parts.store.run(add_action, cause, named_incident(fields), text, person, due)


def read_item(fields: Fields) -> ItemEdit:
    """What is not as the form showed it: what others changed meanwhile is not put back."""
    text, person = fields.text(ids.ACTION, ids.ACTION_INPUT), fields.user(ids.ASSIGNEE, ids.ASSIGNEE_SELECT)
    due = fields.moment(ids.DUE, ids.DUE_PICK)
    return ItemEdit(
        text=None if text == fields.shown_text(ids.ACTION) else text,
        assignee=None if person == fields.shown_user(ids.ASSIGNEE) else person,
        due=None if due == fields.shown_moment(ids.DUE) else due or "",
    )
