"""What a handler of one kind of effect offers to the worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Protocol, runtime_checkable

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.effects.kinds import Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.limits import Limit


@dataclass(frozen=True, slots=True)
class Place:
    """A channel (id or name) or a person, and the thread there; an empty `target` is nowhere."""

    target: str
    thread_ts: str = ""


NOWHERE: Final = Place("")
_PEOPLE: Final = ("U", "W")


def is_person(target: str) -> bool:
    """Whether a target is somebody's id, and not a channel's."""
    return target.startswith(_PEOPLE)


@dataclass(frozen=True, slots=True)
class Task:
    """A call about to be made, from what the database says now. `facts` are the handler's own.

    `repeat` says what to do if an earlier attempt's outcome is unknown; `limits` are taken for a send,
    `look_up_limits` for a look-up. `place` is where its message stands, if it is one. `longest` is how long one of its
    calls may take, where that is longer than usual: the lease lasts accordingly.
    """

    row: EffectRow
    repeat: Repeat
    limits: tuple[Limit, ...] = ()
    look_up_limits: tuple[Limit, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    place: Place = NOWHERE
    longest: timedelta = timedelta()


class AfterRefusal(StrEnum):
    """What becomes of an effect whose call can never succeed as it is."""

    PARKED = "parked"  # it stays, with its reason, until a person replays it
    REPLANNED = "replanned"  # something else was planned in its stead
    AGAIN = "again"  # what stood in its way was put right: it keeps its place and is tried again


class Handler(Protocol):
    """One kind of effect. `prepare`, `record` and `refused` run in a transaction, the others only on the network."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The call to make, or None where there is nothing left to do."""

    async def send(self, task: Task) -> Any:
        """Make the call; what it taught goes to `record`. Raises a ClientError."""

    async def look_up(self, task: Task) -> Any:
        """What an earlier attempt left on the other side, or None where it left nothing."""

    def record(self, tx: Transaction, task: Task, result: Any) -> str:
        """Note what was learnt; the remote id of what now stands there, or ""."""

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """The call can never succeed: do what can be done about that, and say what becomes of the effect."""


@runtime_checkable
class TellsDelay(Protocol):
    """A handler whose effect people should hear of when it takes long."""

    def delayed(self, tx: Transaction, task: Task, error: ClientError) -> None:
        """It did not succeed this time either, and has waited for longer than `show_lag_after`."""


class OneWay:
    """What is common to handlers whose calls may simply be repeated, and whose refusal nobody has to hear of."""

    async def look_up(self, _task: Task) -> Any:
        """Nothing: such calls are repeated."""
        return None

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """Nothing else to be done."""
        return AfterRefusal.PARKED
