"""Who asks, settled once for every request and before any listener: an installed workspace, and one of its people."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from incidentbot.domain.refusals import NoWorkspace
from incidentbot.domain.workspace import Workspace
from incidentbot.languages import speak
from incidentbot.queries import workspace
from incidentbot.render.modals import refusal_modal
from incidentbot.render.unserved import not_for_you
from incidentbot.slack.acknowledge import ephemeral
from incidentbot.slack.asker import read_asker
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.install import adopt, uninstall

# What changes of a workspace (its name, or that it left) may be noticed a little later.
KNOWN_FOR: Final = timedelta(seconds=2)
APP_UNINSTALLED: Final = "app_uninstalled"
TOKENS_REVOKED: Final = "tokens_revoked"
Next = Callable[[], Awaitable[BoltResponse]]


class Identify:
    """Puts `workspace` and `asker` into Bolt's context, or ends the request there."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts
        self._known: dict[str, tuple[datetime, Workspace]] = {}

    async def identify(self, context: AsyncBoltContext, body: Mapping[str, Any], next_: Next) -> BoltResponse:
        """Runs before Bolt authorizes. Bots, our own included, are nobody: what they say is dropped."""
        if is_from_bot(body):
            return await context.ack()
        # Of an organisation's installation Slack may name the workspace on the envelope alone.
        team_id = context.team_id or body.get("team_id") or ""
        if context.get("signed_for") and team_id not in context["signed_for"]:
            return await self._turn_away(context, body)
        if departs(body):
            everywhere = context.enterprise_id if context.is_enterprise_install else ""
            return await self._forget(context, body, everywhere or team_id or context.enterprise_id or "")
        found = await self._home(team_id, context.enterprise_id or "")
        asker = read_asker(body, found) if found else None
        speak(await self._parts.language_of(team_id, "" if asker is None or shared(body) else asker.actor.id))
        if asker is None:
            return await self._turn_away(context, body)
        if asker.actor.id == asker.workspace.bot_user_id != "":
            return await context.ack()
        context["asker"] = asker
        return await next_()

    async def _workspace(self, team_id: str) -> Workspace | None:
        """The installed workspace; the database is asked once in a while, not at every click."""
        now = self._parts.now()
        asked_at, known = self._known.get(team_id, (None, None))
        if known and asked_at and timedelta() <= now - asked_at < KNOWN_FOR:
            return known
        found = await self._parts.store.ask(workspace, team_id)
        if not isinstance(found, Workspace):
            self._known.pop(team_id, None)
            return None
        self._known[team_id] = (now, found)
        return found

    async def _home(self, team_id: str, enterprise_id: str) -> Workspace | None:
        """The workspace; one of an organisation that installed the app may be heard of for the first time."""
        found = await self._workspace(team_id)
        if found:
            return found
        return await self._parts.store.run(adopt, team_id, enterprise_id) if team_id and enterprise_id else None

    async def _forget(self, context: AsyncBoltContext, body: Mapping[str, Any], whose: str) -> BoltResponse:
        """Slack says that our tokens are worth nothing any more; nobody in particular does, so nobody is asked for."""
        event = body["event"]
        tokens = event.get("tokens") if isinstance(event.get("tokens"), dict) else {}
        if whose and (event["type"] == APP_UNINSTALLED or tokens.get("bot")):
            await self._parts.store.run(uninstall, whose, event["type"])
            self._known.clear()
        return await context.ack()

    async def _turn_away(self, context: AsyncBoltContext, body: Mapping[str, Any]) -> BoltResponse:
        if body.get("command"):
            return await ephemeral(context.ack, not_for_you())
        if body.get("type") == "view_submission":
            return await context.ack(response_action="update", view=refusal_modal(NoWorkspace(())))
        if body.get("response_url"):
            self._parts.tasks.start(self._parts.answerer.respond(body["response_url"], not_for_you()))
        return await context.ack()


async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
    """Bolt's question whether the app is installed: `identify` looked, and the token stays with the Slack client."""
    found: Workspace = context["asker"].workspace
    return AuthorizeResult(
        enterprise_id=found.enterprise_id or None,
        team_id=found.team_id,
        team=found.name,
        url=found.url,
        bot_user_id=found.bot_user_id,
        bot_id=found.bot_id,
    )


def shared(body: Mapping[str, Any]) -> bool:
    """Whether what is said to it is for more people than the asker: a step is its workflow's."""
    return (body.get("event") or {}).get("type") == "function_executed"


def departs(body: Mapping[str, Any]) -> bool:
    """Whether Slack tells that the app was removed, or its tokens revoked."""
    return (body.get("event") or {}).get("type") in {APP_UNINSTALLED, TOKENS_REVOKED}


def is_from_bot(body: Mapping[str, Any]) -> bool:
    """Whether a bot caused it; answering bots is how loops begin."""
    event = body.get("event") or {}
    return bool(event.get("bot_id") or event.get("app_id") or event.get("subtype") == "bot_message")
