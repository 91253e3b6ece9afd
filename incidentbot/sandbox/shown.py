"""What the harness hands to a test: a message or a modal as a person sees it, always as it is now."""

from typing import Any

from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.blockkit.validation import elements_of
from incidentbot.sandbox.slack.ids import ts_key
from incidentbot.sandbox.slack.model import Ephemeral, Json, Message, View
from incidentbot.sandbox.slack.mrkdwn import Live, live_in
from incidentbot.sandbox.slack.people import Interaction, find_element
from incidentbot.sandbox.slack.reading import blocks_text, visible_text
from incidentbot.sandbox.slack.workspace import Workspace


class Shown:
    """A message on somebody's screen. Its properties follow every edit."""

    def __init__(self, workspace: Workspace, record: Message | Ephemeral) -> None:
        self.record = record
        self._workspace = workspace

    def __repr__(self) -> str:
        return f"<{'ephemeral' if self.ephemeral else 'message'} in {self.where}: {self.shown[:300]!r}>"

    @property
    def ts(self) -> str:
        """The message's `ts`."""
        return self.record.ts

    @property
    def channel(self) -> str:
        """The conversation's id."""
        return self.record.channel

    @property
    def where(self) -> str:
        """The conversation as a person calls it."""
        conversation = self._workspace.conversations[self.record.channel]
        if conversation.user:
            return f"the direct message of {self._workspace.people[conversation.user].key}"
        return f"#{conversation.name}"

    @property
    def text(self) -> str:
        """The top-level text: what notifications and screen readers have."""
        return self.record.content.text

    @property
    def shown(self) -> str:
        """The text that is seen: that of the blocks, if there are any."""
        return visible_text(self.record.content)

    @property
    def blocks(self) -> list[Json]:
        """The blocks."""
        return self.record.content.blocks

    @property
    def live(self) -> Live:
        """The mentions and links in it that work."""
        return live_in(self.record.content)

    @property
    def metadata(self) -> Json:
        """The message's metadata, empty if it has none."""
        return self.record.content.metadata or {}

    @property
    def event_type(self) -> str:
        """The metadata's event type, empty if there is none."""
        return str(self.metadata.get("event_type", ""))

    @property
    def payload(self) -> Json:
        """The metadata's payload."""
        payload: Json = self.metadata.get("event_payload", {})
        return payload

    @property
    def thread_ts(self) -> str:
        """The root's `ts` for a reply, else empty."""
        return self.record.thread_ts

    @property
    def ephemeral(self) -> bool:
        """True for what one person alone sees."""
        return isinstance(self.record, Ephemeral)

    @property
    def deleted(self) -> bool:
        """True once the message is gone."""
        if isinstance(self.record, Ephemeral):
            return self.record.ts not in self._workspace.seat(self.record.user).ephemerals
        found = self._workspace.conversations[self.record.channel].messages.get(self.record.ts)
        return found is None or found.subtype == "tombstone"

    @property
    def edited(self) -> bool:
        """True if it was edited at least once."""
        return isinstance(self.record, Message) and bool(self.record.edited_ts)

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Emoji names and who reacted."""
        return dict(self.record.reactions) if isinstance(self.record, Message) else {}

    @property
    def permalink(self) -> str:
        """The link that opens it."""
        return self._workspace.permalink(self.record) if isinstance(self.record, Message) else ""

    @property
    def action_ids(self) -> list[str]:
        """The action ids of its elements, in order."""
        return _action_ids(self.blocks)

    def element(self, action_id: str) -> Json:
        """The element with that action id; NotPossible if it is not there."""
        return find_element(self.blocks, action_id)[0]

    def replies(self) -> list["Shown"]:
        """The replies of the thread that this message starts or belongs to, oldest first."""
        conversation = self._workspace.conversations[self.record.channel]
        root = self.record.thread_ts or self.record.ts
        found = sorted(conversation.replies_to(root), key=lambda one: ts_key(one.ts))
        return [Shown(self._workspace, one) for one in found]


class Submission:
    """How the app took a submitted modal."""

    def __init__(self, interaction: Interaction, view: View, *, closed: bool) -> None:
        self.interaction = interaction
        self.errors: dict[str, str] = dict(view.errors)
        self.closed = closed

    @property
    def ok(self) -> bool:
        """True if it was acknowledged in time and no field was refused."""
        return self.interaction.ok and not self.errors


class Modal:
    """A modal that somebody has open."""

    def __init__(self, server: SandboxServer, workspace: Workspace, view: View) -> None:
        self._server = server
        self._workspace = workspace
        self._people = server.slack.people(workspace.team_id)
        self.view = view

    @property
    def title(self) -> str:
        """The title."""
        return str(self.view.body.get("title", {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        """What the app calls it."""
        return self.view.callback_id

    @property
    def private_metadata(self) -> str:
        """What the app keeps in it."""
        return str(self.view.body.get("private_metadata", ""))

    @property
    def shown(self) -> str:
        """All its text."""
        return blocks_text(self.view.body["blocks"])

    @property
    def errors(self) -> dict[str, str]:
        """What is marked at its fields, by block id."""
        return dict(self.view.errors)

    @property
    def action_ids(self) -> list[str]:
        """The action ids of its elements, in order."""
        return _action_ids(self.view.body["blocks"])

    def element(self, name: str) -> Json:
        """An element by action id or block id."""
        return find_element(self.view.body["blocks"], name)[0]

    def value(self, name: str) -> Any:
        """What a field holds now, by action id or block id: text, an option's value, an id, or a list of those."""
        element, block_id = find_element(self.view.body["blocks"], name)
        entry = self.view.state.get(block_id, {}).get(element["action_id"], {})
        held = next((value for key, value in entry.items() if key != "type"), None)
        if isinstance(held, dict):
            return held.get("value", held)
        if isinstance(held, list):
            return [one.get("value", one) if isinstance(one, dict) else one for one in held]
        return held

    def fill(self, **values: Any) -> "Modal":
        """Type into fields, named by action id or block id; as `People.fill`. People's names stand for their ids."""
        self._people.fill(self.view, {name: self._entered(name, value) for name, value in values.items()})
        return self

    def _entered(self, name: str, value: Any) -> Any:
        if self.element(name)["type"] == "users_select" and isinstance(value, str):
            return self._workspace.person(value).id
        return value

    def options(self, name: str, query: str) -> list[Json]:
        """What the app offers for a query in an external select."""
        return self._server.run(self._people.suggest(self.view.user, self.view, name, query))

    def choose(self, name: str, query: str) -> "Modal":
        """Search in an external select and take the first offer (multi selects: add it)."""
        offered = self.options(name, query)
        if not offered:
            raise AssertionError(f"nothing was offered for {query!r} in {name}")
        value: Any = offered[0]
        if self.element(name)["type"].startswith("multi_"):
            value = [value]
        return self.fill(**{name: value})

    def click(self, action_id: str, *, option: str = "", value: Any = None) -> Interaction:
        """Click a button or change an element that acts at once."""
        return self._server.run(self._people.act(self.view.user, self.view, action_id, value, option=option))

    def submit(self) -> Submission:
        """Press the submit button and wait for the app's acknowledgement."""
        interaction = self._server.run(self._people.submit(self.view.user, self.view))
        still_open = self.view in self._workspace.seat(self.view.user).modals
        return Submission(interaction, self.view, closed=not still_open)

    def close(self) -> None:
        """Close it without submitting."""
        self._server.run(self._people.close(self.view.user))


def _action_ids(blocks: list[Json]) -> list[str]:
    elements = [element for block in blocks for _, element in elements_of(block)]
    return [str(element["action_id"]) for element in elements if "action_id" in element]
