"""The listeners of a report's "Share": ask where, then show it there."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.job import Job, ReportMade
from incidentbot.render import ids
from incidentbot.render.jobs import shared_report
from incidentbot.render.modals import refusal_modal
from incidentbot.render.share import share_modal
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_form
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.share_report import share_report


class Sharing:
    """The button on a report, and the form that it opens."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def clicked(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Ask where."""
        await ack()
        view = share_modal(action.get("value") or "?", asker.channel)
        open_form(self._parts, asker, body.get("trigger_id") or "", view, "")

    async def submitted(self, ack: AsyncAck, view: Mapping[str, Any], asker: Asker) -> None:
        """Show it there too."""
        fields = Fields(view)
        channel, asked_in = fields.conversation(ids.SHARE, ids.SHARE_SELECT), fields.metadata("channel")
        cause = asker.cause(f"view:{fields.id}", "modal")
        shared = await self._parts.store.run(share_report, cause, fields.metadata("report") or "?", channel, asked_in)
        if not isinstance(shared, Job):
            await ack(response_action="update", view=refusal_modal(shared))
            return
        await ack()
        if asked_in and isinstance(shared.result, ReportMade):
            message = shared_report(shared.result.report.name or "the report", channel)
            where = asker.team_id, asked_in, asker.actor.id
            self._parts.tasks.start(self._parts.answerer.answer_ephemeral(*where, message))
