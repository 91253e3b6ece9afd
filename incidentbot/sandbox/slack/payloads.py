"""The payloads of slash commands and interactions, with everything that Slack puts into them."""

from typing import Any

from incidentbot.sandbox.slack.model import Conversation, Ephemeral, Json, Message, View
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.wire import content_json, message_json, view_json
from incidentbot.sandbox.slack.workspace import Workspace
from incidentbot.sandbox.world import Person


class Payloads:
    """Builds payloads for one workspace. Each fresh one has a fresh trigger id, and a response URL where it has one."""

    def __init__(self, platform: Platform, workspace: Workspace) -> None:
        self._platform = platform
        self._workspace = workspace

    def trigger(self, user: str, *, view_id: str = "") -> str:
        """A trigger id for something that person just did."""
        now = self._platform.clock.now()
        return self._platform.triggers.issue(user, self._workspace.team_id, now, view_id=view_id)

    def response_url(self, channel: str, user: str, *, message_ts: str = "", ephemeral: bool = False) -> str:
        """A response URL for something that person did in that channel."""
        team, now = self._workspace.team_id, self._platform.clock.now()
        secret = self._platform.response_urls.issue(
            team, channel, user, now, message_ts=message_ts, ephemeral=ephemeral
        )
        return self._platform.response_url(secret)

    def slash(self, person: Person, channel: Conversation, command: str, text: str) -> Json:
        """A slash command: flat fields."""
        world, organisation = self._workspace.world, self._platform.organisation_of(self._workspace.team_id)
        whose = {"enterprise_id": organisation.id, "enterprise_name": organisation.name} if organisation else {}
        return {
            **whose,
            "token": self._platform.app.seed.verification_token,
            "team_id": world.team_id,
            "team_domain": world.domain,
            "channel_id": channel.id,
            "channel_name": channel.name or "directmessage",
            "user_id": person.id,
            "user_name": person.handle,
            "command": command,
            "text": text,
            "api_app_id": self._platform.app.seed.app_id,
            "is_enterprise_install": "true" if organisation else "false",
            "response_url": self.response_url(channel.id, person.id),
            "trigger_id": self.trigger(person.id),
        }

    def message_action(self, person: Person, message: Message | Ephemeral, action: Json) -> Json:
        """A click (or another change) on an element of a message."""
        channel = self._workspace.conversations[message.channel]
        ephemeral = isinstance(message, Ephemeral)
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = self._common("block_actions", person)
        payload.update(
            container=container,
            trigger_id=self.trigger(person.id),
            channel=_channel(channel),
            state={"values": {}},
            response_url=self.response_url(channel.id, person.id, message_ts=message.ts, ephemeral=ephemeral),
            actions=[action],
        )
        if isinstance(message, Message):
            payload["message"] = message_json(message, self._workspace, all_metadata=True)
        return payload

    def view_action(self, person: Person, view: View, action: Json) -> Json:
        """A click (or another change) on an element of a modal or the Home tab."""
        payload = self._common("block_actions", person)
        modal = view.id if view.type == "modal" else ""
        payload.update(
            container={"type": "view", "view_id": view.id},
            trigger_id=self.trigger(person.id, view_id=modal),
            view=view_json(view, self._workspace),
            actions=[action],
        )
        return payload

    def view_submission(self, person: Person, view: View) -> Json:
        """A submitted modal."""
        payload = self._common("view_submission", person)
        payload.update(
            trigger_id=self.trigger(person.id, view_id=view.id),
            view=view_json(view, self._workspace),
            response_urls=[],
        )
        return payload

    def view_closed(self, person: Person, view: View, *, cleared: bool) -> Json:
        """A modal that was closed; `cleared` where the whole stack was."""
        payload = self._common("view_closed", person)
        payload.update(view=view_json(view, self._workspace), is_cleared=cleared)
        return payload

    def global_shortcut(self, person: Person, callback_id: str) -> Json:
        """A shortcut from the search or the composer."""
        payload = self._common("shortcut", person)
        payload.update(callback_id=callback_id, trigger_id=self.trigger(person.id), action_ts=self._workspace.next_ts())
        return payload

    def message_shortcut(self, person: Person, message: Message, callback_id: str) -> Json:
        """A shortcut on a message."""
        channel = self._workspace.conversations[message.channel]
        payload = self._common("message_action", person)
        payload.update(
            callback_id=callback_id,
            trigger_id=self.trigger(person.id),
            action_ts=self._workspace.next_ts(),
            message_ts=message.ts,
            channel=_channel(channel),
            message=message_json(message, self._workspace, all_metadata=True),
            response_url=self.response_url(channel.id, person.id, message_ts=message.ts),
        )
        return payload

    def suggestion(self, person: Person, where: Message | View, element: Json, query: str) -> Json:
        """A question for the options of an external select."""
        payload = self._common("block_suggestion", person)
        payload.update(action_id=element["action_id"], block_id=element["block_id"], value=query)
        if isinstance(where, View):
            payload.update(container={"type": "view", "view_id": where.id}, view=view_json(where, self._workspace))
            return payload
        channel = self._workspace.conversations[where.channel]
        payload.update(
            container={"type": "message", "message_ts": where.ts, "channel_id": channel.id, "is_ephemeral": False},
            channel=_channel(channel),
            message=content_json(where, self._workspace),
        )
        return payload

    def _common(self, kind: str, person: Person) -> Json:
        world, organisation = self._workspace.world, self._platform.organisation_of(self._workspace.team_id)
        return {
            "type": kind,
            "user": {
                "id": person.id,
                "username": person.handle,
                "name": person.handle,
                "team_id": world.team_id,
            },
            "api_app_id": self._platform.app.seed.app_id,
            "token": self._platform.app.seed.verification_token,
            "team": {"id": world.team_id, "domain": world.domain},
            "enterprise": organisation.named if organisation else None,
            "is_enterprise_install": organisation is not None,
        }


def _channel(conversation: Conversation) -> Json:
    return {"id": conversation.id, "name": conversation.name or "directmessage"}


def action_json(element: Json, block_id: str, value: Any, ts: str) -> Json:
    """The entry of `actions`: the element as it stands in the block, and what was chosen."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, "action_ts": ts}
    for key in ("text", "value", "style", "placeholder"):
        if key in element:
            action[key] = element[key]
    if isinstance(value, dict):
        action.update(value)
    return action
