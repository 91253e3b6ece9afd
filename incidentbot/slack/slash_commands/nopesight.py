"""/nopesight: how NopeSight is, and what it knows."""

import json
from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.inquiry import NotAnswered
from incidentbot.domain.job import Job, Place
from incidentbot.domain.markup import plain
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import MissingArgument, Refused
from incidentbot.domain.report import USAGE, read_order
from incidentbot.languages import phrase
from incidentbot.render import nopesight as render
from incidentbot.render.jobs import ordered_report
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.acknowledge import ephemeral
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.schedules import end_schedule, list_schedules, make_schedule
from incidentbot.slack.slash_commands.maintenance import maintenance
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.slack.slash_commands.subcommands import Subcommand, dispatch, forms
from incidentbot.slack.typed_text import clean
from incidentbot.usecases.order_job import order_job

COMMAND: Final = "/nopesight"
# Nobody pages so far, and a page beyond the last costs NopeSight as much as any other.
_LAST_PAGE: Final = 1000


class NopeSightCommand:
    """/nopesight with all its subcommands, and the buttons of its answers."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def typed(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged at once; what NopeSight has to be asked for follows."""
        request = SlashRequest(self._parts, asker, body.get("trigger_id") or "")
        answer = await dispatch(COMMAND, SUBCOMMANDS, request, body.get("text") or "")
        if answer is None:
            await ack()
        else:
            await ephemeral(ack, answer)

    async def turned(self, ack: AsyncAck, action: Mapping[str, Any], asker: Asker) -> None:
        """Another page of a search, in place of the one that was shown."""
        await ack()
        query, page, events = _place(action.get("value") or "")
        if query and asker.response_url:
            self._parts.tasks.start(self._turn(asker, query, page, events=events))

    async def _turn(self, asker: Asker, query: str, page: int, *, events: bool) -> None:
        message = await searched(self._parts, query, page, events=events)
        await self._parts.answerer.replace(asker.response_url, message)


async def searched(parts: SlackParts, query: str, page: int, *, events: bool) -> Message:
    """A page of what NopeSight has under `query`."""
    found = await parts.inquirer.search(query, page, events=events)
    return (
        render.not_answered(found) if isinstance(found, NotAnswered) else render.found(query, found, links=parts.links)
    )


async def _status(request: SlashRequest, _text: str) -> None:
    request.answer_later(_told_status(request.parts))


async def _told_status(parts: SlackParts) -> Message:
    status = await parts.inquirer.status()
    return render.not_answered(status) if isinstance(status, NotAnswered) else render.system_status(status, parts.now())


async def _search(request: SlashRequest, text: str) -> Message | None:
    query = plain(text)[: render.QUERY]
    if not query:
        return refusal(MissingArgument(phrase("something to look for"), SUBCOMMANDS["search"].usage))
    request.answer_later(searched(request.parts, query, 1, events=True))
    return None


async def _report(request: SlashRequest, text: str) -> Message:
    first, _, rest = text.partition(" ")
    match first.lower():
        case "schedule":
            return await make_schedule(request.parts, request.cause, rest, request.asker.channel)
        case "schedules":
            return await list_schedules(request.parts, request.asker.team_id)
        case "stop":
            return await end_schedule(request.parts, request.cause, plain(rest))
        case _:
            return await _order(request, text)


async def _order(request: SlashRequest, text: str) -> Message:
    try:
        order = read_order(plain(text).split())
    except Refused as refused:
        return refusal(refused.refusal)
    place = Place(request.asker.channel)
    ordered = await request.parts.store.run(order_job, request.cause, Right.REPORT, order, place)
    return ordered_report(order) if isinstance(ordered, Job) else refusal(ordered)


async def _help(_request: SlashRequest, _text: str) -> Message:
    return render.help_nopesight(forms(SUBCOMMANDS))


SUBCOMMANDS: Final[dict[str, Subcommand]] = {
    "status": Subcommand(
        "/nopesight status", phrase("How NopeSight is, and how many events are open."), _status, Right.STATUS
    ),
    "search": Subcommand(
        "/nopesight search TEXT", phrase("Configuration items and events that match."), _search, Right.SEARCH
    ),
    "report": Subcommand(USAGE, phrase("Order a report from NopeSight; it is posted here."), _report, Right.REPORT),
    "maintenance": Subcommand(
        "/nopesight maintenance [list|start ci|service|rule NAME for 2h [REASON]|end NUMBER]",
        phrase("Keep silent what is being worked on; what fired is told at the end."),
        maintenance,
        Right.STATUS,
    ),
    "help": Subcommand("/nopesight help", phrase("This list."), _help, Right.HELP),
}


def _place(value: str) -> tuple[str, int, bool]:
    """Query, page and whether events are wanted, as the button carries them; "" for what is none of ours."""
    try:
        told = json.loads(value)
        query, page = clean(str(told["q"]))[: render.QUERY], int(told["p"])
        events = told.get("e") is True
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", 1, False
    return (query, page, events) if 1 <= page <= _LAST_PAGE else ("", 1, False)
