"""The form that says who does what in an incident, and brings people in."""

from collections.abc import Mapping
from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.roles import IncidentRole
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.modals import OPTION_TEXT, View, form, labelled
from incidentbot.render.mrkdwn import Escaped, Words, capital, fill, is_user_id
from incidentbot.render.vocabulary import ROLE_WORD, headline

_PURPOSE: Final[Mapping[IncidentRole, Escaped]] = Words(
    {
        IncidentRole.ASSIGNEE: fill("Sees to it that it is resolved."),
        IncidentRole.COMMANDER: fill("Decides, and knows who does what."),
        IncidentRole.COMMUNICATIONS: fill("Keeps everybody else informed."),
        IncidentRole.SCRIBE: fill("Writes down what happens."),
    }
)


def people_modal(incident: Incident) -> View:
    """The form, as the incident is staffed now; `private_metadata` is JSON with its reference as `incident`.

    An empty field means that nobody has the role. Who is picked to be invited comes to those who are there already.
    """
    return form(
        ids.PEOPLE_MODAL,
        fill_plain("People of {ref}", ref=incident.reference),
        fill_plain("Save"),
        {"incident": incident.reference},
        [blocks.paragraph(headline(incident)), *(_role(incident, role) for role in IncidentRole), _invited()],
    )


def _role(incident: Incident, role: IncidentRole) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "users_select",
        "action_id": ids.select_of(role.value),
        "placeholder": plain_text(fill_plain("Nobody"), OPTION_TEXT),
    }
    holder = str(getattr(incident, role.value))
    if is_user_id(holder):
        element["initial_user"] = holder
    return labelled(role.value, capital(ROLE_WORD[role]), element, optional=True, hint=_PURPOSE[role])


def _invited() -> dict[str, Any]:
    element = {
        "type": "multi_users_select",
        "action_id": ids.select_of(ids.RESPONDERS),
        "placeholder": plain_text(fill_plain("Who else is needed?"), OPTION_TEXT),
    }
    hint = fill_plain("Each is told by direct message, once.")
    return labelled(ids.RESPONDERS, fill_plain("Invite"), element, optional=True, hint=hint)
