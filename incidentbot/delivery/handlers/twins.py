"""twins: a message that had to be sent again is seen once; the younger of two is deleted."""

from collections.abc import Callable
from dataclasses import dataclass

from incidentbot.clients.errors import NotYet, Permanent
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import CANNOT_LOOK, find, limits_of_finding
from incidentbot.delivery.task import OneWay, Place, Task
from incidentbot.effects.kinds import KINDS, Repeat, TwinsSwept
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow

# The message itself is still being told: look again then.
LATER = 2.0


@dataclass(frozen=True, slots=True)
class Swept:
    """Which message is left ("" = none was found), and how many were deleted."""

    left: str
    deleted: int


class TwinsHandler(OneWay):
    """Looks a message up once more, some time after it was sent twice; `counted` is told of each that goes."""

    def __init__(self, slack: SlackClient, counted: Callable[[int], None]) -> None:
        self._slack = slack
        self._counted = counted

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What is written of the message; nothing to do where it was given up."""
        sweep = _sweep(row)
        told = tx.effects.told(sweep.effect)
        if told is None or told.outcome in {"parked", "superseded"}:
            return None
        place = Place(sweep.place, sweep.thread)
        limits = (*limits_of_finding(tx.policy.pace, place), pace.of_method(tx.policy.pace, "chat.delete"))
        return Task(row, Repeat.AGAIN, limits, facts={"told": told}, place=place)

    async def send(self, task: Task) -> Swept:
        """Delete all but one: the oldest, which stands where it belongs, or the one that is edited."""
        told = task.facts["told"]
        if not told.finished:
            raise NotYet("the message itself is still being told", LATER)
        try:
            found = await find(self._slack, task.row.team_id, task.place, told.id, told.created_at)
        except Permanent as error:
            if error.code not in CANNOT_LOOK:
                raise
            return Swept("", 0)
        left = _left(told.kind, told.remote_id, found)
        twins = [one for one in found if one.ts != left]
        for twin in twins:
            await self._slack.delete(task.row.team_id, twin.channel, twin.ts)
        return Swept(left, len(twins))

    def record(self, tx: Transaction, task: Task, result: Swept) -> str:
        """The message that is left is the effect's."""
        if result.deleted:
            tx.effects.now_stands_at(_sweep(task.row).effect, result.left)
            self._counted(result.deleted)
        return result.left


def _left(kind: str, recorded: str, found: tuple[Posted, ...]) -> str:
    if not found:
        return ""
    edited = KINDS[kind].coalesces
    return recorded if edited and recorded in {one.ts for one in found} else found[0].ts


def _sweep(row: EffectRow) -> TwinsSwept:
    assert isinstance(row.effect, TwinsSwept)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect
