"""One use of a slash command: who asked, and what it takes to serve them."""

from dataclasses import dataclass

from incidentbot.domain.refusals import PersonUnknown
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.typed_text import PersonTyped
from incidentbot.usecases import Cause


@dataclass(frozen=True, slots=True)
class SlashRequest:
    """What a slash command is served with."""

    parts: SlackParts
    asker: Asker
    trigger_id: str

    @property
    def cause(self) -> Cause:
        """The cause of whatever the command changes."""
        return self.asker.cause(f"trigger:{self.trigger_id}", "slash_command")

    async def person_id(self, typed: PersonTyped) -> str | PersonUnknown:
        """The member that was typed. A mention carries the id; only a name has to be looked up."""
        if typed.id:
            return typed.id
        found = await self.parts.answerer.find_person(self.asker.team_id, typed.name) if typed.name else ""
        return found or PersonUnknown(typed.name[:80])
