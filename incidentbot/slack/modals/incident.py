"""The form that creates an incident."""

from typing import Final

from incidentbot.domain.incident import Draft
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.refusals import BadField
from incidentbot.domain.severity import Severity
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.outcomes import told
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Done, Outcome, create

# A CI that was typed before the form opened has a name and no id yet; its option says so.
_TYPED: Final = "name:"
# Carried by a form that was asked for where the bot may be no member: its answer takes the form's place.
ANSWERED_HERE: Final = {"answer": "here"}


def message_key(channel: str, ts: str) -> str:
    """The dedupe key of what is made of a message."""
    return f"message:{channel}:{ts}"


def typed_ci(name: str) -> CiRef:
    """A CI known by name alone, as an option of the form carries it."""
    return CiRef(_TYPED + name, name)


async def submit_incident(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Create what was filled in; whoever asked for the form in a channel is told the reference there."""
    draft = read_draft(fields)
    if isinstance(draft, BadField):
        return draft
    outcome = await parts.store.run(create, asker.cause(f"view:{fields.id}", "modal"), draft)
    channel = fields.metadata("channel")
    if isinstance(outcome, Done) and channel:
        message = told(outcome, asker.workspace)
        parts.tasks.start(parts.answerer.answer_ephemeral(asker.team_id, channel, asker.actor.id, message))
    return outcome


def read_draft(fields: Fields) -> Draft | BadField:
    """What was filled in; the title is checked by the use case."""
    severity = read_priority(fields)
    if isinstance(severity, BadField):
        return severity
    return Draft(
        title=fields.text(ids.TITLE, ids.TITLE_INPUT),
        severity=severity,
        description=fields.text(ids.DESCRIPTION, ids.DESCRIPTION_INPUT),
        assignee=fields.user(ids.ASSIGNEE, ids.ASSIGNEE_SELECT),
        cis=tuple(_ci(value, name) for value, name in fields.choices(ids.CIS, ids.CIS_SELECT)),
        event=fields.metadata("event"),
        dedupe_key=fields.metadata("dedupe"),
        drill=bool(fields.choices(ids.DRILL, ids.DRILL_CHECK)),
    )


def read_priority(fields: Fields) -> Severity | BadField:
    """The chosen priority."""
    chosen = fields.choice(ids.PRIORITY, ids.PRIORITY_SELECT)
    try:
        return Severity(chosen)
    except ValueError:
        return BadField("severity", "unknown", value=chosen[:80], choices=tuple(level.value for level in Severity))


def _ci(value: str, name: str) -> CiRef:
    if value.startswith(_TYPED):
        return CiRef("", value.removeprefix(_TYPED))
    return CiRef(value, name)
