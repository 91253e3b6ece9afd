"""Which incident a slash command means, where its text alone does not say."""

from incidentbot.domain.lifecycle import State
from incidentbot.domain.reference import parse_reference
from incidentbot.queries import list_incidents
from incidentbot.slack.slash_commands.commands import Target
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.store import Store


async def settled(request: SlashRequest, target: Target, *, alone: bool) -> Target:
    """The target without doubt: a bare number begins the text where REF may be left out, else it is the REF.

    `alone`: a number that stands alone and is that of the one unresolved incident is its REF either way (nobody means
    it as text).
    """
    if not target.doubtful:
        return target
    unresolved = await request.parts.store.ask(_some_unresolved, request.asker.team_id)
    if len(unresolved) != 1:
        return Target(target.ref, target.text)
    if alone and not target.text and parse_reference(target.ref) == unresolved[0]:
        return Target(target.ref)
    return Target(text=f"{target.ref} {target.text}".strip())


def _some_unresolved(store: Store, team_id: str) -> list[int]:
    """The numbers of unresolved incidents, as far as it takes to see whether it is exactly one."""
    page = list_incidents(store, team_id, states=(State.OPEN, State.ACKNOWLEDGED), limit=2)
    return [incident.number for incident in page.items]
