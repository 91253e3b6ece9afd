"""The form that says who does what in an incident, and brings people in."""

from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.roles import IncidentRole
from incidentbot.render import blocks, ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.modals import OPTION_TEXT, View, form, labelled
from incidentbot.render.mrkdwn import is_user_id
from incidentbot.render.vocabulary import headline

_LABELS: Final = {
    IncidentRole.ASSIGNEE: ("Assignee", "Sees to it that it is resolved."),
    IncidentRole.COMMANDER: ("Commander", "Decides, and knows who does what."),
    IncidentRole.COMMUNICATIONS: ("Communications", "Keeps everybody else informed."),
    IncidentRole.SCRIBE: ("Scribe", "Writes down what happens."),
}


def people_modal(incident: Incident) -> View:
    """The form, as the incident is staffed now; `private_metadata` is JSON with its reference as `incident`.

    An empty field means that nobody has the role. Who is picked to be invited comes to those who are there already.
    """
    return form(
        ids.PEOPLE_MODAL,
        f"People of {incident.reference}",
        "Save",
        {"incident": incident.reference},
        [blocks.paragraph(headline(incident)), *(_role(incident, role) for role in IncidentRole), _invited()],
    )


def _role(incident: Incident, role: IncidentRole) -> dict[str, Any]:
    label, purpose = _LABELS[role]
    element: dict[str, Any] = {
        "type": "users_select",
        "action_id": ids.select_of(role.value),
        "placeholder": plain_text("Nobody", OPTION_TEXT),
    }
    holder = str(getattr(incident, role.value))
    if is_user_id(holder):
        element["initial_user"] = holder
    return labelled(role.value, label, element, optional=True, hint=purpose)


def _invited() -> dict[str, Any]:
    element = {
        "type": "multi_users_select",
        "action_id": ids.select_of(ids.RESPONDERS),
        "placeholder": plain_text("Who else is needed?", OPTION_TEXT),
    }
    hint = "Each is told by direct message, once."
    return labelled(ids.RESPONDERS, "Invite", element, optional=True, hint=hint)
