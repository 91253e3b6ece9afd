"""Slack's Web API over one kept-alive session; each call is made once and its outcome told by type.

The SDK's own retries are off: they post twice where a connection drops after Slack accepted (faults.md 0.2).
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import count
from typing import Any, Final, Protocol, Self

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from incidentbot import tracing
from incidentbot.clients.errors import ClientError, NotYet, Permanent, Retryable, Unauthorised, Uncertain
from incidentbot.clients.fence import check_fence
from incidentbot.clients.slack.failures import Limited, classify, refuse_webhook
from incidentbot.clients.slack.turns import SHARED_METHODS, NobodyElse, Turns
from incidentbot.domain.people import Person
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import is_slacks

HTTP_TIMEOUT: Final = 10.0
log = structlog.get_logger(__name__)
_ALT_TEXT: Final = 1000
# So many pages of the channels that we are in are read to find one that we made.
MOST_PAGES: Final = 10
# A channel that was made just now may seem a little older, by the clock of the other side.
_CLOCKS_DIFFER: Final = 300
NOBODY_ELSE: Final = NobodyElse()
# An organisation's token is good for many of its workspaces: these have to be told which of them is meant.
OF_A_TEAM: Final = frozenset(
    {
        "conversations.create",
        "conversations.list",
        "usergroups.list",
        "usergroups.users.list",
        "users.conversations",
        "users.list",
    }
)
# By so much Slack's clock, which dates messages, may be behind the one that dates effects.
CLOCKS_DIFFER: Final = timedelta(minutes=15)


class Tokens(Protocol):
    """Who knows the bot tokens."""

    async def __call__(self, team_id: str, /) -> str | None:
        """The bot token of the workspace, or None where it is not installed."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands: the channel's id, the message's ts, and the root's if it is a reply."""

    channel: str
    ts: str
    thread_ts: str = ""


def _nobody(_method: str, _result: str) -> None:
    """Count nothing."""


def new_session() -> aiohttp.ClientSession:
    """A kept-alive session over the network; made in the event loop that uses it."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=HTTP_TIMEOUT),
        connector=aiohttp.TCPConnector(limit=64),
        middlewares=[_stay_here],
    )


class SlackClient:
    """Use as an async context manager. `counted(method, result)` is told of every call.

    `session` makes what carries the calls; tests hand in one that needs no network. `turns` is asked before each call
    of SHARED_METHODS: NotYet where it is not ours yet.
    """

    def __init__(
        self,
        api_url: str,
        tokens: Tokens,
        now: Callable[[], datetime],
        counted: Callable[[str, str], None] = _nobody,
        session: Callable[[], aiohttp.ClientSession] = new_session,
        turns: Turns = NOBODY_ELSE,
    ) -> None:
        self._api_url = api_url
        self._tokens = tokens
        self._now = now
        self._counted = counted
        self._new_session = session
        self._turns = turns
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = self._new_session()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._session:
            await self._session.close()

    async def post(self, team_id: str, channel: str, message: Mapping[str, Any]) -> Posted:
        """Post to a channel, or to a person by their id. `message` has text, blocks, metadata, thread_ts."""
        arguments = {"channel": channel, "unfurl_links": False, "unfurl_media": False, **message}
        try:
            data = await self.call(team_id, "chat.postMessage", arguments)
        except Permanent as error:
            # By an organisation's token a name finds no channel, whether there is one or not.
            if error.code != "team_not_found" or not channel.startswith("#"):
                raise
            found = await self.channel_named(team_id, channel)
            if not found:
                raise Permanent(
                    f"chat.postMessage: there is no {channel} that we can see", "channel_not_found"
                ) from error
            data = await self.call(team_id, "chat.postMessage", {**arguments, "channel": found})
        return self._posted("chat.postMessage", data)

    async def edit(self, team_id: str, channel: str, ts: str, message: Mapping[str, Any]) -> Posted:
        """Replace a message of ours."""
        data = await self.call(team_id, "chat.update", {"channel": channel, "ts": ts, **message})
        return self._posted("chat.update", data)

    async def post_ephemeral(self, team_id: str, channel: str, user: str, message: Mapping[str, Any]) -> None:
        """Show something to one person in a channel."""
        await self.call(team_id, "chat.postEphemeral", {"channel": channel, "user": user, **message})

    async def delete(self, team_id: str, channel: str, ts: str) -> None:
        """Delete a message of ours; nothing where it is gone already."""
        try:
            await self.call(team_id, "chat.delete", {"channel": channel, "ts": ts})
        except Permanent as error:
            if error.code != "message_not_found":
                raise

    async def find_replies(self, team_id: str, channel: str, root_ts: str, effect_id: str) -> tuple[str, ...]:
        """The ts of every reply that carries `effect_id` in its metadata, the oldest first; none without the thread."""
        arguments = {"channel": channel, "ts": root_ts, "limit": 200, "include_all_metadata": True}
        try:
            return (await self._standing(team_id, "conversations.replies", arguments)).get(effect_id, ())
        except Permanent as error:
            if error.code != "thread_not_found":
                raise
            return ()

    async def has_thread(self, team_id: str, channel: str, root_ts: str) -> bool:
        """Whether Slack knows of a message `root_ts` in the channel; where we may not look, it is taken for granted."""
        try:
            await self.call(
                team_id, "conversations.replies", {"channel": channel, "ts": root_ts, "limit": 1}, form=True
            )
        except Permanent as error:
            return error.code != "thread_not_found"
        return True

    async def message(self, team_id: str, channel: str, ts: str) -> Mapping[str, Any] | None:
        """Message `ts` of the channel, in a thread or not; None where Slack shows none."""
        only = {"channel": channel, "ts": ts, "oldest": ts, "latest": ts, "inclusive": True, "limit": 2}
        try:
            data = await self.call(team_id, "conversations.replies", only, form=True)
        except Permanent as error:
            if error.code != "thread_not_found":
                raise
            return None
        found = data.get("messages") or ()
        return next((one for one in found if isinstance(one, Mapping) and one.get("ts") == ts), None)

    async def find_messages(self, team_id: str, channel: str, since: datetime) -> Mapping[str, tuple[str, ...]]:
        """The ts of every message of `since` or later, the oldest first, by the effect that its metadata names."""
        arguments = {
            "channel": channel,
            "limit": 200,
            "include_all_metadata": True,
            "oldest": f"{(since - CLOCKS_DIFFER).timestamp():.6f}",
            "inclusive": True,
        }
        return await self._standing(team_id, "conversations.history", arguments)

    async def direct_channel(self, team_id: str, user: str) -> str:
        """The id of our direct channel with `user`."""
        data = await self.call(team_id, "conversations.open", {"users": user})
        return str(_told("conversations.open", data, "channel")["id"])

    async def channel_named(self, team_id: str, name: str) -> str:
        """The id of the channel called `name` (with or without #) that we can see, or ""."""
        wanted = name.lstrip("#")
        async for channel in self._pages(
            team_id, "conversations.list", {"types": "public_channel,private_channel", "limit": 999}, "channels"
        ):
            if channel.get("name") == wanted:
                return str(channel["id"])
        return ""

    async def react(self, team_id: str, channel: str, ts: str, name: str, *, shown: bool) -> None:
        """Add or remove our reaction; nothing where it is so already."""
        method = "reactions.add" if shown else "reactions.remove"
        try:
            await self.call(team_id, method, {"channel": channel, "timestamp": ts, "name": name})
        except Permanent as error:
            if error.code not in {"already_reacted", "no_reaction"}:
                raise

    async def create_channel(self, team_id: str, name: str) -> str:
        """The id of a new public channel with the bot in it; Permanent (name_taken) where there is one."""
        data = await self.call(team_id, "conversations.create", {"name": name})
        return str(_told("conversations.create", data, "channel")["id"])

    async def channel_made(self, team_id: str, name: str, creator: str, since: int) -> str:
        """The id of the channel called `name` that `creator` made after `since` (seconds), or "".

        Whoever makes a channel is in it, so that only those are read, and MOST_PAGES of 200 of them: of one that lies
        further behind nothing is known, its name counts as taken, and the next one is used.
        """
        listed = {"types": "public_channel", "exclude_archived": True, "limit": 200}
        async for channel in self._pages(team_id, "users.conversations", listed, "channels", most=MOST_PAGES):
            made_then = int(channel.get("created") or 0) >= since - _CLOCKS_DIFFER
            if channel.get("name") == name and channel.get("creator") == creator and made_then:
                return str(channel["id"])
        return ""

    async def enter_channel(self, team_id: str, channel: str) -> None:
        """Be in a channel: go into a public one; Permanent (not_in_channel) where nobody invited us to a private."""
        try:
            await self.call(team_id, "conversations.join", {"channel": channel})
        except Permanent as error:
            if error.code not in {"method_not_supported_for_channel_type", "missing_scope"}:
                raise
            data = await self.call(team_id, "conversations.info", {"channel": channel}, form=True)
            found = _told("conversations.info", data, "channel")
            if found.get("is_archived"):
                raise Permanent("conversations.info: is_archived", "is_archived") from error
            if not found.get("is_member"):
                raise Permanent("conversations.info: not_in_channel", "not_in_channel") from error

    async def invite(self, team_id: str, channel: str, user: str) -> None:
        """Bring somebody into a channel; nothing where they are in it, or are ourselves."""
        try:
            await self.call(team_id, "conversations.invite", {"channel": channel, "users": user})
        except Permanent as error:
            if error.code not in {"already_in_channel", "cant_invite_self"}:
                raise

    async def set_topic(self, team_id: str, channel: str, topic: str) -> None:
        """The channel's topic."""
        await self.call(team_id, "conversations.setTopic", {"channel": channel, "topic": topic})

    async def archive_channel(self, team_id: str, channel: str) -> None:
        """Archive a channel; nothing where it is archived."""
        try:
            await self.call(team_id, "conversations.archive", {"channel": channel})
        except Permanent as error:
            if error.code != "already_archived":
                raise

    async def bookmark(self, team_id: str, channel: str, title: str, link: str) -> None:
        """Add a bookmark to a channel."""
        wanted = {"channel_id": channel, "title": title, "type": "link", "link": link}
        await self.call(team_id, "bookmarks.add", wanted)

    async def has_bookmark(self, team_id: str, channel: str, link: str) -> bool:
        """Whether a channel has a bookmark that leads there."""
        data = await self.call(team_id, "bookmarks.list", {"channel_id": channel}, form=True)
        return any(one.get("link") == link for one in data.get("bookmarks") or ())

    async def pin(self, team_id: str, channel: str, ts: str) -> None:
        """Pin a message; nothing where it is pinned already."""
        try:
            await self.call(team_id, "pins.add", {"channel": channel, "timestamp": ts})
        except Permanent as error:
            if error.code != "already_pinned":
                raise

    async def complete_step(self, team_id: str, execution: str, outputs: Mapping[str, str]) -> None:
        """A run of our step in a workflow succeeded. By the bot's token, since the run's own lives for minutes only."""
        await self.call(
            team_id, "functions.completeSuccess", {"function_execution_id": execution, "outputs": dict(outputs)}
        )

    async def fail_step(self, team_id: str, execution: str, problem: str) -> None:
        """A run of our step failed; whoever runs the workflow reads `problem`."""
        await self.call(team_id, "functions.completeError", {"function_execution_id": execution, "error": problem})

    async def person(self, team_id: str, user: str) -> Person:
        """What Slack knows of a member."""
        data = await self.call(team_id, "users.info", {"user": user, "include_locale": True}, form=True)
        return _person(_told("users.info", data, "user"))

    async def person_by_email(self, team_id: str, email: str) -> Person | None:
        """The member with this e-mail address, if there is one."""
        try:
            data = await self.call(team_id, "users.lookupByEmail", {"email": email}, form=True)
        except Permanent as error:
            if error.code == "users_not_found":
                return None
            raise
        return _person(_told("users.lookupByEmail", data, "user"))

    async def people(self, team_id: str) -> Sequence[Person]:
        """Every member."""
        found = self._pages(team_id, "users.list", {"limit": 200}, "members")
        return [_person(member) async for member in found]

    async def group_members(self, team_id: str, group: str) -> Sequence[str]:
        """The ids of a user group's members; Permanent where there is no such group, or it is disabled."""
        data = await self.call(team_id, "usergroups.users.list", {"usergroup": group}, form=True)
        return [str(member) for member in data.get("users") or ()]

    async def groups(self, team_id: str) -> Mapping[str, str]:
        """The ids of user groups in use, by their handle in lower case."""
        data = await self.call(team_id, "usergroups.list", {}, form=True)
        groups = data.get("usergroups") or ()
        return {str(group["handle"]).casefold(): str(group["id"]) for group in groups if not group.get("date_delete")}

    async def members(self, team_id: str) -> Mapping[str, str]:
        """The ids of active people, by their handle and by a display name that only one of them has, in lower case."""
        by_handle: dict[str, str] = {}
        by_name: dict[str, set[str]] = {}
        async for member in self._pages(team_id, "users.list", {"limit": 200}, "members"):
            if member.get("deleted") or member.get("is_bot"):
                continue
            by_handle[str(member.get("name") or "").casefold()] = str(member["id"])
            by_name.setdefault(_person(member).name.casefold(), set()).add(str(member["id"]))
        return {name: next(iter(found)) for name, found in by_name.items() if len(found) == 1} | by_handle

    async def channels(self, team_id: str) -> Mapping[str, str]:
        """The ids of all channels that we can see, by name with #."""
        pages = self._pages(
            team_id, "conversations.list", {"types": "public_channel,private_channel", "limit": 999}, "channels"
        )
        return {f"#{channel.get('name')}": str(channel["id"]) async for channel in pages}

    async def open_view(self, team_id: str, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a modal; the trigger lives 3 s. Answers the view's id."""
        data = await self.call(team_id, "views.open", {"trigger_id": trigger_id, "view": view})
        return str((data.get("view") or {}).get("id") or "opened")

    async def update_view(self, team_id: str, view_id: str, view: Mapping[str, Any]) -> None:
        """Replace an open modal."""
        await self.call(team_id, "views.update", {"view_id": view_id, "view": view})

    async def publish_home(self, team_id: str, person: str, view: Mapping[str, Any]) -> None:
        """Show `view` in the Home tab of `person`."""
        await self.call(team_id, "views.publish", {"user_id": person, "view": view})

    async def unfurl(self, team_id: str, channel: str, ts: str, entities: Sequence[Mapping[str, Any]]) -> None:
        """Show work objects below message `ts`, each for the address in it that it names."""
        arguments = {"channel": channel, "ts": ts, "metadata": {"entities": list(entities)}}
        await self.call(team_id, "chat.unfurl", arguments)

    async def present_details(self, team_id: str, trigger_id: str, shown: Mapping[str, Any]) -> None:
        """Fill the side pane of who opened a work object: `shown` has its `metadata`, or an `error` to tell."""
        await self.call(team_id, "entity.presentDetails", {"trigger_id": trigger_id, **shown})

    async def respond(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Answer an interaction by its response URL."""
        webhook = AsyncWebhookClient(response_url, session=self._session, retry_handlers=[])
        try:
            answer = await webhook.send_dict(dict(message))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Uncertain(f"response_url: {type(error).__name__}") from error
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own word for done
            raise Permanent(f"response_url: {answer.status_code}", "response_url")

    async def post_by_webhook(self, url: str, message: Mapping[str, Any]) -> None:
        """Post by an incoming webhook, into the channel that it was made for."""
        webhook = AsyncWebhookClient(url, session=self._session, retry_handlers=[])
        try:
            answer = await webhook.send_dict(dict(message))
        except aiohttp.ClientConnectorError as error:
            raise Retryable("incoming webhook: no connection to Slack") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Uncertain(f"incoming webhook: {type(error).__name__}") from error
        refuse_webhook(answer.status_code, answer.headers, str(answer.body), self._now())

    async def upload(
        self, team_id: str, channel: str, thread_ts: str, filename: str, content: bytes, comment: str
    ) -> str:
        """Put a file into a thread ("": the channel) in Slack's three steps, seen after the last. Answers its id."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        place = {"channel_id": channel, **thread, "initial_comment": comment}
        return await self._upload(team_id, filename, content, {}, place)

    async def upload_unseen(self, team_id: str, filename: str, content: bytes, alt_text: str) -> str:
        """Upload a picture that messages may show by its id, which is answered; by itself nobody sees it."""
        return await self._upload(team_id, filename, content, {"alt_txt": alt_text[:_ALT_TEXT]}, {})

    async def _upload(
        self, team_id: str, filename: str, content: bytes, said: Mapping[str, str], place: Mapping[str, str]
    ) -> str:
        told = {"filename": filename, "length": len(content), **said}
        announced = await self.call(team_id, "files.getUploadURLExternal", told, form=True)
        url, file = str(announced.get("upload_url", "")), str(announced.get("file_id", ""))
        if not is_slacks(url, self._api_url):
            raise Permanent("files.getUploadURLExternal: an address that is not Slack's", "upload_url")
        await self._put_file(url, content)
        files = [{"id": file, "title": filename}]
        await self.call(team_id, "files.completeUploadExternal", {"files": files, **place})
        return file

    async def _put_file(self, url: str, content: bytes) -> None:
        """The second step. Sending the bytes twice does no harm: nobody sees them before the third."""
        assert self._session is not None  # noqa: S101 - used as a context manager
        try:
            async with self._session.post(url, data=content, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Retryable(f"upload: {type(error).__name__}") from error
        if status != HTTPStatus.OK:
            raise Retryable(f"upload: Slack answered {status}")

    async def create_canvas(self, team_id: str, title: str, markdown: str) -> str:
        """The id of a new canvas, which nobody may read yet."""
        content = {"type": "markdown", "markdown": markdown}
        data = await self.call(team_id, "canvases.create", {"title": title, "document_content": content})
        return str(data.get("canvas_id", ""))

    async def share_canvas(self, team_id: str, canvas: str, place: str) -> None:
        """Let everybody of a channel, or a person, read it."""
        whom = "user_ids" if place.startswith(("U", "W")) else "channel_ids"
        arguments = {"canvas_id": canvas, "access_level": "read", whom: [place]}
        await self.call(team_id, "canvases.access.set", arguments)

    async def find_file(self, team_id: str, channel: str, root_ts: str, filename: str) -> str:
        """The id of the file of this name that lies in a thread; "" where none does."""
        arguments = {"channel": channel, "ts": root_ts, "limit": 200}
        async for message in self._pages(team_id, "conversations.replies", arguments, "messages"):
            for file in message.get("files") or ():
                if filename in {file.get("name"), file.get("title")}:
                    return str(file.get("id") or filename)
        return ""

    async def workspace(self, token: str) -> Workspace:
        """Who we are, by this bot token."""
        return self.workspace_of(await self._once("auth.test", token, {}, form=True))

    @staticmethod
    def workspace_of(response: Any) -> Workspace:
        """What an answer of auth.test says of the workspace."""
        data = response.data
        if not data.get("team_id"):
            raise Uncertain("auth.test: an answer without team_id")
        scopes = str(response.headers.get("x-oauth-scopes", ""))
        return Workspace(
            team_id=str(data["team_id"]),
            name=str(data.get("team", "")),
            url=str(data.get("url", "")),
            enterprise_id=str(data.get("enterprise_id") or ""),
            app_id=str(data.get("app_id") or ""),
            bot_id=str(data.get("bot_id") or ""),
            bot_user_id=str(data.get("user_id", "")),
            scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
        )

    async def oauth_access(self, client_id: str, client_secret: str, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Exchange a code, or a refresh token, for tokens."""
        arguments = {"client_id": client_id, "client_secret": client_secret, **given}
        data: Mapping[str, Any] = (await self._once("oauth.v2.access", None, arguments, form=True)).data
        return data

    async def org_teams(self, token: str) -> list[tuple[str, str]]:
        """Id and name of each workspace that an organisation's token is good for."""
        found: list[tuple[str, str]] = []
        cursor = ""
        while True:
            data = (await self._once("auth.teams.list", token, {"cursor": cursor, "limit": 1000}, form=True)).data
            found += [(str(team["id"]), str(team.get("name") or "")) for team in data.get("teams") or ()]
            cursor = str((data.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found

    async def call(
        self, team_id: str, method: str, arguments: Mapping[str, Any], *, form: bool = False
    ) -> Mapping[str, Any]:
        """One call of any method by the workspace's token; the answer's body."""
        token = await self._tokens(team_id)
        if token is None:
            raise Unauthorised("not_installed")
        if method in OF_A_TEAM:
            arguments = {**arguments, "team_id": team_id}
        data: Mapping[str, Any] = (await self._once(method, token, arguments, form=form, team_id=team_id)).data
        return data

    async def _once(
        self, method: str, token: str | None, arguments: Mapping[str, Any], *, form: bool, team_id: str = ""
    ) -> Any:
        """One call, by its turn."""
        if method not in SHARED_METHODS:
            return await self._made(method, token, arguments, form=form)
        wait = await self._turns.wait(team_id, method)
        if wait:
            raise NotYet(f"{method} waits for its turn", wait)
        try:
            return await self._made(method, token, arguments, form=form)
        except Limited as error:
            await self._turns.limited(team_id, method, error.seconds)
            raise

    async def _made(self, method: str, token: str | None, arguments: Mapping[str, Any], *, form: bool) -> Any:
        check_fence()
        with tracing.part(f"slack {method}", "client"):
            return await self._exchanged(method, token, arguments, form=form)

    async def _exchanged(self, method: str, token: str | None, arguments: Mapping[str, Any], *, form: bool) -> Any:
        client = AsyncWebClient(token, base_url=self._api_url, session=self._session, retry_handlers=[])
        sent: dict[str, Any] = {"data": dict(arguments)} if form else {"json": dict(arguments)}
        try:
            response = await client.api_call(method, **sent)
        except SlackApiError as error:
            raise self._failed(method, classify(method, error, self._now())) from error
        except aiohttp.ClientConnectorError as error:
            raise self._failed(method, Retryable(f"{method}: no connection to Slack")) from error
        except (aiohttp.ClientError, TimeoutError, SlackClientError, ValueError) as error:
            raise self._failed(method, Uncertain(f"{method}: {type(error).__name__}")) from error
        self._told(method, "ok")
        return response

    def _failed(self, method: str, error: ClientError) -> ClientError:
        self._told(method, type(error).__name__.lower())
        return error

    def _told(self, method: str, result: str) -> None:
        self._counted(method, result)
        tracing.note(result=result)
        log.debug("slack.called", method=method, result=result)

    async def _standing(self, team_id: str, method: str, arguments: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        found = defaultdict[str, list[str]](list)
        async for message in self._pages(team_id, method, arguments, "messages"):
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("effect"):
                found[str(payload["effect"])].append(str(message["ts"]))
        return {effect: tuple(sorted(standing)) for effect, standing in found.items()}

    async def _pages(
        self, team_id: str, method: str, arguments: Mapping[str, Any], key: str, most: int | None = None
    ) -> AsyncIterator[Any]:
        """What is under `key` on every page, or on the first `most` of them."""
        cursor = ""
        for _ in count() if most is None else range(most):
            asked = {**arguments, **({"cursor": cursor} if cursor else {})}
            data = await self.call(team_id, method, asked, form=True)
            found = data.get(key)
            if not isinstance(found, list):
                # "Nothing there" is an empty list; taken from an answer without one it would post a second time.
                raise Uncertain(f"{method}: an answer without {key}")
            for item in found:
                yield item
            cursor = str((data.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _posted(self, method: str, data: Mapping[str, Any]) -> Posted:
        """Where it stands; an answer without that tells us nothing (faults.md row 21)."""
        ts, channel = data.get("ts"), data.get("channel")
        if not ts or not channel:
            raise Uncertain(f"{method}: an answer without ts")
        message = data.get("message")
        thread = message.get("thread_ts") if isinstance(message, Mapping) else ""
        return Posted(str(channel), str(ts), str(thread or ""))


async def _stay_here(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """No redirect is followed: it would take token and message to another place, and nobody knows what was done."""
    response = await send(request)
    if response.headers.get("location") is not None and 300 <= response.status < 400:  # noqa: PLR2004 - a redirect
        response.release()
        raise aiohttp.ClientPayloadError(f"redirected ({response.status})")
    return response


def _told(method: str, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """What the answer says under `key`, with its id; an answer without it tells us nothing (faults.md row 21)."""
    told = data.get(key)
    if not isinstance(told, Mapping) or not told.get("id"):
        raise Uncertain(f"{method}: an answer without {key}")
    return told


def _person(user: Mapping[str, Any]) -> Person:
    profile = user.get("profile") or {}
    # The full name: it is shown outside of Slack, where nobody knows the short one.
    name = user.get("real_name") or profile.get("real_name") or profile.get("display_name") or user.get("name") or ""
    return Person(
        id=str(user["id"]),
        name=str(name),
        email=str(profile.get("email") or ""),
        tz=str(user.get("tz") or ""),
        locale=str(user.get("locale") or ""),
        deleted=bool(user.get("deleted")),
        is_bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
    )
