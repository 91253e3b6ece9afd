"""What the Home tab tells one person, as facts."""

from dataclasses import dataclass
from datetime import datetime

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.preferences import UNLESS_SAID, Preferences


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """The incidents that matter to `person`.

    `mine` are the unresolved ones that are assigned to them, that they acknowledged or were invited to; `others` the
    rest of the unresolved, of which there are `total` in all; both the worst first. `resolved` ended after `since`,
    the visit before this one (None: it is the first). `preferences` are what they want to be told directly.
    `items` are open action items that are assigned to them, of `items_total`, the soonest due first.
    """

    person: str
    mine: tuple[Incident, ...] = ()
    others: tuple[Incident, ...] = ()
    total: int = 0
    resolved: tuple[Incident, ...] = ()
    since: datetime | None = None
    preferences: Preferences = UNLESS_SAID
    items: tuple[tuple[Incident, ActionItem], ...] = ()
    items_total: int = 0

    def changed(self, incident: Incident) -> bool:
        """Whether `incident` is new, or was moved, since the visit before."""
        return self.since is not None and incident.state_since > self.since

    @property
    def open(self) -> int:
        """How many of those that are shown nobody has acknowledged."""
        return sum(one.state is State.OPEN for one in (*self.mine, *self.others))
