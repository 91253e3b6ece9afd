"""/incident oncall."""

from incidentbot.domain.nearest import nearest
from incidentbot.domain.refusals import BadOption
from incidentbot.queries.on_call import on_call
from incidentbot.render.message import Message
from incidentbot.render.on_call import on_call_answer
from incidentbot.render.refusals import refusal
from incidentbot.slack.slash_commands.commands import OnCall
from incidentbot.slack.slash_commands.parse import USAGE
from incidentbot.slack.slash_commands.request import SlashRequest


async def on_call_shown(request: SlashRequest, typed: OnCall) -> Message:
    """Who is on call by every name, or by the one that was typed."""
    duties = await request.parts.store.ask(on_call, request.asker.team_id)
    if not typed.name:
        return on_call_answer(duties)
    names = [duty.name.removeprefix("@") for duty in duties]
    found = [duty for duty, name in zip(duties, names, strict=True) if name.casefold() == typed.name.casefold()]
    if found:
        return on_call_answer(found)
    return refusal(BadOption(f"@{typed.name}"[:80], USAGE["oncall"], nearest(typed.name, names)))
