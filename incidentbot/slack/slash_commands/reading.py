"""/incident list, show and help: answers that change nothing."""

from incidentbot.domain.incident import Incident
from incidentbot.queries import Page, list_incidents
from incidentbot.queries.help import help_facts
from incidentbot.render.answers import ROWS, listing
from incidentbot.render.help import help_incident
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.in_full import InFull, incident_in_full, shown
from incidentbot.slack.outcomes import thread_url
from incidentbot.slack.slash_commands.commands import Help, List, Show
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.store import Store


async def list_answer(request: SlashRequest, typed: List) -> Message:
    """The newest incidents that match, and how many there are."""
    page = await request.parts.store.ask(_page, request.asker.team_id, typed)
    return listing(
        page.items,
        page.total,
        exceeded=page.exceeded,
        url=lambda incident: thread_url(request.asker.workspace, incident),
        states=typed.states,
        severity=typed.severity,
    )


def _page(store: Store, team_id: str, typed: List) -> Page[Incident]:
    return list_incidents(store, team_id, states=typed.states, severity=typed.severity, limit=ROWS)


async def show_answer(request: SlashRequest, typed: Show) -> Message:
    """One incident in full."""
    found = await request.parts.store.ask(incident_in_full, request.asker.team_id, typed.ref)
    return shown(found, request.asker.workspace) if isinstance(found, InFull) else refusal(found)


async def help_answer(request: SlashRequest, _typed: Help) -> Message:
    """What can be done now, by whoever asks."""
    facts = await request.parts.store.ask(help_facts, request.asker.team_id, request.asker.actor.id)
    return help_incident(facts.rights, facts.waiting, facts.total)
