"""How the service itself is doing."""

from dataclasses import dataclass

from incidentbot.store import Store


@dataclass(frozen=True, slots=True)
class EffectsSummary:
    """Effects by state, and how many seconds the oldest unfinished one has waited."""

    waiting: int
    in_flight: int
    held: int
    parked: int
    oldest_seconds: float


def effects_summary(store: Store) -> EffectsSummary:
    """What is to be told and has not been, over all workspaces."""
    with store.read("") as tx:
        counts, oldest = tx.effects.counts(tx.now)
    return EffectsSummary(**counts, oldest_seconds=oldest)


@dataclass(frozen=True, slots=True)
class TimersSummary:
    """How many timers are to fire, and how many seconds ago the oldest of them was due."""

    waiting: int
    overdue_seconds: float


def timers_summary(store: Store) -> TimersSummary:
    """The timers of all workspaces."""
    with store.read("") as tx:
        oldest = tx.timers.next_due_at()
        overdue = (tx.now - oldest).total_seconds() if oldest else 0.0
        return TimersSummary(tx.timers.count(), max(overdue, 0.0))


def inbox_lag(store: Store) -> float:
    """How many seconds the oldest stored delivery waits to be folded; being folded is waiting too."""
    with store.read("") as tx:
        oldest = tx.inbox.oldest()
        return (tx.now - oldest).total_seconds() if oldest else 0.0


def inbox_set_aside(store: Store) -> int:
    """How many stored deliveries could not be folded, however often it was tried."""
    with store.read("") as tx:
        return tx.inbox.set_aside()
