"""/incident report: one of our own reports, posted where it was asked for."""

from dataclasses import replace

from incidentbot.domain.incident import Incident
from incidentbot.domain.job import Job, Place
from incidentbot.domain.own_report import INCIDENT, read_report
from incidentbot.domain.permissions import Right
from incidentbot.domain.reference import reference
from incidentbot.domain.refusals import Refused
from incidentbot.queries import find
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.render.reports import ordered_own_report
from incidentbot.slack.slash_commands.commands import Report
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.usecases.order_job import order_job


async def report_answer(request: SlashRequest, typed: Report) -> Message:
    """Order it; that it is being made is told to who asked, the rest by its message."""
    store = request.parts.store
    try:
        order = read_report(typed.words, request.parts.now())
    except Refused as refused:
        return refusal(refused.refusal)
    if order.type == INCIDENT:
        incident = await store.ask(find, request.asker.team_id, reference(order.incident) if order.incident else "")
        if not isinstance(incident, Incident):
            return refusal(incident)
        order = replace(order, incident=incident.number)
    ordered = await store.run(order_job, request.cause, Right.REPORT, order, Place(request.asker.channel))
    return ordered_own_report(order) if isinstance(ordered, Job) else refusal(ordered)
