"""What is common to messages to one person: posted by their id in their language, looked for in our direct channel."""

from collections.abc import Callable, Mapping
from typing import Any

from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.speakers import Speakers
from incidentbot.delivery.task import Place, Task
from incidentbot.domain.policy import Pace
from incidentbot.effects.kinds import Repeat
from incidentbot.languages import speaking
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow


class DirectMessage:
    """Tells one person; the task's facts hold `person`, and `write`, which writes the message."""

    def __init__(self, slack: SlackClient, speakers: Speakers) -> None:
        self._slack = slack
        self._speakers = speakers

    async def send(self, task: Task) -> str:
        """Post it."""
        team_id, person = task.row.team_id, task.facts["person"]
        with speaking(await self._speakers.language_of(team_id, person)):
            message = task.facts["write"]()
        posted = await self._slack.post(team_id, person, message)
        return posted.ts

    async def look_up(self, task: Task) -> str | None:
        """The message that an earlier attempt left in our direct channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0].ts if found else None

    def record(self, _tx: Transaction, _task: Task, result: str) -> str:
        """The message's ts."""
        return result


def direct_task(
    row: EffectRow, limits: Pace, person: str, write: Callable[[], Mapping[str, Any]], **facts: object
) -> Task:
    """The task of a message to `person`, which `write` makes in the language that is spoken then."""
    place = Place(person)
    facts = {"person": person, "write": write, **facts}
    return Task(row, Repeat.LOOK_UP, pace.of_post(limits, person), limits_of_finding(limits, place), facts, place)
