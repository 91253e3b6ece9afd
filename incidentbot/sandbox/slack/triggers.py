"""Trigger ids: what lets an app open a modal, once and for three seconds."""

from dataclasses import dataclass, field

from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import new_secret

LIFETIME = 3.0


@dataclass(slots=True)
class Trigger:
    """Who may be shown a modal until when. `view_id` is the modal in which the person acted, if they did in one.

    With `entity`, an app's own id of a thing, it is that thing's details that may be shown.
    """

    user: str
    team: str
    expires: float
    view_id: str = ""
    used: bool = False
    entity: str = ""


@dataclass(slots=True)
class Triggers:
    """The trigger ids that were given out."""

    _issued: dict[str, Trigger] = field(default_factory=dict)

    def issue(self, user: str, team: str, now: float, *, view_id: str = "", entity: str = "") -> str:
        """A new trigger id for something that person just did."""
        identity = f"{int(now * 1000)}.{len(self._issued) + 1}.{new_secret(32)}"
        self._issued[identity] = Trigger(user, team, now + LIFETIME, view_id, entity=entity)
        return identity

    def team_of(self, identity: str) -> str:
        """Whose trigger id it is; "" where it is none."""
        trigger = self._issued.get(identity)
        return trigger.team if trigger else ""

    def redeem(self, identity: str, team: str, now: float) -> Trigger:
        """Use a trigger id up. SlackError: unknown (or another workspace's), used, or too old."""
        trigger = self._issued.get(identity)
        if trigger is None or trigger.team != team:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if now > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
