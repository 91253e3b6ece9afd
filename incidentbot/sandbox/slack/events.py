"""What happens in a workspace, told to the app as events."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from incidentbot.sandbox.slack.access import family_scope
from incidentbot.sandbox.slack.changes import Change
from incidentbot.sandbox.slack.deliverer import Deliverer
from incidentbot.sandbox.slack.entities import addresses_in
from incidentbot.sandbox.slack.ids import new_id, new_secret
from incidentbot.sandbox.slack.model import Json, Kind, Message
from incidentbot.sandbox.slack.outbound import EVENT, Outbound
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.wire import message_json
from incidentbot.sandbox.slack.workspace import Workspace

_CHANNEL_TYPES = {Kind.PUBLIC: "channel", Kind.PRIVATE: "group", Kind.IM: "im", Kind.MPIM: "mpim"}
_SUBSCRIPTIONS = {Kind.PUBLIC: "channels", Kind.PRIVATE: "groups", Kind.IM: "im", Kind.MPIM: "mpim"}


class EventSource:
    """Listens to the feed and delivers. `start` inside the server's loop."""

    def __init__(self, platform: Platform, deliverer: Deliverer) -> None:
        self._platform = platform
        self._deliverer = deliverer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stop: Callable[[], None] = lambda: None
        self._translations: dict[str, Callable[[Workspace, Change], None]] = {
            "message_posted": self._message_posted,
            "message_updated": self._message_updated,
            "message_deleted": self._message_deleted,
            "reaction_added": self._reaction,
            "reaction_removed": self._reaction,
            "pin_added": self._pin,
            "pin_removed": self._pin,
            "member_joined": self._member,
            "member_left": self._member,
            "channel_changed": self._channel_changed,
        }

    def start(self) -> None:
        """From now on what happens is delivered."""
        self._loop = asyncio.get_running_loop()
        self._stop = self._platform.feed.listen(self._hear)

    async def close(self) -> None:
        """Stop delivering; retries that wait are dropped."""
        self._stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hear(self, change: Change) -> None:
        translate = self._translations.get(change.kind)
        if translate is not None:
            translate(self._platform.workspaces[change.team], change)

    # --- translations ---------------------------------------------------------------------------------------------

    def _message_posted(self, workspace: Workspace, change: Change) -> None:
        message: Message = change.data["message"]
        event = self._message_event(workspace, message)
        self._tell_message(workspace, message, event)
        self._links(workspace, message)
        mention = f"<@{workspace.installation.bot_user_id}>"
        if mention in message.content.text and not message.author.bot_id:
            self._mention(workspace, message, event)

    def _links(self, workspace: Workspace, message: Message) -> None:
        """Links of people to the app's own domains, wherever they are written."""
        urls = [] if message.author.bot_id else addresses_in(self._platform.app, message.content.text)
        if not urls:
            return
        message.unfurl_id = f"{message.author.user}-{new_secret(8)}"
        event = {
            "type": "link_shared",
            "user": message.author.user,
            "channel": message.channel,
            "message_ts": message.ts,
            "unfurl_id": message.unfurl_id,
            "source": "conversations_history",
            "is_bot_user_member": self._in(workspace, message.channel),
            "links": [{"domain": urlsplit(url).hostname, "url": url} for url in urls],
            "event_ts": workspace.next_ts(),
            **({"thread_ts": message.thread_ts} if message.is_reply else {}),
        }
        self.tell(workspace, "link_shared", event, scope="links:read")

    def _mention(self, workspace: Workspace, message: Message, event: Json) -> None:
        conversation = workspace.conversations[message.channel]
        if conversation.kind is Kind.IM or not self._in(workspace, message.channel):
            return
        mention = {**event, "type": "app_mention"}
        mention.pop("channel_type")
        self.tell(workspace, "app_mention", mention, scope="app_mentions:read")

    def _message_event(self, workspace: Workspace, message: Message) -> Json:
        event = message_json(message, workspace, all_metadata=True)
        for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "is_locked", "subscribed"):
            event.pop(key, None)
        conversation = workspace.conversations[message.channel]
        event.update(channel=message.channel, event_ts=message.ts, channel_type=_CHANNEL_TYPES[conversation.kind])
        if not message.author.bot_id:
            event["client_msg_id"] = f"{new_secret(8)}-{new_secret(4)}-{new_secret(12)}"
        return event

    def _message_updated(self, workspace: Workspace, change: Change) -> None:
        message: Message = change.data["message"]
        now = message_json(message, workspace, all_metadata=True)
        before = {**now, "text": change.data["before"]}
        self._tell_changed(workspace, message, "message_changed", {"message": now, "previous_message": before})

    def _message_deleted(self, workspace: Workspace, change: Change) -> None:
        previous: Message = change.data["message"]
        facts = {"deleted_ts": previous.ts, "previous_message": message_json(previous, workspace, all_metadata=True)}
        self._tell_changed(workspace, previous, "message_deleted", facts)

    def _tell_changed(self, workspace: Workspace, message: Message, subtype: str, facts: Json) -> None:
        ts = workspace.next_ts()
        event = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": message.channel,
            "ts": ts,
            "event_ts": ts,
            "channel_type": _CHANNEL_TYPES[workspace.conversations[message.channel].kind],
            **facts,
        }
        self._tell_message(workspace, message, event)

    def _tell_message(self, workspace: Workspace, message: Message, event: Json) -> None:
        kind = workspace.conversations[message.channel].kind
        if self._in(workspace, message.channel):
            name = f"message.{_SUBSCRIPTIONS[kind]}"
            self.tell(workspace, name, event, scope=family_scope(kind, "history"))

    def _reaction(self, workspace: Workspace, change: Change) -> None:
        message: Message = change.data["message"]
        event = {
            "type": change.kind,
            "user": change.user,
            "reaction": change.data["reaction"],
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.author.user,
            "event_ts": workspace.next_ts(),
        }
        if self._in(workspace, message.channel):
            self.tell(workspace, change.kind, event, scope="reactions:read")

    def _pin(self, workspace: Workspace, change: Change) -> None:
        message: Message = change.data["message"]
        event = {
            "type": change.kind,
            "user": change.user,
            "channel_id": message.channel,
            "item": {
                "type": "message",
                "channel": message.channel,
                "created": int(change.at),
                "created_by": change.user,
                "message": message_json(message, workspace),
            },
            "item_user": message.author.user,
            "pin_count": len(workspace.conversations[message.channel].pins),
            "event_ts": workspace.next_ts(),
        }
        if self._in(workspace, message.channel):
            self.tell(workspace, change.kind, event, scope="pins:read")

    def _member(self, workspace: Workspace, change: Change) -> None:
        conversation = workspace.conversations[change.channel]
        if change.user != workspace.installation.bot_user_id and not self._in(workspace, change.channel):
            return
        name = "member_joined_channel" if change.kind == "member_joined" else "member_left_channel"
        event = {
            "type": name,
            "user": change.user,
            "channel": change.channel,
            "channel_type": "C" if conversation.kind is Kind.PUBLIC else "G",
            "team": workspace.team_id,
            "event_ts": workspace.next_ts(),
        }
        if change.data.get("inviter"):
            event["inviter"] = change.data["inviter"]
        self.tell(workspace, name, event, scope=family_scope(conversation.kind, "read"))

    def _channel_changed(self, workspace: Workspace, change: Change) -> None:
        what = {"archived": "archive", "unarchived": "unarchive", "deleted": "deleted", "renamed": "rename"}
        suffix = what.get(change.data["what"])
        conversation = workspace.conversations[change.channel]
        if suffix is None or conversation.kind in (Kind.IM, Kind.MPIM):
            return
        name = f"{'channel' if conversation.kind is Kind.PUBLIC else 'group'}_{suffix}"
        channel: Any = change.channel
        if suffix == "rename":
            channel = {"id": change.channel, "name": conversation.name, "created": conversation.created}
        event = {"type": name, "channel": channel, "user": change.user, "event_ts": workspace.next_ts()}
        self.tell(workspace, name, event, scope=family_scope(conversation.kind, "read"))

    def _in(self, workspace: Workspace, channel: str) -> bool:
        return workspace.installation.bot_user_id in workspace.conversations[channel].members

    # --- delivery -------------------------------------------------------------------------------------------------

    def tell(
        self, workspace: Workspace, subscription: str, event: Json, *, scope: str = "", everywhere: bool = False
    ) -> None:
        """Deliver an event if the app subscribed to it, has the scope for it, and can be reached.

        `everywhere`: it is about the whole organisation of the workspace, so that no workspace is named.
        """
        allowed = not scope or scope in workspace.installation.scopes
        if not allowed or workspace.installation.refused or not self._platform.app.hears(subscription):
            return
        outbound = Outbound(EVENT, subscription, self._envelope(workspace, event, everywhere=everywhere))
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin, outbound)

    def _begin(self, outbound: Outbound) -> None:
        if not self._deliverer.reachable:
            return
        task = asyncio.ensure_future(self._deliverer.send_event(outbound))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _envelope(self, workspace: Workspace, event: Json, *, everywhere: bool) -> Json:
        team = None if everywhere else workspace.team_id
        seed, organisation = self._platform.app.seed, self._platform.organisation_of(workspace.team_id)
        enterprise = organisation.id if organisation else None
        return {
            **({"enterprise_id": enterprise} if enterprise else {}),
            "token": seed.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": enterprise,
            "api_app_id": seed.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(self._platform.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": enterprise,
                    "team_id": team,
                    "user_id": workspace.installation.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": organisation is not None,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{new_secret(40)}",
        }
