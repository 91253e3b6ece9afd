"""card_confirmed: after an edit of unknown fate the card is edited once more."""

from incidentbot.delivery.task import OneWay, Task
from incidentbot.effects.kinds import Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.confirm_card import confirm_card


class CardConfirmedHandler(OneWay):
    """Our own bookkeeping: the edit is an effect in the card's own lane."""

    def prepare(self, _tx: Transaction, row: EffectRow) -> Task:
        """Always to be done."""
        return Task(row, Repeat.AGAIN)

    async def send(self, _task: Task) -> None:
        """Nobody outside."""

    def record(self, tx: Transaction, task: Task, _result: None) -> str:
        """Plan the edit."""
        confirm_card(tx, task.row.incident)
        return ""
