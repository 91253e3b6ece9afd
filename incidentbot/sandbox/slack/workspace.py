"""One workspace: its conversations, people, views and files, and every change of them."""

import bisect
from dataclasses import dataclass, field

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.slack.changes import Feed
from incidentbot.sandbox.slack.ids import format_ts, new_id, ts_key
from incidentbot.sandbox.slack.model import (
    Author,
    Canvas,
    Content,
    Conversation,
    Ephemeral,
    FunctionExecution,
    Json,
    Kind,
    Message,
    Pin,
    StoredFile,
)
from incidentbot.sandbox.slack.seats import Seat
from incidentbot.sandbox.world import Person, UserGroup, World

TOMBSTONE = "This message was deleted."


@dataclass(slots=True)
class Installation:
    """The app in this workspace: its tokens and what it may do. `refused` is the error its token gets, if any."""

    bot_token: str
    bot_user_id: str
    bot_id: str
    scopes: tuple[str, ...]
    refused: str = ""
    step_tokens: set[str] = field(default_factory=set)

    def accepts(self, token: str) -> bool:
        """True for the bot token and for the tokens of running Workflow Builder steps."""
        return token == self.bot_token or token in self.step_tokens


class Workspace:
    """The state of one workspace. Take `feed.lock` around several steps that belong together."""

    def __init__(self, world: World, clock: Clock, feed: Feed) -> None:
        self.world = world
        self.clock = clock
        self.feed = feed
        self.installation = Installation(world.bot_token, world.bot_user_id, world.bot_id, world.app.scopes)
        self.people: dict[str, Person] = {person.id: person for person in world.people}
        self.people[world.bot_user_id] = _bot_person(world)
        self.groups: dict[str, UserGroup] = {group.id: group for group in world.groups}
        self.conversations: dict[str, Conversation] = {}
        self.seats: dict[str, Seat] = {identity: Seat(identity) for identity in self.people}
        self.files: dict[str, StoredFile] = {}
        self.canvases: dict[str, Canvas] = {}
        self.executions: dict[str, FunctionExecution] = {}
        self.late_seconds = 0.0
        self._last_ts = 0
        self._open_seeded_channels()

    @property
    def team_id(self) -> str:
        """The workspace's id."""
        return self.world.team_id

    # --- people ---------------------------------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        """Somebody by key, id or @handle. KeyError names who is not there."""
        bare = name.removeprefix("@")
        for person in self.people.values():
            if bare in (person.key, person.id, person.handle):
                return person
        raise KeyError(f"nobody called {name!r} in {self.world.name}")

    def add_person(self, person: Person) -> None:
        """Somebody joins, or an account changes (the same id again)."""
        with self.feed.lock:
            self.people[person.id] = person
            self.seats.setdefault(person.id, Seat(person.id))
            self.feed.emit("person_changed", team=self.team_id, user=person.id)

    def seat(self, user: str) -> Seat:
        """What that person has open and was told."""
        return self.seats[user]

    # --- conversations --------------------------------------------------------------------------------------------

    def channel(self, name: str) -> Conversation:
        """A conversation by id or (public or private) by name, with or without #. KeyError if there is none."""
        if name in self.conversations:
            return self.conversations[name]
        bare = name.removeprefix("#")
        for conversation in self.conversations.values():
            if bare and conversation.name == bare and not conversation.deleted:
                return conversation
        raise KeyError(f"no conversation {name!r} in {self.world.name}")

    def open_channel(self, name: str, creator: str, *, private: bool = False, identity: str = "") -> Conversation:
        """A new channel with its creator as first member."""
        with self.feed.lock:
            made = Conversation(
                id=identity or new_id("C"),
                name=name,
                kind=Kind.PRIVATE if private else Kind.PUBLIC,
                created=int(self.clock.now()),
                creator=creator,
                members={creator},
            )
            self.conversations[made.id] = made
            self.feed.emit("channel_created", team=self.team_id, channel=made.id, user=creator)
            return made

    def direct(self, user: str) -> Conversation:
        """The direct message between the app and a person, opened if need be."""
        with self.feed.lock:
            for conversation in self.conversations.values():
                if conversation.kind is Kind.IM and conversation.user == user:
                    return conversation
            bot = self.installation.bot_user_id
            made = Conversation(new_id("D"), "", Kind.IM, int(self.clock.now()), bot, members={user, bot}, user=user)
            self.conversations[made.id] = made
            self.feed.emit("channel_created", team=self.team_id, channel=made.id, user=user)
            return made

    def group_direct(self, users: frozenset[str]) -> Conversation:
        """The direct message of the app and several people, opened if need be."""
        with self.feed.lock:
            members = set(users) | {self.installation.bot_user_id}
            for conversation in self.conversations.values():
                if conversation.kind is Kind.MPIM and conversation.members == members:
                    return conversation
            handles = "--".join(sorted(self.people[user].handle for user in members))
            created = int(self.clock.now())
            made = Conversation(new_id("G"), f"mpdm-{handles}-1", Kind.MPIM, created, self.installation.bot_user_id)
            made.members = members
            self.conversations[made.id] = made
            self.feed.emit("channel_created", team=self.team_id, channel=made.id)
            return made

    def join(self, channel: str, user: str, *, inviter: str = "") -> None:
        """Somebody becomes a member."""
        with self.feed.lock:
            if user not in self.conversations[channel].members:
                self.conversations[channel].members.add(user)
                data = {"inviter": inviter}
                self.feed.emit("member_joined", team=self.team_id, channel=channel, user=user, data=data)

    def leave(self, channel: str, user: str) -> None:
        """Somebody is no longer a member."""
        with self.feed.lock:
            if user in self.conversations[channel].members:
                self.conversations[channel].members.discard(user)
                self.feed.emit("member_left", team=self.team_id, channel=channel, user=user)

    def change_channel(self, channel: str, what: str, user: str = "") -> None:
        """Tell everybody that a conversation's own facts (name, topic, archived …) changed."""
        self.feed.emit("channel_changed", team=self.team_id, channel=channel, user=user, data={"what": what})

    def archive(self, channel: str, *, user: str = "") -> None:
        """Nobody writes there any more."""
        with self.feed.lock:
            self.channel(channel).archived = True
            self.change_channel(self.channel(channel).id, "archived", user)

    def unarchive(self, channel: str, *, user: str = "") -> None:
        """People write there again."""
        with self.feed.lock:
            self.channel(channel).archived = False
            self.change_channel(self.channel(channel).id, "unarchived", user)

    def delete_channel(self, channel: str, *, user: str = "") -> None:
        """The channel is gone for everybody, as after a person deleted it."""
        with self.feed.lock:
            found = self.channel(channel)
            found.deleted = True
            self.change_channel(found.id, "deleted", user)

    # --- messages -------------------------------------------------------------------------------------------------

    def next_ts(self) -> str:
        """A `ts` that is later than every one before it."""
        self._last_ts = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
        return format_ts(self._last_ts)

    def post(
        self,
        channel: str,
        author: Author,
        content: Content,
        *,
        thread_ts: str = "",
        broadcast: bool = False,
        subtype: str = "",
    ) -> Message:
        """Write a message into a conversation. Nothing is checked: that is for whoever calls."""
        with self.feed.lock:
            conversation = self.conversations[channel]
            message = Message(self.next_ts(), channel, author, content, thread_ts, broadcast, subtype)
            message.visible_at = self.clock.now() + self.late_seconds if author.bot_id else 0.0
            conversation.messages[message.ts] = message
            if message.is_reply:
                conversation.threads.setdefault(thread_ts, []).append(message.ts)
            if not message.is_reply or broadcast:
                conversation.timeline.append(message.ts)
            self._tell("message_posted", message, author.user)
            return message

    def edit(self, message: Message, content: Content, *, user: str) -> None:
        """Replace what a message says."""
        with self.feed.lock:
            before = message.content
            message.content = content
            message.edited_ts = self.next_ts()
            self._tell("message_updated", message, user, before=before.text)

    def delete(self, message: Message, *, user: str) -> None:
        """Delete a message. A root that has replies leaves a tombstone, so that its thread stays."""
        with self.feed.lock:
            conversation = self.conversations[message.channel]
            previous = Message(message.ts, message.channel, message.author, message.content, message.thread_ts)
            if conversation.threads.get(message.ts):
                message.subtype = "tombstone"
                message.content = Content(text=TOMBSTONE)
            else:
                self._drop(conversation, message)
            conversation.pins = [pin for pin in conversation.pins if pin.ts != message.ts]
            self._tell("message_deleted", previous, user)

    def react(self, message: Message, name: str, user: str) -> bool:
        """Add a reaction; false if it was there already."""
        with self.feed.lock:
            users = message.reactions.setdefault(name, [])
            if user in users:
                return False
            users.append(user)
            self._tell("reaction_added", message, user, reaction=name)
            return True

    def unreact(self, message: Message, name: str, user: str) -> bool:
        """Take a reaction away; false if there was none."""
        with self.feed.lock:
            if user not in message.reactions.get(name, []):
                return False
            message.reactions[name].remove(user)
            if not message.reactions[name]:
                del message.reactions[name]
            self._tell("reaction_removed", message, user, reaction=name)
            return True

    def pin(self, message: Message, user: str) -> None:
        """Pin a message to its conversation."""
        with self.feed.lock:
            message.pinned = True
            self.conversations[message.channel].pins.append(Pin(message.ts, user, int(self.clock.now())))
            self._tell("pin_added", message, user)

    def unpin(self, message: Message, user: str) -> None:
        """Take the pin away."""
        with self.feed.lock:
            message.pinned = False
            pins = self.conversations[message.channel].pins
            pins[:] = [pin for pin in pins if pin.ts != message.ts]
            self._tell("pin_removed", message, user)

    def unfurl(self, message: Message, entities: dict[str, Json]) -> None:
        """Show things of the app below a message, by the addresses in its text."""
        with self.feed.lock:
            message.unfurled.update(entities)
            self.feed.emit("unfurled", team=self.team_id, channel=message.channel, data={"message": message})

    def message_of_unfurl(self, unfurl_id: str) -> Message | None:
        """The message whose links were told of under that id."""
        messages = (one for each in self.conversations.values() for one in each.messages.values())
        return next((one for one in messages if one.unfurl_id == unfurl_id), None)

    def show_details(self, user: str, details: Json | None) -> None:
        """Show a thing of the app in somebody's side pane; None closes it."""
        with self.feed.lock:
            self.seats[user].details = details
            self.feed.emit("details_shown", team=self.team_id, user=user)

    def whisper(self, channel: str, user: str, author: Author, content: Content, thread_ts: str = "") -> Ephemeral:
        """Show a message to one person alone."""
        with self.feed.lock:
            shown = Ephemeral(self.next_ts(), channel, user, author, content, thread_ts)
            self.seats[user].ephemerals[shown.ts] = shown
            self._tell_ephemeral("ephemeral_posted", shown)
            return shown

    def change_ephemeral(self, shown: Ephemeral, content: Content | None) -> None:
        """Replace what an ephemeral message says; None removes it."""
        with self.feed.lock:
            if content is None:
                self.seats[shown.user].ephemerals.pop(shown.ts, None)
                self._tell_ephemeral("ephemeral_deleted", shown)
            else:
                shown.content = content
                self._tell_ephemeral("ephemeral_updated", shown)

    def notify(self, user: str, text: str, *, channel: str = "") -> None:
        """Show a person one of Slack's own error lines, as when an app does not answer."""
        with self.feed.lock:
            self.seats[user].notices.append(text)
            self.feed.emit("notice", team=self.team_id, channel=channel, user=user, data={"text": text})

    def permalink(self, message: Message) -> str:
        """The link that opens the message, in its thread if it is a reply."""
        link = f"{self.world.url}archives/{message.channel}/p{message.ts.replace('.', '')}"
        return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link

    def _drop(self, conversation: Conversation, message: Message) -> None:
        del conversation.messages[message.ts]
        if message.is_reply:
            conversation.threads[message.thread_ts].remove(message.ts)
        if not message.is_reply or message.broadcast:
            spot = bisect.bisect_left(conversation.timeline, ts_key(message.ts), key=ts_key)
            del conversation.timeline[spot]

    def _tell(self, kind: str, message: Message, user: str, **data: object) -> None:
        facts: Json = {"thread_ts": message.thread_ts, "text": message.content.text, "message": message, **data}
        self.feed.emit(kind, team=self.team_id, channel=message.channel, user=user, ts=message.ts, data=facts)

    def _tell_ephemeral(self, kind: str, shown: Ephemeral) -> None:
        facts: Json = {"thread_ts": shown.thread_ts, "text": shown.content.text, "ephemeral": shown}
        self.feed.emit(kind, team=self.team_id, channel=shown.channel, user=shown.user, ts=shown.ts, data=facts)

    def _open_seeded_channels(self) -> None:
        owner = self.world.installed_by or next(iter(self.people))
        for seed in self.world.channels:
            made = self.open_channel(seed.name, owner, private=seed.private, identity=seed.id)
            made.members = set(seed.members)
            made.topic = made.purpose = seed.topic
            made.general = seed.name == "general"
            if seed.with_bot:
                made.members.add(self.installation.bot_user_id)


def _bot_person(world: World) -> Person:
    handle = world.app.name.lower().replace(" ", "")
    return Person("bot", world.bot_user_id, handle, world.app.name, title="app", tz="UTC", is_bot=True)
