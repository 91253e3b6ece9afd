"""The listeners of shortcuts: a new incident, one that is made of a message, a message for a timeline.

A shortcut may be used where the bot is no member, so answers appear in the person's own view.
"""

from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.incident import DESCRIPTION_LIMIT, Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.text import cut
from incidentbot.queries import by_thread, list_incidents
from incidentbot.queries.incidents import by_dedupe_key
from incidentbot.render.capture import capture_modal, captured, made_already, nothing_to_add_to
from incidentbot.render.message import Message
from incidentbot.render.modals import OPTIONS_LIMIT, incident_modal
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.captures import read_said
from incidentbot.slack.forms import open_form
from incidentbot.slack.modals.incident import ANSWERED_HERE, message_key
from incidentbot.slack.outcomes import thread_url
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import Done, capture

_TITLE: Final = 120
_CREATE: Final = "/incident create TITLE"


class Shortcuts:
    """What people find in Slack's menus."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def create(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Open the empty form."""
        open_form(self._parts, asker, _trigger(body), incident_modal(also=ANSWERED_HERE), _CREATE)
        await ack()

    async def create_from_message(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Open the form filled with what the message says; one incident a message, as long as it is not resolved."""
        message = await self._message(body, asker)
        key = message_key(message.channel, message.ts)
        made = await self._parts.store.ask(by_dedupe_key, asker.team_id, key)
        if made is None:
            title, description = as_incident(message)
            view = incident_modal(title=title, description=description, also={**ANSWERED_HERE, "dedupe": key})
            open_form(self._parts, asker, _trigger(body), view, _CREATE)
        else:
            self._tell(asker, made_already(made, thread_url(asker.workspace, made)))
        await ack()

    async def add_to_timeline(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """In an incident's thread it is taken at once; elsewhere the person is asked which incident it belongs to."""
        message = await self._message(body, asker)
        thread = body.get("message") or {}
        root = thread.get("thread_ts") or message.ts
        incident = await self._parts.store.ask(by_thread, asker.team_id, message.channel, root)
        if incident is not None:
            await self._take(asker, _trigger(body), incident, message)
        else:
            await self._ask(asker, _trigger(body), message)
        await ack()

    async def _take(self, asker: Asker, trigger_id: str, incident: Incident, message: SaidMessage) -> None:
        """The thread itself shows what was added; whatever else came of it is told."""
        cause = asker.cause(f"trigger:{trigger_id}", "shortcut")
        outcome = await self._parts.store.run(capture, cause, incident.reference, message)
        if not isinstance(outcome, Done):
            self._tell(asker, refusal(outcome))
        elif not outcome.kinds:
            self._tell(asker, captured(incident, thread_url(asker.workspace, incident), new=False))

    async def _ask(self, asker: Asker, trigger_id: str, message: SaidMessage) -> None:
        states = (State.OPEN, State.ACKNOWLEDGED)
        page = await self._parts.store.ask(list_incidents, asker.team_id, states=states, limit=OPTIONS_LIMIT + 1)
        if page.items:
            view = capture_modal(message, page.items)
            open_form(self._parts, asker, trigger_id, view, "/incident note REF TEXT")
        else:
            self._tell(asker, nothing_to_add_to())

    async def _message(self, body: Mapping[str, Any], asker: Asker) -> SaidMessage:
        return await read_said(self._parts, asker, body.get("message") or {})

    def _tell(self, asker: Asker, message: Message) -> None:
        if asker.response_url:
            self._parts.tasks.start(self._parts.answerer.respond(asker.response_url, message))


def as_incident(message: SaidMessage) -> tuple[str, str]:
    """A title of the message's first line; a description of all of it, with who wrote it and where it stands."""
    first = next((line.strip() for line in message.text.splitlines() if line.strip()), "")
    author = message.author_name or (f"@{message.author}" if message.author else "somebody")
    origin = f"– {author}, {message.url}" if message.url else f"– {author}"  # noqa: RUF001 (a dash before a name)
    words = cut(message.text, DESCRIPTION_LIMIT - len(origin) - 2)
    return cut(first, _TITLE), f"{words}\n\n{origin}".strip()


def _trigger(body: Mapping[str, Any]) -> str:
    return body.get("trigger_id") or ""
