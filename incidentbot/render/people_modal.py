"""The form that says who does what in an incident, and brings people in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.roles import IncidentRole
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.modals import OPTION_TEXT, View, form, labelled, on_call_fields
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


def people_modal(incident: Incident, on_call: Sequence[str] = ()) -> View:
    """The form, as the incident is staffed now; `private_metadata` is JSON with its reference as `incident`.

    An empty field means that nobody has the role. Who is picked to be invited comes to those who are there already.
    `on_call` are names by which somebody is on call, who can be given a role by them.
    """
    return form(
        ids.PEOPLE_MODAL,
        fill_plain("People of {ref}", ref=incident.reference),
        fill_plain("Save"),
        {"incident": incident.reference},
        [blocks.paragraph(headline(incident)), *_roles(incident, on_call), _invited()],
    )


def _roles(incident: Incident, on_call: Sequence[str]) -> list[dict[str, Any]]:
    return [
        field
        for role in IncidentRole
        for field in (
            _role(incident, role),
            *on_call_fields(role.value, fill_plain("Or who is on call as {role}", role=ROLE_WORD[role]), on_call),
        )
    ]


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
