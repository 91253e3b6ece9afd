"""/cmdb: configuration items."""

from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.incident import Incident
from incidentbot.domain.inquiry import Ambiguous, NotAnswered
from incidentbot.domain.markup import plain
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import MissingArgument
from incidentbot.languages import phrase
from incidentbot.queries import incidents_of_ci
from incidentbot.render import cmdb as render
from incidentbot.render import ids
from incidentbot.render import nopesight as render_nopesight
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.acknowledge import ephemeral
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.ci_update import open_ci_form
from incidentbot.slack.outcomes import thread_url
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.slash_commands.nopesight import searched
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.slack.slash_commands.subcommands import Subcommand, dispatch, forms

COMMAND: Final = "/cmdb"
_LONGEST_NAME: Final = 255


class CmdbCommand:
    """/cmdb with all its subcommands, and the buttons of its answers."""

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

    async def chosen(self, ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], asker: Asker) -> None:
        """Show the CI that was chosen among several."""
        await ack()
        request = SlashRequest(self._parts, asker, body.get("trigger_id") or "")
        if action.get("value"):
            request.answer_later(shown(request, action["value"]))


async def shown(request: SlashRequest, name_or_id: str) -> Message:
    """A CI in full, or why there is none to show."""
    found = await request.parts.inquirer.ci_in_full(name_or_id)
    if isinstance(found, NotAnswered):
        return render_nopesight.not_answered(found)
    if isinstance(found, Ambiguous):
        return render.ambiguous(found, ids.SHOW_CI)
    incidents = await request.parts.store.ask(incidents_of_ci, request.asker.team_id, found.ci.id, found.ci.name)
    rows = [_with_url(request, one) for one in incidents]
    return render.ci_in_full(found, rows, links=request.parts.links)


def _with_url(request: SlashRequest, incident: Incident) -> tuple[Incident, str]:
    return incident, thread_url(request.asker.workspace, incident)


async def _search(request: SlashRequest, text: str) -> Message | None:
    query = plain(text)[: render_nopesight.QUERY]
    if not query:
        return refusal(MissingArgument(phrase("something to look for"), SUBCOMMANDS["search"].usage))
    request.answer_later(searched(request.parts, query, 1, events=False))
    return None


async def _show(request: SlashRequest, text: str) -> Message | None:
    name = plain(text)[:_LONGEST_NAME]
    if not name:
        return refusal(MissingArgument(phrase("a name or an id"), SUBCOMMANDS["show"].usage))
    request.answer_later(shown(request, name))
    return None


async def _update(request: SlashRequest, text: str) -> Message | None:
    name = plain(text)[:_LONGEST_NAME]
    if not name:
        return refusal(MissingArgument(phrase("a name or an id"), SUBCOMMANDS["update"].usage))
    open_ci_form(request.parts, request.asker, request.trigger_id, name)
    return None


async def _help(_request: SlashRequest, _text: str) -> Message:
    return render.help_cmdb(forms(SUBCOMMANDS))


SUBCOMMANDS: Final[dict[str, Subcommand]] = {
    "search": Subcommand(
        "/cmdb search TEXT", phrase("Configuration items whose name or description matches."), _search, Right.SEARCH
    ),
    "show": Subcommand(
        "/cmdb show NAME|ID",
        phrase("One of them: attributes, owners, relationships, impact, what is open."),
        _show,
        Right.SHOW,
    ),
    "update": Subcommand("/cmdb update NAME|ID", phrase("A form that changes it in NopeSight."), _update, Right.UPDATE),
    "help": Subcommand("/cmdb help", phrase("This list."), _help, Right.HELP),
}
