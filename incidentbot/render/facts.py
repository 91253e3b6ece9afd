"""The facts of an incident in two columns, as the card and the answers show them."""

from incidentbot.domain.incident import Incident
from incidentbot.render.mrkdwn import Escaped, capital, date, fill, number, user
from incidentbot.render.vocabulary import SEVERITY_SIGN, SEVERITY_WORD, duration, person, standing


def facts(incident: Incident) -> list[Escaped]:
    """Four to six fields: state, severity, assignee and creation, and as far as there are any, duration and events."""
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
    if incident.resolved_at is not None:
        shown.append(fill("*Lasted*\n{length}", length=duration(incident.resolved_at - incident.created_at)))
    if incident.event_count:
        shown.append(fill("*Monitoring events*\n{count}", count=number(incident.event_count)))
    return shown
