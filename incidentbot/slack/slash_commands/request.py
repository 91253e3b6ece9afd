"""One use of a slash command: who asked, and what it takes to serve them."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from incidentbot.domain.on_call import the_one
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NotPermitted, PersonUnknown
from incidentbot.queries.on_call import on_call_by
from incidentbot.queries.people import nearest_person
from incidentbot.render.message import Message
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.typed_text import PersonTyped
from incidentbot.slack.ways_in import First, turned_away
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

    async def not_permitted(self, right: Right) -> NotPermitted | None:
        """Why the person may not type this; None where they may."""
        return await turned_away(self.parts, self.asker, self.trigger_id, First(right, "slash_command"))

    def answer_later(self, work: Coroutine[Any, Any, Message]) -> None:
        """Answer with what `work` comes to, once the command is acknowledged: it may take longer than Slack waits."""
        self.parts.tasks.start(self._answered(work))

    async def _answered(self, work: Coroutine[Any, Any, Message]) -> None:
        message = await work
        if self.asker.response_url:
            await self.parts.answerer.respond(self.asker.response_url, message)

    async def person_id(self, typed: PersonTyped) -> str | PersonUnknown:
        """The member that was typed, or who is on call by that name. A mention carries the id of a member."""
        if typed.id:
            return typed.id
        duty = await self.parts.store.ask(on_call_by, self.asker.team_id, typed.name) if typed.name else None
        if duty is not None:
            return the_one(duty, f"@{typed.name}", "assignee")
        found = await self._called(typed.name)
        if found:
            return found
        near = await self.parts.store.ask(nearest_person, self.asker.team_id, typed.name[:80])
        return PersonUnknown(typed.name[:80], nearest=near)

    async def _called(self, name: str) -> str:
        """The id of the member called `name`; "" where nobody is, or Slack does not say so in time."""
        try:
            async with asyncio.timeout(self.parts.look_up_seconds):
                return await self.parts.answerer.find_person(self.asker.team_id, name) if name else ""
        except TimeoutError:
            return ""
