"""What is common to messages to one person: posted by their id, looked for in our direct channel."""

from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.task import Place, Task
from incidentbot.domain.policy import Pace
from incidentbot.effects.kinds import Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow


class DirectMessage:
    """Tells one person; the task's facts hold `person` and `message`."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    async def send(self, task: Task) -> str:
        """Post it."""
        posted = await self._slack.post(task.row.team_id, task.facts["person"], task.facts["message"])
        return posted.ts

    async def look_up(self, task: Task) -> str | None:
        """The message that an earlier attempt left in our direct channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0].ts if found else None

    def record(self, _tx: Transaction, _task: Task, result: str) -> str:
        """The message's ts."""
        return result


def direct_task(row: EffectRow, limits: Pace, person: str, facts: dict[str, object]) -> Task:
    """The task of a message to `person`."""
    place = Place(person)
    facts = {"person": person, **facts}
    return Task(row, Repeat.LOOK_UP, pace.of_post(limits, person), limits_of_finding(limits, place), facts, place)
