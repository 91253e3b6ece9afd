"""An incident as Slack's own incident object: on the card, below links to it, and in the side pane."""

from collections.abc import Mapping
from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import Refusal
from incidentbot.domain.severity import Severity
from incidentbot.languages import fill_plain
from incidentbot.render import ids
from incidentbot.render.mrkdwn import capital, cut, is_user_id, is_web_address
from incidentbot.render.plain import words
from incidentbot.render.refusals import sentence
from incidentbot.render.vocabulary import SEVERITY_WORD, STATE_WORD, drill_mark, person

TYPE: Final = "slack#/entities/incident"
_TEXT: Final = 600
_LINE: Final = 200
_COLOUR: Final[Mapping[State, str]] = {State.OPEN: "red", State.ACKNOWLEDGED: "yellow", State.RESOLVED: "green"}
_URGENT: Final = frozenset({Severity.CRITICAL, Severity.HIGH})
_ORDER: Final = (
    "status",
    "priority",
    "urgency",
    "assigned_to",
    "service",
    "description",
    "created_by",
    "date_created",
    "date_updated",
)


def work_object(incident: Incident, address: str, *, thread_url: str = "", in_message: str = "") -> dict[str, Any]:
    """The object, by Slack's shape. `address` is the incident's own, `in_message` the one that somebody wrote.

    All its texts are plain: Slack shows them as they are. With `thread_url` it has a button that leads there.
    """
    fields = _fields(incident)
    mark = f"{drill_mark(incident)} · " if incident.drill else ""
    payload: dict[str, Any] = {
        "attributes": {
            "title": {"text": cut(f"{mark}{incident.title}", _LINE)},
            "display_id": incident.reference,
            "display_type": fill_plain("Incident"),
            "product_name": "incidentbot",
            "metadata_last_modified": fields["date_updated"]["value"],
        },
        "fields": fields,
        "display_order": [name for name in _ORDER if name in fields],
    }
    if is_web_address(thread_url):
        button = {"text": fill_plain("Go to thread"), "action_id": ids.OPEN_THREAD, "url": thread_url}
        payload["actions"] = {"primary_actions": [button]}
    named = {"app_unfurl_url": in_message} if in_message else {}
    return {
        **named,
        "url": address,
        "external_ref": {"id": incident.reference, "type": "incident"},
        "entity_type": TYPE,
        "entity_payload": payload,
    }


def not_shown(refused: Refusal) -> dict[str, str]:
    """What the side pane says in place of an incident."""
    return {
        "status": "custom",
        "custom_title": fill_plain("This incident is not shown"),
        "custom_message": words(str(sentence(refused))),
    }


def _fields(incident: Incident) -> dict[str, dict[str, Any]]:
    urgency = Severity.HIGH if incident.severity in _URGENT else Severity.LOW
    fields: dict[str, dict[str, Any]] = {
        "status": {"value": _word(STATE_WORD[incident.state]), "tag_color": _COLOUR[incident.state]},
        "priority": {"value": _word(SEVERITY_WORD[incident.severity])},
        "urgency": {"value": _word(SEVERITY_WORD[urgency])},
        "created_by": _who(incident.created_by),
        "date_created": {"value": int(incident.created_at.timestamp())},
        "date_updated": {"value": int(incident.state_since.timestamp())},
    }
    by = incident.acknowledged_by
    if incident.assignee:
        fields["assigned_to"] = _member(incident.assignee)
    elif by is not None:
        fields["assigned_to"] = _who(by)
    service = ", ".join(ci.name for ci in incident.cis if ci.name.strip())
    if service:
        fields["service"] = {"value": cut(service, _LINE)}
    description = incident.resolution if incident.state is State.RESOLVED else incident.description
    if description.strip():
        fields["description"] = {"value": cut(description.strip(), _TEXT)}
    return fields


def _word(word: Any) -> str:
    return words(str(capital(word)))


def _who(actor: Actor) -> dict[str, Any]:
    if is_user_id(actor.id):
        return _member(actor.id)
    return {"type": "string", "value": words(str(person(actor)))}


def _member(user_id: str) -> dict[str, Any]:
    return {"type": "slack#/types/user", "user": {"user_id": user_id}}
