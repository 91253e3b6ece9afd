"""maintenance, flapping and events: our own bookkeeping when its time has come, no call at all."""

from collections.abc import Callable

from incidentbot.delivery.task import OneWay, Task
from incidentbot.effects.kinds import ActionDue, MaintenanceOver, Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.action import action_is_due
from incidentbot.usecases.flapping import quiet_down
from incidentbot.usecases.maintenance import time_is_up
from incidentbot.usecases.tell_event import tell_events


class Bookkeeping(OneWay):
    """Does `work` with the number that the effect carries, in the transaction that ends the effect."""

    def __init__(self, work: Callable[[Transaction, int], None]) -> None:
        self._work = work

    def prepare(self, _tx: Transaction, row: EffectRow) -> Task:
        """Always to be done."""
        return Task(row, Repeat.AGAIN)

    async def send(self, _task: Task) -> None:
        """Nobody outside."""

    def record(self, tx: Transaction, task: Task, _result: None) -> str:
        """Do it."""
        effect = task.row.effect
        self._work(tx, effect.order if isinstance(effect, MaintenanceOver) else effect.incident)
        return ""


class ActionDueHandler(Bookkeeping):
    """Reminds of an action item, which is named by its incident and its number there."""

    def __init__(self) -> None:
        """Needs nothing but the transaction."""

    def record(self, tx: Transaction, task: Task, _result: None) -> str:
        """Remind of it, if it is open still."""
        effect = task.row.effect
        assert isinstance(effect, ActionDue)  # noqa: S101 - the worker hands each kind to its handler
        action_is_due(tx, effect.incident, effect.item)
        return ""


def maintenance_handler() -> Bookkeeping:
    """Ends windows whose time is up."""
    return Bookkeeping(time_is_up)


def events_handler() -> Bookkeeping:
    """Tells where the events of an incident stand."""
    return Bookkeeping(tell_events)


def flapping_handler() -> Bookkeeping:
    """Tells that an incident is quiet again."""
    return Bookkeeping(quiet_down)
