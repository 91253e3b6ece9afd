"""What listeners may do towards Slack besides acknowledging: answer the one person who asked, and nobody else.

What others see is an effect. These answers are not stored: lost ones are not sent again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from incidentbot.domain.monitoring import CiRef
from incidentbot.render.message import Message


class Answerer(Protocol):
    """Answers to the person who is being served. Nothing here raises for what Slack or NopeSight does."""

    async def open_view(self, team_id: str, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a modal; its id, "" where it was too late (a trigger lives 3 s) or Slack did not take it."""
        ...

    async def update_view(self, team_id: str, view_id: str, view: Mapping[str, Any]) -> None:
        """Show `view` in place of the open one with this id."""
        ...

    async def respond(self, response_url: str, message: Message) -> None:
        """Tell the person who clicked or typed, visible to them alone; the message they clicked on stays."""
        ...

    async def replace(self, response_url: str, message: Message) -> None:
        """Put `message` in place of the one that the person clicked on, which only they see."""
        ...

    async def answer_ephemeral(
        self, team_id: str, channel: str, user: str, message: Message, thread_ts: str = ""
    ) -> None:
        """Tell `user` in `channel` (in a thread, if given), visible to them alone."""
        ...

    async def find_person(self, team_id: str, name: str) -> str:
        """The id of the member whose handle or display name is `name`, "" where there is not exactly one."""
        ...

    async def search_cis(self, team_id: str, text: str) -> Sequence[CiRef]:
        """Configuration items whose names match `text`, the best first; the first ones where `text` is empty."""
        ...
