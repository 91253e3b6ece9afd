"""The open windows: whose each is, and what it shows."""

from dataclasses import dataclass, field

from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.ids import new_secret

_REMEMBERED = 500


@dataclass(slots=True)
class Window:
    """A window of somebody's browser.

    `channel` is the conversation that is open in it, `place` the entry of the list that is marked. `number` is the
    newest change that was known when the window was drawn, and none once its stream has taken it up.
    """

    id: str
    viewer: Viewer
    number: int | None
    channel: str = ""
    place: str = ""


@dataclass(slots=True)
class Windows:
    """The windows that were opened, the oldest forgotten after five hundred."""

    _open: dict[str, Window] = field(default_factory=dict)

    def open(self, viewer: Viewer, number: int) -> Window:
        """A new window."""
        window = Window(new_secret(16), viewer, number)
        self._open[window.id] = window
        while len(self._open) > _REMEMBERED:
            del self._open[next(iter(self._open))]
        return window

    def find(self, identity: str) -> Window | None:
        """The window of that id, if it is known."""
        return self._open.get(identity)
