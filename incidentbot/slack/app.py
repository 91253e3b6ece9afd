"""Slack's way in: one path for HTTP and Socket Mode, from the raw request to the acknowledgement.

HTTP: guard, decode ┐
                    ├─ outline checked ─ Bolt: who asks ─ listener ─ use case, committed ─ acknowledged
Socket Mode ────────┘
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from incidentbot import tracing
from incidentbot.domain.guard import SLACK, Headers, Turned, admit
from incidentbot.domain.installing import Signer
from incidentbot.domain.permissions import Right
from incidentbot.domain.proposals import PROPOSALS
from incidentbot.languages import ENGLISH, speaking
from incidentbot.render import ids
from incidentbot.render.unserved import command_unknown
from incidentbot.slack.acknowledge import ephemeral
from incidentbot.slack.action_items import ActionItems
from incidentbot.slack.actions import Buttons
from incidentbot.slack.captures import Captures
from incidentbot.slack.deletions import Deletions
from incidentbot.slack.event_actions import EventButtons
from incidentbot.slack.form import BadBody, read_body
from incidentbot.slack.guard import Answer, is_ssl_check, signed_for, turn_away
from incidentbot.slack.home import Home
from incidentbot.slack.identify import Identify, authorize
from incidentbot.slack.links import IncidentLinks
from incidentbot.slack.mentions import RIGHT_OF as RIGHT_OF_WORD
from incidentbot.slack.mentions import Mentions
from incidentbot.slack.modals.ci_update import CiUpdates
from incidentbot.slack.modals.submissions import SUBMISSIONS, Submissions
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.playbooks import Playbooks
from incidentbot.slack.preferences import PreferenceForms
from incidentbot.slack.questions import Proposals, Questions
from incidentbot.slack.schedules import Scheduling
from incidentbot.slack.shape import check_shape
from incidentbot.slack.sharing import Sharing
from incidentbot.slack.shortcuts import Shortcuts
from incidentbot.slack.slash_commands import cmdb as cmdb_command
from incidentbot.slack.slash_commands import nopesight
from incidentbot.slack.slash_commands.cmdb import CmdbCommand
from incidentbot.slack.slash_commands.doctor import DoctorClicks
from incidentbot.slack.slash_commands.exporting import Documents
from incidentbot.slack.slash_commands.incident import RIGHT_OF, IncidentCommand
from incidentbot.slack.slash_commands.nopesight import NopeSightCommand
from incidentbot.slack.slash_commands.parse import COMMAND
from incidentbot.slack.slash_commands.stats import Definitions
from incidentbot.slack.slash_commands.subcommands import rights_of
from incidentbot.slack.snoozes import Snoozes
from incidentbot.slack.steps import RIGHTS as STEP_RIGHTS
from incidentbot.slack.steps import Steps
from incidentbot.slack.ways_in import First, Inside, Open, WaysIn
from incidentbot.store import DatabaseUnavailable
from incidentbot.store.precedence import Asker, asked_by

Signers = Callable[[], Awaitable[Sequence[Signer]]]

_SNOOZES: Final = re.compile(rf"{ids.SNOOZE_INCIDENT}(?::[0-9a-z]+)?\Z")
_ANYTHING: Final = re.compile(".*", re.DOTALL)
_log = structlog.get_logger(__name__)


class SlackEntry:
    """Takes what Slack sends. `handle` for HTTP and `listen` for Socket Mode end in the same listeners."""

    def __init__(self, parts: SlackParts, signing_secrets: Sequence[str], installed: Signers) -> None:
        self._parts = parts
        self._installed = installed
        self._secrets = tuple(signing_secrets)
        self.bolt: Final = _bolt(parts)
        ways = WaysIn(self.bolt, parts)
        _listen(ways, parts)
        _listen_to_the_rest(ways, parts)
        self.ways_in: Final = tuple(ways.declared)

    async def handle(self, headers: Headers, raw: bytes) -> Answer:
        """Serve POST /slack/events. `headers` are pairs as ASGI has them, all of them, `raw` the body as it came.

        The status is 200, 400, 401, 413 or 415; 500 or 503 mean that nothing was stored and Slack may send it again.
        """
        try:
            with tracing.part("guard"):
                body, teams = await self._admitted(tuple(headers), raw)
        except Turned as turned:
            return turn_away(turned.status)
        except BadBody as bad:
            return _malformed(bad)
        if is_ssl_check(body):
            return Answer(200)
        if body.get("type") == "url_verification":
            return _challenge(body)
        return await self.dispatch(body, teams)

    async def _admitted(self, headers: Headers, raw: bytes) -> tuple[Mapping[str, Any], frozenset[str]]:
        """What is asked, and the workspaces that it may be about; Turned or BadBody where it goes no further."""
        now, installed = self._parts.now().timestamp(), await self._installed()
        content_type = admit(SLACK, headers, raw, (*self._secrets, *(one.secret for one in installed)), now)
        return read_body(content_type, raw), signed_for(headers, raw, self._secrets, installed, now)

    async def dispatch(self, body: Mapping[str, Any], teams: frozenset[str] = frozenset()) -> Answer:
        """Serve a payload that is known to come from Slack, and to be about one of `teams` (none named: any)."""
        try:
            served = check_shape(body)
        except BadBody as bad:
            return _malformed(bad)
        if not served:
            return _unknown()
        # Slack tells of our own messages too: an event has nobody who waits for its acknowledgement.
        waits = asked_by(Asker.SENDER) if "event" in body else self._parts.store.precedence.somebody_waits()
        with self._parts.timed(), waits, speaking(ENGLISH), tracing.part("listener"):
            answer = _answer(await self.bolt.async_dispatch(bolt_request(body, teams)))
            payload = "command" if "command" in body else body.get("type") or ""
            tracing.note(payload=payload, status=answer.status)
        # People's clicks and commands; of what is written in channels, and of our own doings, Slack tells all the time.
        tell = _log.debug if "event" in body else _log.info
        tell("slack_request.served", payload=payload, status=answer.status)
        return answer

    def listen(self, socket: SocketModeClient, team_id: str = "") -> None:
        """Serve what arrives over `socket`, once it is connected; with `team_id`, what is about that workspace."""
        teams = frozenset({team_id} if team_id else ())

        async def on_envelope(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            await self.on_envelope(socket, request, teams)

        socket.socket_mode_request_listeners.append(on_envelope)

    async def on_envelope(
        self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest, teams: frozenset[str] = frozenset()
    ) -> None:
        """Acknowledge an envelope once it is served; one that failed is not, so that Slack sends it again."""
        with tracing.begun("slack envelope", "server"):
            answer = await self.dispatch(request.payload, teams)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        payload = json.loads(answer.body) if answer.status == HTTPStatus.OK and answer.body else None
        await socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))

    async def drain(self, seconds: float) -> None:
        """Let answers that are on their way arrive, at most `seconds`."""
        await self._parts.tasks.drain(seconds)


async def _none_installed() -> tuple[Signer, ...]:
    return ()


def build_slack(
    parts: SlackParts, *, signing_secrets: Sequence[str], installed: Signers = _none_installed
) -> SlackEntry:
    """The way in for Slack. Without a signing secret nothing is let in over HTTP; Socket Mode needs none.

    `signing_secrets` sign for every workspace, `installed` answers those that sign for one.
    """
    return SlackEntry(parts, signing_secrets, installed)


def bolt_request(body: Mapping[str, Any], teams: frozenset[str] = frozenset()) -> AsyncBoltRequest:
    """`body`, whose shape was checked, as Bolt takes it.

    To Bolt every request is one of Socket Mode: those come parsed, and are verified by somebody else. No form of ours
    asks for response URLs, and Bolt 1.30 raises where there are several.
    """
    return AsyncBoltRequest(
        body={name: value for name, value in body.items() if name != "response_urls"},
        mode="socket_mode",
        context={"signed_for": teams},
    )


def _bolt(parts: SlackParts) -> AsyncApp:
    app = AsyncApp(
        logger=_quiet_logger(),
        name="incidentbot",
        process_before_response=True,  # acknowledged after the commit; the other way also sleeps (design.md 6)
        before_authorize=Identify(parts).identify,
        authorize=authorize,
        request_verification_enabled=False,  # the guard verified the raw bytes, which Bolt never sees
        ignoring_self_events_enabled=False,  # Bolt takes the deletion of a card of ours for our own doing
        ssl_check_enabled=False,  # Bolt would answer it unsigned
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(_failed)
    return app


def _quiet_logger() -> logging.Logger:
    """Bolt's warnings quote what people typed, so only its errors are let through."""
    logger = logging.getLogger("incidentbot.slack.bolt")
    logger.setLevel(logging.ERROR)
    return logger


def _listen(ways: WaysIn, parts: SlackParts) -> None:
    """Bolt tries listeners in this order: what a click meets comes first."""
    buttons, forms = Buttons(parts), Submissions(parts)
    ways.add("action", ids.ACKNOWLEDGE_INCIDENT, buttons.acknowledge, Inside((Right.ACKNOWLEDGE,), "button"))
    ways.add("action", ids.RESOLVE_INCIDENT, buttons.resolve, First(Right.RESOLVE, "button"))
    ways.add("action", ids.REOPEN_INCIDENT, buttons.reopen, Inside((Right.REOPEN,), "button"))
    ways.add("action", ids.UPDATE_INCIDENT, buttons.update, First(Right.UPDATE, "button"))
    events = EventButtons(parts)
    ways.add("action", ids.ACKNOWLEDGE_EVENT, events.acknowledge, Inside((Right.ACKNOWLEDGE,), "button"))
    ways.add("action", ids.CREATE_INCIDENT, events.create_incident, First(Right.CREATE, "button"))
    ways.add("command", COMMAND, IncidentCommand(parts).typed, Inside.any_of(RIGHT_OF, "slash_command"))
    _listen_to_shortcuts(ways, parts)
    _listen_to_inquiries(ways, parts)
    _listen_to_playbooks(ways, parts)
    _listen_to_ci_updates(ways, parts)
    _listen_to_questions(ways, parts)
    for callback_id, form in SUBMISSIONS.items():
        ways.add("view", callback_id, forms.submitted, Inside((form.right,), "modal"))
    ways.add("options", ids.CIS_SELECT, forms.searched_cis, First(Right.CREATE, "modal"))
    ways.add("action", ids.DOCTOR_CLICK, DoctorClicks(parts).clicked, Open("the doctor's own: it is noted, no more"))
    ways.add("action", ids.EXPLAIN_STATS, Definitions(parts).asked, First(Right.VIEW, "button"))
    deleted = {"type": "message", "subtype": "message_deleted"}
    ways.add("event", deleted, Deletions(parts).seen, Open("Slack names nobody; a card that is gone comes back"))
    captures = Captures(parts)
    ways.add("event", "reaction_added", captures.pinned, Inside((Right.CAPTURE,), "reaction"))
    ways.add("event", "reaction_removed", captures.unpinned, Inside((Right.CAPTURE,), "reaction"))
    edited = {"type": "message", "subtype": "message_changed"}
    ways.add("event", edited, captures.edited, Open("its author edits it; what was captured stays as it was"))
    steps = Steps(parts)
    ways.add("function", ids.CREATE_INCIDENT_STEP, steps.create, Inside((Right.CREATE,), "step"))
    ways.add("function", ids.UPDATE_INCIDENT_STEP, steps.update, Inside(STEP_RIGHTS, "step"))
    ways.add("event", "app_mention", Mentions(parts).heard, Inside.any_of(RIGHT_OF_WORD, "mention"))


def _listen_to_shortcuts(ways: WaysIn, parts: SlackParts) -> None:
    """What stands in Slack's own menus, below reminders, in the Home tab, and last on the card."""
    shortcuts, create = Shortcuts(parts), First(Right.CREATE, "shortcut")
    ways.add("shortcut", ids.CREATE_INCIDENT_SHORTCUT, shortcuts.create, create)
    ways.add("shortcut", ids.CREATE_INCIDENT_FROM_MESSAGE, shortcuts.create_from_message, create)
    ways.add("action", _SNOOZES, Snoozes(parts).clicked, Inside((Right.ACKNOWLEDGE,), "button"))
    preferences, mine = PreferenceForms(parts), Right.VIEW
    ways.add("action", ids.PREFERENCES_HOME, preferences.clicked, First(mine, "home"))
    ways.add("view", ids.PREFERENCES_MODAL, preferences.submitted, Inside((mine,), "modal"))
    links = IncidentLinks(parts)
    ways.add("event", "link_shared", links.shared, Inside((Right.VIEW,), "link"))
    ways.add("event", "entity_details_requested", links.opened, Inside((Right.VIEW,), "link"))
    home = Home(parts)
    ways.add("event", "app_home_opened", home.opened, Inside((Right.VIEW,), "home"))
    buttons = Buttons(parts)
    ways.add("action", _one_of(ids.ACKNOWLEDGE_INCIDENT), buttons.acknowledge, Inside((Right.ACKNOWLEDGE,), "home"))
    ways.add("action", _one_of(ids.RESOLVE_INCIDENT), buttons.resolve, First(Right.RESOLVE, "home"))
    ways.add("action", ids.PEOPLE_INCIDENT, buttons.people, First(Right.ASSIGN, "button"))
    ways.add("action", ids.MOVE_INCIDENT, buttons.move, First(Right.UPDATE, "button"))
    ways.add("action", ids.ARCHIVE_CHANNEL, buttons.archive, Inside((Right.UPDATE,), "button"))
    ways.add("action", ids.CREATE_INCIDENT_HOME, home.create, First(Right.CREATE, "home"))
    ways.add("shortcut", ids.ADD_TO_TIMELINE, shortcuts.add_to_timeline, First(Right.CAPTURE, "shortcut"))


def _listen_to_inquiries(ways: WaysIn, parts: SlackParts) -> None:
    """What is asked of NopeSight."""
    sight, cmdb = NopeSightCommand(parts), CmdbCommand(parts)
    for name, typed, subcommands in (
        (nopesight.COMMAND, sight.typed, nopesight.SUBCOMMANDS),
        (cmdb_command.COMMAND, cmdb.typed, cmdb_command.SUBCOMMANDS),
    ):
        ways.add("command", name, typed, Inside.any_of(rights_of(subcommands), "slash_command"))
    ways.add("action", _one_of(ids.SEARCH_PREVIOUS, ids.SEARCH_NEXT), sight.turned, First(Right.VIEW, "button"))
    ways.add("action", _one_of(ids.SHOW_CI), cmdb.chosen, First(Right.VIEW, "button"))
    _listen_to_reports(ways, parts)
    _listen_to_what_comes_after(ways, parts)


def _listen_to_questions(ways: WaysIn, parts: SlackParts) -> None:
    """What people ask in words, and what answers propose."""
    message = {"type": "message", "subtype": None}
    ways.add("event", message, Questions(parts).heard, Inside((Right.SEARCH,), "question"))
    proposals, rights = Proposals(parts), Inside.any_of(PROPOSALS, "question")
    ways.add("action", ids.CONFIRM_PROPOSAL, proposals.confirmed, rights)
    ways.add("action", ids.DISMISS_PROPOSAL, proposals.dismissed, First(Right.SEARCH, "question"))


def _listen_to_ci_updates(ways: WaysIn, parts: SlackParts) -> None:
    """What is changed in NopeSight's CMDB."""
    updates = CiUpdates(parts)
    ways.add("action", _one_of(ids.UPDATE_CI), updates.clicked, First(Right.UPDATE, "button"))
    ways.add("view", ids.CI_UPDATE_MODAL, updates.submitted, Inside((Right.UPDATE,), "modal"))


def _listen_to_playbooks(ways: WaysIn, parts: SlackParts) -> None:
    """What NopeSight is had to run."""
    playbooks, needs = Playbooks(parts), First(Right.RUN_PLAYBOOK, "button")
    ways.add("action", ids.RUN_PLAYBOOK, playbooks.clicked, needs)
    ways.add("action", ids.PLAYBOOK_SELECT, playbooks.chosen, needs)
    ways.add("view", ids.PLAYBOOK_MODAL, playbooks.filled_in, needs)
    ways.add("view", ids.PLAYBOOK_CONFIRM_MODAL, playbooks.confirmed, Inside((Right.RUN_PLAYBOOK,), "button"))


def _listen_to_what_comes_after(ways: WaysIn, parts: SlackParts) -> None:
    """What is done once an incident is over."""
    documents = Documents(parts)
    ways.add("action", ids.RETROSPECTIVE, documents.retrospective, Inside((Right.COMMENT,), "button"))
    ways.add("action", ids.EXPORT_INCIDENT, documents.exported, Inside((Right.COMMENT,), "button"))
    ways.add("action", ids.WRITE_RETROSPECTIVE, documents.written, First(Right.COMMENT, "button"))
    items, updating = ActionItems(parts), Right.UPDATE
    ways.add("action", ids.ADD_ACTION, items.add, First(updating, "button"))
    ways.add("action", _one_of(ids.CHANGE_ACTION), items.change, First(updating, "button"))
    ways.add("action", _one_of(ids.END_ACTION), items.end, Inside((updating,), "button"))
    ways.add("action", _one_of(ids.REOPEN_ACTION), items.reopen, Inside((updating,), "button"))
    ways.add("action", _one_of(ids.END_ACTION_HOME), items.end, Inside((updating,), "home"))


def _listen_to_reports(ways: WaysIn, parts: SlackParts) -> None:
    """What is done with a report."""
    sharing = Sharing(parts)
    ways.add("action", ids.SHARE_REPORT, sharing.clicked, First(Right.SHARE, "button"))
    ways.add("view", ids.SHARE_MODAL, sharing.submitted, Inside((Right.SHARE,), "modal"))
    ways.add("action", ids.RETRY_REPORT, sharing.retried, Inside((Right.REPORT,), "button"))
    schedules, needed = Scheduling(parts), Right.REPORT
    ways.add("action", ids.SCHEDULE_REPORT, schedules.asked, First(needed, "button"))
    ways.add("action", _one_of(ids.CHANGE_SCHEDULE), schedules.changing, First(needed, "button"))
    ways.add("action", _one_of(ids.STOP_SCHEDULE), schedules.stopped, Inside((needed,), "button"))
    ways.add("view", ids.SCHEDULE_MODAL, schedules.submitted, Inside((needed,), "modal"))


def _one_of(*action_ids: str) -> re.Pattern[str]:
    """These ids, also with the place that tells buttons of one kind apart within a message."""
    return re.compile(rf"(?:{'|'.join(action_ids)})(?::\d+)?\Z")


def _listen_to_the_rest(ways: WaysIn, parts: SlackParts) -> None:
    """Everything is acknowledged, also what this release does not know: Slack would repeat it, or show an error."""
    nothing = Open("it is acknowledged, and nothing else happens")
    ways.add("action", _ANYTHING, Buttons(parts).other, nothing)
    ways.add("command", _ANYTHING, _unknown_command, nothing)
    ways.add("options", _ANYTHING, _nothing_to_choose, nothing)
    ways.add("view", _ANYTHING, _acknowledge, nothing)
    ways.add("view_closed", _ANYTHING, _acknowledge, nothing)
    ways.add("shortcut", _ANYTHING, _acknowledge, nothing)
    ways.add("event", _ANYTHING, _acknowledge, nothing)


async def _unknown_command(ack: AsyncAck, body: Mapping[str, Any]) -> None:
    await ephemeral(ack, command_unknown(body["command"]))


async def _nothing_to_choose(ack: AsyncAck) -> None:
    await ack(options=[])


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _failed(error: Exception) -> BoltResponse:
    """A request that failed is not acknowledged. What failed is logged without what people wrote."""
    if isinstance(error, DatabaseUnavailable):
        _log.warning("slack_request.not_stored", reason=str(error))
        return BoltResponse(status=503, body="")
    _log.error("slack_request.failed", error=type(error).__name__, exc_info=error)
    return BoltResponse(status=500, body="")


def _malformed(bad: BadBody) -> Answer:
    _log.warning("slack_request.malformed", reason=str(bad))
    return turn_away(400)


def _challenge(body: Mapping[str, Any]) -> Answer:
    challenge = body.get("challenge")
    if not isinstance(challenge, str):
        return turn_away(400)
    return Answer(200, json.dumps({"challenge": challenge}), {"content-type": "application/json"})


def _unknown() -> Answer:
    """What nobody serves is acknowledged without a word, or Slack would send it again."""
    _log.info("slack_request.unknown")
    return Answer(200)


def _answer(response: BoltResponse) -> Answer:
    if response.status == HTTPStatus.NOT_FOUND:
        return _unknown()
    content_type = response.first_headers().get("content-type", "")
    return Answer(response.status, response.body or "", {"content-type": content_type} if response.body else {})
