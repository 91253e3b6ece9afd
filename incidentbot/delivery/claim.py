"""Claiming: which effects to work on now, decided and leased in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from incidentbot.crashpoints import crashpoint
from incidentbot.delivery.task import Handler, Task
from incidentbot.effects.next_step import LookUp, Wait, next_step
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import EffectRow


@dataclass(frozen=True, slots=True)
class Timings:
    """`settle` is how long after an unclear result a look-up waits; `lease` how long a claim lasts.

    Other processes may leave effects behind without telling us (SQLite has no NOTIFY), so the worker looks at least
    every `look`.
    """

    settle: timedelta = timedelta(seconds=25)
    lease: timedelta = timedelta(seconds=20)
    look: timedelta = timedelta(seconds=0.5)

    @property
    def start_within(self) -> float:
        """Within so many seconds after a lease began its call must be on its way, to end before the lease does."""
        return self.lease.total_seconds() * 0.4


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that is ours until the lease runs out; `looks_up` first, where an earlier attempt may have arrived."""

    task: Task
    lease: str
    looks_up: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """What was claimed, and when there may be more without anything happening."""

    claims: tuple[Claim, ...]
    next_at: datetime | None
    now: datetime


def claim(store: Store, handlers: Mapping[str, Handler], timings: Timings, most: int) -> Claims:
    """Claim up to `most` effects, worst first."""
    claims: list[Claim] = []
    limited_until: list[datetime] = []
    with store.begin("") as tx:
        now = tx.now
        for row in tx.effects.due(now):
            if len(claims) >= most:
                break
            taken = _take(tx.of(row.team_id), row, handlers[row.effect.kind], timings, limited_until)
            if taken:
                claims.append(taken)
        next_at = None if claims else min([*limited_until, *_later(tx, now)], default=None)
    if claims:
        crashpoint("effect_claimed")
    return Claims(tuple(claims), next_at, now)


def _later(tx: Transaction, now: datetime) -> list[datetime]:
    next_at = tx.effects.next_due_at(now)
    return [next_at] if next_at else []


def _take(
    tx: Transaction, row: EffectRow, handler: Handler, timings: Timings, limited_until: list[datetime]
) -> Claim | None:
    lease = uuid4().hex
    task = handler.prepare(tx, row)
    if task is None:
        tx.effects.lease(row, lease, tx.now + timings.lease, begun=None)
        tx.effects.finish(row.id, lease, "superseded", tx.now)
        return None
    step = next_step(task.repeat, row.attempt_started_at, tx.now, timings.settle)
    if isinstance(step, Wait):
        tx.effects.settle_until(row, step.until)
        return None
    looks_up = isinstance(step, LookUp)
    free_at = tx.limits.reserve(task.look_up_limits if looks_up else task.limits, tx.now)
    if free_at:
        limited_until.append(free_at)
        return None
    tx.effects.lease(row, lease, tx.now + timings.lease, begun=None if looks_up else tx.now)
    return Claim(task, lease, looks_up)


def begin_again(store: Store, one: Claim, timings: Timings) -> bool | datetime:
    """A look-up found nothing: mark that the call is about to be made. False: the lease is lost; a time: limited."""
    row = one.task.row
    with store.begin(row.team_id) as tx:
        if not tx.effects.holds(row.id, one.lease):
            return False
        free_at = tx.limits.reserve(one.task.limits, tx.now)
        if free_at:
            tx.effects.postpone(row.id, one.lease, free_at, uncertain=False, problem="")
            return free_at
        tx.effects.lease(row, one.lease, tx.now + timings.lease, begun=tx.now)
    return True
