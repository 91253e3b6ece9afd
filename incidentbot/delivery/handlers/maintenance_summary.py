"""maintenance_summary: the alerts channel is told what a maintenance window kept silent."""

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import payload
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.effects.kinds import Repeat
from incidentbot.render import ids
from incidentbot.render.maintenance import summary
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow


class MaintenanceSummaryHandler:
    """Posts it once."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What was kept silent, as counted."""
        window = tx.maintenance.get(row.effect.order)
        if window is None:
            return None
        place = Place(row.target)
        facts = {"message": summary(window), "window": window.number}
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, row.target), looked_up, facts, place)

    async def send(self, task: Task) -> str:
        """Post it."""
        message = payload(task.facts["message"], ids.META_MAINTENANCE, {"window": task.facts["window"]}, task.row.id)
        return (await self._slack.post(task.row.team_id, task.place.target, message)).ts

    async def look_up(self, task: Task) -> str | None:
        """The message that an earlier attempt left."""
        found = await find(self._slack, task.row.team_id, task.place, task.row.id, task.row.created_at)
        return found[0].ts if found else None

    def record(self, _tx: Transaction, _task: Task, result: str) -> str:
        """The message's ts."""
        return result

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """Nothing in its stead."""
        return AfterRefusal.PARKED
