"""Whose eyes the page is seen with."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from incidentbot.sandbox.slack.model import Conversation, Kind, Message
from incidentbot.sandbox.slack.seats import Seat
from incidentbot.sandbox.slack.workspace import Workspace
from incidentbot.sandbox.world import Person, UserGroup


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person of a workspace, and what that person may see of it."""

    workspace: Workspace
    person: Person

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return ZoneInfo(self.person.tz)

    @property
    def seat(self) -> Seat:
        """What the person has open."""
        return self.workspace.seat(self.person.id)

    @property
    def app(self) -> Person:
        """The app's own account."""
        return self.workspace.people[self.workspace.installation.bot_user_id]

    def sees(self, conversation: Conversation) -> bool:
        """Whether the conversation is there for this person: a public channel, or one that they are in."""
        if conversation.deleted:
            return False
        return conversation.kind is Kind.PUBLIC or self.person.id in conversation.members

    def conversation(self, identity: str) -> Conversation | None:
        """The conversation of that id or name, if this person sees it."""
        try:
            found = self.workspace.channel(identity)
        except KeyError:
            return None
        return found if self.sees(found) else None

    def direct(self) -> Conversation | None:
        """The direct messages with the app, once there are any."""
        for one in self.workspace.conversations.values():
            if one.kind is Kind.IM and one.user == self.person.id:
                return one
        return None

    def groups(self) -> list[UserGroup]:
        """The user groups that the person is in."""
        return [group for group in self.workspace.groups.values() if self.person.id in group.members]

    def is_called(self, message: Message) -> bool:
        """Whether the message mentions this person, a group of theirs, or everybody."""
        text = message.content.text
        called = (f"<@{self.person.id}", "<!here", "<!channel", "<!everyone")
        groups = tuple(f"<!subteam^{group.id}" for group in self.groups())
        return any(word in text for word in (*called, *groups))
