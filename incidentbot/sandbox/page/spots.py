"""Where elements stand that people act on: a message, a message for one person, a modal, the Home tab."""

from dataclasses import dataclass

from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Ephemeral, Json, Message, View
from incidentbot.sandbox.slack.views import initial_value

Where = Message | Ephemeral | View


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of elements. `key` names it in requests, `prefix` begins the ids of what is drawn there."""

    where: Where
    prefix: str

    @property
    def key(self) -> str:
        """What a request says to mean this place."""
        if isinstance(self.where, View):
            return f"view:{self.where.id}"
        kind = "whisper" if isinstance(self.where, Ephemeral) else "message"
        return f"{kind}:{self.where.channel}:{self.where.ts}"

    @property
    def modal(self) -> bool:
        """Whether it is a modal: what is chosen there is kept until it is submitted."""
        return isinstance(self.where, View) and self.where.type == "modal"

    def entry(self, element: Json, block_id: str) -> Json:
        """What an element holds now, as the state of a view has it."""
        kept = self.where.state.get(block_id, {}) if isinstance(self.where, View) else {}
        found: Json = kept.get(element["action_id"]) or initial_value(element) or {}
        return found

    def held(self, element: Json, block_id: str) -> list[Json | str]:
        """The same as a list: nothing, one, or several options, ids or texts."""
        values = [value for key, value in self.entry(element, block_id).items() if key != "type"]
        held = values[0] if values else None
        if isinstance(held, list):
            return held
        return [] if held is None else [held]

    def error(self, block_id: str) -> str:
        """What is marked at an input."""
        return self.where.errors.get(block_id, "") if isinstance(self.where, View) else ""


def find_spot(key: str, viewer: Viewer) -> Where | None:
    """What a request means, if it is still there for this person."""
    kind, _, rest = key.partition(":")
    if kind == "view":
        return next((view for view in viewer.seat.views() if view.id == rest), None)
    channel, _, ts = rest.partition(":")
    if kind == "whisper":
        return viewer.seat.ephemerals.get(ts)
    conversation = viewer.conversation(channel)
    return conversation.messages.get(ts) if conversation else None
