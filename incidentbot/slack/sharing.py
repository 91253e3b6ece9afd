"""The listeners of a report's buttons: share it, after asking where; try once more what failed."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.job import Job, OwnReportMade, ReportMade
from incidentbot.render import ids
from incidentbot.render.jobs import shared_report
from incidentbot.render.modals import refusal_modal
from incidentbot.render.refusals import refusal
from incidentbot.render.share import share_modal
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_form
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.make_report import retry_report
from incidentbot.usecases.share_report import share_report


class Sharing:
    """The buttons on a report, and the form that one opens."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def clicked(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Ask where."""
        await ack()
        view = share_modal(action.get("value") or "?", asker.channel)
        open_form(self._parts, asker, body.get("trigger_id") or "", view, "")

    async def retried(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Make it after all; its message shows that."""
        cause = asker.cause(f"trigger:{body.get('trigger_id') or ''}", "button")
        retried = await self._parts.store.run(retry_report, cause, action.get("value") or "?")
        if not isinstance(retried, Job) and asker.response_url:
            self._parts.tasks.start(self._parts.answerer.respond(asker.response_url, refusal(retried)))
        await ack()

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
        if asked_in and isinstance(shared.result, ReportMade | OwnReportMade):
            made = shared.result
            name = made.report.name if isinstance(made, ReportMade) else made.name
            message = shared_report(name, channel)
            where = asker.team_id, asked_in, asker.actor.id
            self._parts.tasks.start(self._parts.answerer.answer_ephemeral(*where, message))
