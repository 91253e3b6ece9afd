"""The form that changes an incident."""

from dataclasses import replace
from datetime import timedelta

from incidentbot.domain.incident import Edit
from incidentbot.domain.refusals import BadField, PersonUnknown, Refused
from incidentbot.domain.timers import read_snooze
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.modals.incident import read_priority
from incidentbot.slack.modals.on_call import on_call_in
from incidentbot.slack.modals.resolve import named_incident
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome, update


async def submit_update(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Change what the person changed in the form."""
    edit = read_edit(fields)
    if isinstance(edit, BadField):
        return edit
    on_call = await on_call_in(parts, asker, fields, (ids.ASSIGNEE,))
    if isinstance(on_call, PersonUnknown):
        return on_call
    edit = replace(edit, assignee=on_call.get(ids.ASSIGNEE, edit.assignee))
    return await parts.store.run(update, asker.cause(f"view:{fields.id}", "modal"), named_incident(fields), edit)


def read_edit(fields: Fields) -> Edit | BadField:
    """The fields that are not as the form showed them: what others changed meanwhile is not put back."""
    severity = read_priority(fields)
    if isinstance(severity, BadField):
        return severity
    promised = _promised(fields)
    if isinstance(promised, BadField):
        return promised
    title = fields.text(ids.TITLE, ids.TITLE_INPUT)
    assignee = fields.user(ids.ASSIGNEE, ids.ASSIGNEE_SELECT)
    return Edit(
        title=None if title == fields.shown_text(ids.TITLE) else title,
        severity=None if severity.value == fields.shown_choice(ids.PRIORITY) else severity,
        assignee=None if assignee == fields.shown_user(ids.ASSIGNEE) else assignee,
        note=fields.text(ids.NOTE, ids.NOTE_INPUT),
        next_update=promised,
    )


def _promised(fields: Fields) -> timedelta | BadField | None:
    chosen = fields.choice(ids.NEXT_UPDATE, ids.NEXT_UPDATE_SELECT)
    if not chosen:
        return None
    try:
        return read_snooze(chosen)
    except Refused:
        return BadField("next_update", "unknown", value=chosen[:80])
