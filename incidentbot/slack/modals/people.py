"""The form that says who does what in an incident."""

from incidentbot.domain.refusals import PersonUnknown
from incidentbot.domain.roles import IncidentRole
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.modals.on_call import on_call_in
from incidentbot.slack.modals.resolve import named_incident
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Outcome, staff


async def submit_people(parts: SlackParts, asker: Asker, fields: Fields) -> Outcome:
    """Give the roles that the person changed in the form, and invite whom they picked."""
    cause = asker.cause(f"view:{fields.id}", "modal")
    on_call = await on_call_in(parts, asker, fields, IncidentRole)
    if isinstance(on_call, PersonUnknown):
        return on_call
    wanted = read_roles(fields) | {IncidentRole(role): person for role, person in on_call.items()}
    invited = fields.users(ids.RESPONDERS, ids.select_of(ids.RESPONDERS))
    return await parts.store.run(staff, cause, named_incident(fields), wanted, invited)


def read_roles(fields: Fields) -> dict[IncidentRole, str]:
    """The roles that are not as the form showed them: what others changed meanwhile is not put back."""
    chosen = {role: fields.user(role.value, ids.select_of(role.value)) for role in IncidentRole}
    return {role: person for role, person in chosen.items() if person != fields.shown_user(role.value)}
