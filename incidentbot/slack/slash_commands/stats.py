"""/incident stats, and the button that tells what the figures mean."""

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.refusals import Refused
from incidentbot.queries import stats
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.render.stats import definitions, statistics
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.slash_commands.commands import Stats
from incidentbot.slack.slash_commands.request import SlashRequest


async def stats_answer(request: SlashRequest, typed: Stats) -> Message:
    """The figures of a period."""
    try:
        return statistics(await request.parts.store.ask(stats, request.asker.team_id, typed.period, typed.by))
    except Refused as refused:
        return refusal(refused.refusal)


class Definitions:
    """The button below the figures."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def asked(self, ack: AsyncAck, asker: Asker) -> None:
        """Tell what the figures mean to who asked."""
        if asker.response_url:
            self._parts.tasks.start(self._parts.answerer.respond(asker.response_url, definitions()))
        await ack()
