"""links: events that were only counted are told in one entry."""

from incidentbot.delivery.task import OneWay, Task
from incidentbot.effects.kinds import Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.tell_links import tell_links


class LinksHandler(OneWay):
    """Our own bookkeeping: no call at all."""

    def prepare(self, _tx: Transaction, row: EffectRow) -> Task:
        """Always to be done."""
        return Task(row, Repeat.AGAIN)

    async def send(self, _task: Task) -> None:
        """Nobody outside."""

    def record(self, tx: Transaction, task: Task, _result: None) -> str:
        """Write the entry."""
        tell_links(tx, task.row.incident)
        return ""
