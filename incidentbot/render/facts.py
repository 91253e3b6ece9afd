"""The facts of an incident in two columns, as the card and the answers show them."""

from incidentbot.domain.incident import Incident
from incidentbot.domain.roles import IncidentRole, holders
from incidentbot.render.mrkdwn import Escaped, capital, channel, date, fill, joined, number, user
from incidentbot.render.vocabulary import ROLE_WORD, SEVERITY_SIGN, SEVERITY_WORD, duration, person, standing


def facts(incident: Incident) -> list[Escaped]:
    """Four to nine fields: state, severity, assignee, creation, and what there is of roles, duration and events."""
    shown = [
        fill("*State*\n{standing}", standing=capital(standing(incident))),
        fill(
            "*Severity*\n{sign} {word}",
            sign=SEVERITY_SIGN[incident.severity],
            word=capital(SEVERITY_WORD[incident.severity]),
        ),
        fill("*Assignee*\n{who}", who=user(incident.assignee) if incident.assignee else fill("Nobody yet")),
        fill("*Created*\nBy {who}, {when}", when=date(incident.created_at), who=person(incident.created_by)),
    ]
    if incident.started_at is not None:
        shown.append(fill("*Started*\n{when}", when=date(incident.started_at)))
    roles = [
        fill("{role}: {who}", role=capital(ROLE_WORD[role]), who=user(who))
        for role, who in holders(incident).items()
        if role is not IncidentRole.ASSIGNEE
    ]
    if roles:
        shown.append(fill("*Roles*\n{roles}", roles=joined(roles, "\n")))
    if incident.next_update_at is not None:
        shown.append(fill("*Next update*\n{when}", when=date(incident.next_update_at)))
    if incident.own_channel:
        shown.append(fill("*Channel*\n{where}", where=channel(incident.own_channel)))
    if incident.resolved_at is not None:
        shown.append(fill("*Lasted*\n{length}", length=duration(incident.resolved_at - incident.began_at)))
    if incident.event_count:
        shown.append(fill("*Monitoring events*\n{count}", count=number(incident.event_count)))
    return shown
