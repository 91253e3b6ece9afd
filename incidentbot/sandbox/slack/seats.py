"""A person's seat: what they have open and what only they are shown."""

from dataclasses import dataclass, field

from incidentbot.sandbox.slack.model import Ephemeral, Json, View

MODAL_STACK_LIMIT = 3


@dataclass(slots=True)
class Seat:
    """`modals` is the open stack, the last on top; `home` the app's Home tab; `notices` are Slack's error lines.

    `details` is what the app shows of a thing of its own in the side pane.
    """

    user: str
    modals: list[View] = field(default_factory=list)
    home: View | None = None
    home_opened: bool = False
    ephemerals: dict[str, Ephemeral] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    details: Json | None = None

    @property
    def modal(self) -> View | None:
        """The modal on top, if one is open."""
        return self.modals[-1] if self.modals else None

    def views(self) -> list[View]:
        """Every view of this person: the modals and the Home tab."""
        return [*self.modals, self.home] if self.home else list(self.modals)
