"""What people do in the workspace, and what Slack makes of the app's answers to it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from incidentbot.sandbox.slack.answers import apply_submission_answer, post_answer
from incidentbot.sandbox.slack.blockkit.validation import elements_of
from incidentbot.sandbox.slack.deliverer import Deliverer
from incidentbot.sandbox.slack.events import EventSource
from incidentbot.sandbox.slack.ids import new_id, new_secret
from incidentbot.sandbox.slack.model import (
    Author,
    Content,
    Conversation,
    Ephemeral,
    FunctionExecution,
    Json,
    Kind,
    Message,
    View,
)
from incidentbot.sandbox.slack.outbound import INTERACTIVE, OPTIONS, SLASH, Ack, Outbound
from incidentbot.sandbox.slack.payloads import Payloads, action_json
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.views import close_all, close_top, show_errors, value_key
from incidentbot.sandbox.slack.wire import user_json
from incidentbot.sandbox.slack.workspace import Workspace
from incidentbot.sandbox.world import Person


class NotPossible(Exception):
    """Slack's own client does not let a person do that: the reason is the message."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """Something a person did with the app: the payload that was sent, and how the app acknowledged it."""

    payload: Json
    ack: Ack

    @property
    def ok(self) -> bool:
        """True if the app acknowledged in time."""
        return self.ack.ok

    @property
    def error(self) -> str:
        """What Slack shows the person instead of an answer; empty if all is well."""
        return self.ack.error


class People:
    """Acts of the people of one workspace. Names are keys, handles or ids; runs in the server's event loop."""

    def __init__(self, platform: Platform, workspace: Workspace, deliverer: Deliverer, events: EventSource) -> None:
        self._platform = platform
        self._workspace = workspace
        self._deliverer = deliverer
        self._events = events
        self._payloads = Payloads(platform, workspace)

    # --- writing --------------------------------------------------------------------------------------------------

    def say(self, who: str, channel: str, text: str, *, thread_ts: str = "", broadcast: bool = False) -> Message:
        """Write a message; `@name` and `#channel` in it become mentions."""
        person, conversation = self._workspace.person(who), self._workspace.channel(channel)
        self._refuse_outsider(person, conversation)
        author, content = Author(person.id), Content(text=self.escaped(text))
        return self._workspace.post(conversation.id, author, content, thread_ts=thread_ts, broadcast=broadcast)

    def write_to_app(self, who: str, text: str, *, thread_ts: str = "") -> Message:
        """Write to the app in its messages tab."""
        if not self._platform.app.messages_tab:
            raise NotPossible("the app's messages tab is off")
        person = self._workspace.person(who)
        direct = self._workspace.direct(person.id)
        content = Content(text=self.escaped(text))
        return self._workspace.post(direct.id, Author(person.id), content, thread_ts=thread_ts)

    def edit(self, who: str, message: Message, text: str) -> None:
        """Edit one's own message."""
        person = self._workspace.person(who)
        if message.author.user != person.id:
            raise NotPossible("only one's own messages can be edited")
        self._workspace.edit(message, Content(text=self.escaped(text)), user=person.id)

    def delete(self, who: str, message: Message) -> None:
        """Delete a message: one's own, or any as an admin."""
        person = self._workspace.person(who)
        if message.author.user != person.id and not person.is_admin:
            raise NotPossible("only an admin deletes other people's messages")
        self._workspace.delete(message, user=person.id)

    def react(self, who: str, message: Message, name: str) -> None:
        """Add a reaction."""
        self._workspace.react(message, name.strip(":"), self._workspace.person(who).id)

    def unreact(self, who: str, message: Message, name: str) -> None:
        """Take one's reaction away."""
        self._workspace.unreact(message, name.strip(":"), self._workspace.person(who).id)

    def pin(self, who: str, message: Message) -> None:
        """Pin a message."""
        self._workspace.pin(message, self._workspace.person(who).id)

    def escaped(self, text: str) -> str:
        """What a person typed as Slack stores it: & < > escaped, known @names and #channels as mentions."""
        plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        plain = re.sub(r"@([a-z0-9][\w.-]*)", self._mention, plain)
        return re.sub(r"#([a-z0-9][\w-]*)", self._channel_mention, plain)

    def _mention(self, found: re.Match[str]) -> str:
        handle = found[1]
        if handle in ("here", "channel", "everyone"):
            return f"<!{handle}>"
        for person in self._workspace.people.values():
            if person.handle == handle:
                return f"<@{person.id}>"
        for group in self._workspace.groups.values():
            if group.handle == handle:
                return f"<!subteam^{group.id}>"
        return found[0]

    def _channel_mention(self, found: re.Match[str]) -> str:
        for conversation in self._workspace.conversations.values():
            if conversation.name == found[1] and conversation.kind is Kind.PUBLIC:
                return f"<#{conversation.id}|{conversation.name}>"
        return found[0]

    def _refuse_outsider(self, person: Person, conversation: Conversation) -> None:
        if conversation.archived or conversation.deleted:
            raise NotPossible("nobody writes in an archived channel")
        if person.id not in conversation.members:
            raise NotPossible(f"{person.real_name} is not in #{conversation.name}")

    # --- slash commands and shortcuts -----------------------------------------------------------------------------

    async def slash(self, who: str, channel: str, command: str, text: str = "", *, thread_ts: str = "") -> Interaction:
        """Type a slash command. Slack does not run an app's slash commands inside threads."""
        person, conversation = self._workspace.person(who), self._workspace.channel(channel)
        escapes = self._platform.app.escapes(command)
        if thread_ts:
            raise NotPossible(f"{command} is not supported in threads. Sorry!")
        if escapes is None:
            raise NotPossible(f"{command} is not a valid command.")
        sent = self._escaped_command(text) if escapes else text
        payload = self._payloads.slash(person, conversation, command, sent)
        outbound = Outbound(SLASH, command, payload, wants_answer=True)
        done = await self._interact(outbound, person, conversation.id)
        if done.ok and done.ack.body:
            post_answer(self._workspace, done.ack.body, conversation.id, person.id)
        return done

    def _escaped_command(self, text: str) -> str:
        """Mentions in a slash command carry the name, and nothing else of the text changes."""
        text = re.sub(r"@([a-z0-9][\w.-]*)", self._command_mention, text)
        return re.sub(r"#([a-z0-9][\w-]*)", self._channel_mention, text)

    def _command_mention(self, found: re.Match[str]) -> str:
        mention = self._mention(found)
        if mention.startswith("<!subteam"):
            return mention.replace(">", f"|@{found[1]}>")
        return mention.replace(">", f"|{found[1]}>") if mention.startswith("<@") else mention

    async def shortcut(self, who: str, callback_id: str) -> Interaction:
        """Run a global shortcut."""
        person = self._workspace.person(who)
        self._refuse_unknown_shortcut(callback_id)
        payload = self._payloads.global_shortcut(person, callback_id)
        return await self._interact(Outbound(INTERACTIVE, callback_id, payload), person)

    async def message_shortcut(self, who: str, message: Message, callback_id: str) -> Interaction:
        """Run a shortcut on a message."""
        person = self._workspace.person(who)
        self._refuse_unknown_shortcut(callback_id)
        payload = self._payloads.message_shortcut(person, message, callback_id)
        return await self._interact(Outbound(INTERACTIVE, callback_id, payload), person, message.channel)

    def _refuse_unknown_shortcut(self, callback_id: str) -> None:
        known = self._platform.app.shortcuts
        if known is not None and callback_id not in known:
            raise NotPossible(f"the app has no shortcut {callback_id}")

    # --- elements -------------------------------------------------------------------------------------------------

    async def act(
        self, who: str, where: Message | Ephemeral | View, action_id: str, value: Any = None, *, option: str = ""
    ) -> Interaction:
        """Click a button, or choose in a select: `option` is an option's value, `value` what else was chosen.

        `value` is the raw entry, such as `{"selected_user": "U…"}`. A second element with the same id needs its block:
        `block/action`.
        """
        person = self._workspace.person(who)
        element, block_id = find_element(blocks_at(where), action_id)
        chosen = value if value is not None else _chosen(element, option)
        action = action_json(element, block_id, chosen, self._workspace.next_ts())
        if isinstance(where, View):
            if isinstance(chosen, dict) and element["type"] != "button":
                self._remember(where, block_id, element, chosen)
            payload = self._payloads.view_action(person, where, action)
            return await self._interact(Outbound(INTERACTIVE, element["action_id"], payload), person)
        payload = self._payloads.message_action(person, where, action)
        return await self._interact(Outbound(INTERACTIVE, element["action_id"], payload), person, where.channel)

    def _remember(self, view: View, block_id: str, element: Json, chosen: Json) -> None:
        with self._platform.feed.lock:
            view.state.setdefault(block_id, {})[element["action_id"]] = {"type": element["type"], **chosen}

    async def suggest(self, who: str, where: Message | View, action_id: str, query: str) -> list[Json]:
        """Type into an external select: the options that the app offers. Groups are flattened."""
        person = self._workspace.person(who)
        element, block_id = find_element(blocks_at(where), action_id)
        payload = self._payloads.suggestion(person, where, {**element, "block_id": block_id}, query)
        done = await self._interact(Outbound(OPTIONS, element["action_id"], payload, wants_answer=True), person)
        groups = done.ack.body.get("option_groups") or ()
        options = list(done.ack.body.get("options") or ())
        return options + [option for group in groups for option in group.get("options", ())]

    # --- modals and Home ------------------------------------------------------------------------------------------

    def fill(self, view: View, values: dict[str, Any]) -> None:
        """Type into a modal: `values` by action id (or `block/action`).

        Text for text inputs, an option's value for selects, ids for pickers of people and channels, lists for multi
        selects; None empties a field.
        """
        with self._platform.feed.lock:
            for name, value in values.items():
                element, block_id = find_element(view.body["blocks"], name)
                entry = {"type": element["type"], value_key(element["type"]): _entered(element, value)}
                view.state.setdefault(block_id, {})[element["action_id"]] = entry

    async def submit(self, who: str, view: View) -> Interaction:
        """Press the modal's submit button. Required fields that are empty are marked, and nothing is sent."""
        person = self._workspace.person(who)
        missing = required_and_empty(view)
        if missing:
            show_errors(self._workspace, view, missing)
            raise NotPossible(f"required fields are empty: {', '.join(sorted(missing))}")
        payload = self._payloads.view_submission(person, view)
        outbound = Outbound(INTERACTIVE, view.callback_id, payload, wants_answer=True)
        done = await self._interact(outbound, person)
        if done.ok:
            apply_submission_answer(self._workspace, view, done.ack.body)
        return done

    async def close(self, who: str, *, everything: bool = False) -> None:
        """Close the modal on top, or all of them; the app hears of it where it asked to."""
        person = self._workspace.person(who)
        modals = self._workspace.seat(person.id).modals
        closed = list(modals) if everything or (modals and modals[-1].body.get("clear_on_close")) else modals[-1:]
        if len(closed) > 1:
            close_all(self._workspace, person.id)
        else:
            close_top(self._workspace, person.id)
        for view in reversed(closed):
            if view.body.get("notify_on_close"):
                payload = self._payloads.view_closed(person, view, cleared=everything)
                await self._interact(Outbound(INTERACTIVE, view.callback_id, payload), person)

    def open_home(self, who: str, *, tab: str = "home") -> None:
        """Look at the app's Home (or its messages) tab."""
        person = self._workspace.person(who)
        seat = self._workspace.seat(person.id)
        seat.home_opened = True
        direct = self._workspace.direct(person.id)
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": direct.id,
            "tab": tab,
            "event_ts": self._workspace.next_ts(),
        }
        if seat.home is not None:
            event["view"] = {"id": seat.home.id, "type": "home", "callback_id": seat.home.callback_id}
        self._events.tell(self._workspace, "app_home_opened", event)

    def open_details(self, who: str, entity: Json, message: Message | None = None) -> str:
        """Click a thing of the app that a message shows; answers the trigger by which its details may be shown."""
        person, now = self._workspace.person(who), self._platform.clock.now()
        external = entity["external_ref"]
        trigger = self._platform.triggers.issue(person.id, self._workspace.team_id, now, entity=external["id"])
        url = entity.get("app_unfurl_url") or entity["url"]
        event: Json = {
            "type": "entity_details_requested",
            "user": person.id,
            "trigger_id": trigger,
            "external_ref": external,
            "entity_url": entity["url"],
            "link": {"url": url, "domain": urlsplit(url).hostname},
            "user_locale": person.locale,
            "event_ts": self._workspace.next_ts(),
        }
        if message is not None:
            event |= {"channel": message.channel, "message_ts": message.ts}
        self._workspace.show_details(person.id, None)
        self._events.tell(self._workspace, "entity_details_requested", event)
        return trigger

    # --- Workflow Builder -----------------------------------------------------------------------------------------

    def run_step(self, callback_id: str, inputs: Json, *, run_by: str = "") -> FunctionExecution:
        """Let a workflow reach one of the app's steps; the execution tells how it ended.

        Who runs it is handed over in `user` as Slack does, with a secret; a workflow that starts by itself has nobody.
        """
        types = dict.fromkeys(inputs, "string")
        if run_by:
            inputs = {**inputs, "user": {"id": self._workspace.person(run_by).id, "secret": new_secret(24)}}
            types["user"] = "slack#/types/user_context"
        identity, token = new_id("Fx"), f"xwfp-{new_secret(24)}"
        execution = FunctionExecution(identity, callback_id, inputs, token)
        with self._platform.feed.lock:
            self._workspace.executions[identity] = execution
            self._workspace.installation.step_tokens.add(token)
        event: Json = {
            "type": "function_executed",
            "function": {
                "id": new_id("Fn"),
                "callback_id": callback_id,
                "title": callback_id,
                "type": "app",
                "app_id": self._platform.app.seed.app_id,
                "input_parameters": [{"name": name, "type": kind, "is_required": True} for name, kind in types.items()],
                "output_parameters": [],
            },
            "inputs": inputs,
            "function_execution_id": identity,
            "workflow_execution_id": new_id("Wx"),
            "bot_access_token": token,
            "event_ts": self._workspace.next_ts(),
        }
        self._events.tell(self._workspace, "function_executed", event)
        return execution

    # --- the account ----------------------------------------------------------------------------------------------

    def uninstall(self) -> None:
        """An admin removes the app (of a whole organisation, if that installed it): its token dies, and it is told."""
        bot = self._workspace.installation.bot_user_id
        organisation = self._platform.organisation_of(self._workspace.team_id)
        for event in (
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}},
            {"type": "app_uninstalled"},
        ):
            self._events.tell(self._workspace, str(event["type"]), event, everywhere=organisation is not None)
        for team in organisation.teams if organisation else [self._workspace.team_id]:
            self._platform.revoke(team, "account_inactive")

    def change_person(self, person: Person) -> None:
        """An account changes, for example is deactivated; the app hears `user_change`."""
        self._workspace.add_person(person)
        event = {"type": "user_change", "user": user_json(self._workspace, person)}
        event["event_ts"] = self._workspace.next_ts()
        self._events.tell(self._workspace, "user_change", event, scope="users:read")

    async def _interact(self, outbound: Outbound, person: Person, channel: str = "") -> Interaction:
        ack = await self._deliverer.send(outbound)
        if ack.error:
            text = f'{outbound.what} failed with the error "{ack.error}"'
            self._workspace.notify(person.id, text, channel=channel)
        return Interaction(outbound.payload, ack)


def blocks_at(where: Message | Ephemeral | View) -> list[Json]:
    """All blocks of a message (those of its attachments too) or of a view."""
    if isinstance(where, View):
        blocks: list[Json] = where.body["blocks"]
        return blocks
    attached = [block for one in where.content.attachments for block in one.get("blocks", ())]
    return [*where.content.blocks, *attached]


def find_element(blocks: list[Json], name: str) -> tuple[Json, str]:
    """The element called so, and its block's id; NotPossible if it is not shown.

    `name` is an action id, or `block/action`, or the block id of an input.
    """
    shown = [
        (dict(element), str(block["block_id"]))
        for block in blocks
        for _, element in elements_of(block)
        if "action_id" in element
    ]
    for element, block_id in shown:
        if name in (element["action_id"], f"{block_id}/{element['action_id']}"):
            return element, block_id
    for element, block_id in shown:
        if name == block_id:
            return element, block_id
    there = ", ".join(element["action_id"] for element, _ in shown)
    raise NotPossible(f"there is no {name!r} here; there is: {there or 'nothing to act on'}")


def required_and_empty(view: View) -> dict[str, str]:
    """The blocks of required inputs that hold nothing."""
    missing: dict[str, str] = {}
    for block in view.body["blocks"]:
        if block.get("type") != "input" or block.get("optional"):
            continue
        element = block["element"]
        entry = view.state.get(block["block_id"], {}).get(element["action_id"], {})
        value = entry.get(value_key(element["type"]))
        if value in (None, "", []):
            missing[block["block_id"]] = "Please complete this required field."
    return missing


def _chosen(element: Json, option: str) -> Json | None:
    if not option:
        return None
    kind = element["type"]
    if kind in ("static_select", "overflow", "radio_buttons", "external_select"):
        return {"selected_option": _option(element, option)}
    return {value_key(kind): _entered(element, option)}


def _entered(element: Json, value: Any) -> Any:
    kind = element["type"]
    if value is None:
        return [] if value_key(kind).endswith("s") else None
    if value_key(kind) == "selected_option":
        return _option(element, value)
    if value_key(kind) == "selected_options":
        return [_option(element, one) for one in value]
    return value


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        return value
    options = list(element.get("options") or ())
    options += [one for group in element.get("option_groups") or () for one in group["options"]]
    for option in options:
        if option["value"] == value:
            return dict(option)
    raise NotPossible(f"{element['action_id']} has no option {value!r}: {[one['value'] for one in options]}")
