"""Claiming: which effects to work on now, decided and leased in one transaction."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from incidentbot import tracing
from incidentbot.crashpoints import crashpoint
from incidentbot.delivery import pace
from incidentbot.delivery.looks import Known, Look, spot_of
from incidentbot.delivery.task import Handler, Place, Task
from incidentbot.domain.job import FIRST_PAUSE
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import CardConfirmed, CardCurrent, JobAnswered, System, TwinsSwept
from incidentbot.effects.next_step import LookUp, Wait, next_step
from incidentbot.languages import ENGLISH, speaking, understood
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import LOOK_AT, EffectRow, Planned, Sort, sort_of
from incidentbot.store.limits import Limit
from incidentbot.usecases.digest import gather

# A message that is sent again is looked for once more after so many settle delays, should both have arrived.
SWEEP_AFTER: Final = 1.2
# A look that met only what is limited is followed by another behind it; so often, the transaction stays short.
MOST_LOOKS: Final = 6
# A message that a look under way will tell of is considered again after so long, and hides nothing meanwhile.
AWAITED: Final = timedelta(seconds=0.5)
# One program that follows incidents has no more than so many calls at once: a slow one keeps nobody else waiting.
ABROAD_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Timings:
    """`settle` is how long after an unclear call began a look-up waits; `lease` how long a claim lasts.

    Where Slack itself answered that it failed, the call is over, and a look-up waits `shown` after that.

    Other processes may leave effects behind without telling us (SQLite has no NOTIFY), so the worker looks at least
    every `look`. NopeSight is first asked how far a job is after `poll`; it is asked what changed every `watch`, and
    open incidents are compared with it every `reconcile`. Slack is waited for at most `introduce` for the language of
    somebody who clicks and is not known yet.
    """

    settle: timedelta = timedelta(seconds=25)
    shown: timedelta = timedelta(seconds=5)
    lease: timedelta = timedelta(seconds=20)
    look: timedelta = timedelta(seconds=0.5)
    poll: timedelta = timedelta(seconds=FIRST_PAUSE)
    watch: timedelta = timedelta(seconds=30)
    reconcile: timedelta = timedelta(minutes=5)
    introduce: timedelta = timedelta(seconds=0.7)

    @property
    def start_within(self) -> float:
        """Within so many seconds after a lease began its call must be on its way, to end before the lease does."""
        return self.lease.total_seconds() * 0.4

    def lasting(self, longest: timedelta) -> "Timings":
        """The same for calls of which the last is begun, and the longest takes, up to `longest`."""
        return replace(self, lease=max(self.lease, longest * 2.5))


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that is ours until the lease runs out; `looks_up` first, where an earlier attempt may have arrived.

    `language` is what it is said in; `look` is the look at a channel that it needs for that, if it does.
    """

    task: Task
    lease: str
    looks_up: bool
    language: str = ENGLISH
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What was claimed, and when there may be more without anything happening.

    Where something is `limited` much may wait for that, and a look is better begun by asking whether it is of use.
    `again`: there may be more now, since there was more than was claimed, or what went made room for what follows it.
    """

    claims: tuple[Claim, ...]
    next_at: datetime | None
    now: datetime
    limited: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a claim leaves alone: of the teams in `quotas` more of Slack's than these allow; sorts that asked `in_vain`.

    `abroad` is how many calls each program that follows incidents is being made by us; `known` is what needs no look.
    """

    quotas: Mapping[str, int] = field(default_factory=dict)
    in_vain: Collection[Sort] = ()
    abroad: Mapping[str, int] = field(default_factory=dict)
    known: Known = field(default_factory=Known)


# The sorts whose methods let nothing through, and until when: a limit in force never ends sooner.
Limited = dict[Sort, datetime]


def claim(
    store: Store,
    handlers: Mapping[str, Handler],
    timings: Timings,
    most: int,
    bounds: Bounds | None = None,
    suspects: list[EffectRow] | None = None,
    limited: Limited | None = None,
) -> Claims:
    """Claim up to `most` effects within `bounds`, worst first.

    Where a handler fails at an effect nothing is claimed, and the effect is added to `suspects`. What is found to be
    limited is added to `limited`, and left alone by the next look.
    """
    limited = {} if limited is None else limited
    bounds = bounds or Bounds()
    with store.begin("") as tx:
        suspects = [] if suspects is None else suspects
        round_ = _Round(tx, handlers, timings, most, bounds, suspects, limited)
        round_.look(bounds.in_vain)
        ahead = tx.effects.ahead(tx.now)
        waits = [*round_.limited_until, *((ahead.next_at,) if ahead.next_at else ())]
        claims = Claims(tuple(round_.claims), min(waits, default=None), tx.now, ahead.limited, round_.again)
    if claims.claims:
        crashpoint("effect_claimed")
    return claims


def nothing_to_do(store: Store, quotas: Mapping[str, int], limited: Mapping[Sort, datetime]) -> Claims | None:
    """When to look again, where neither `fold` nor `claim` would find anything now; else None. Holds up no writer."""
    with store.read("") as tx:
        silent = [team for team, quota in quotas.items() if quota <= 0]
        shut = _in_force(limited, tx.now)
        if tx.inbox.oldest() or tx.effects.any_due(tx.now, shut=shut, silent=silent):
            return None
        ahead = tx.effects.ahead(tx.now)
        return Claims((), ahead.next_at, tx.now, ahead.limited)


def _in_force(limited: Mapping[Sort, datetime], now: datetime) -> set[Sort]:
    return {sort for sort, until in limited.items() if until > now}


def follower(row: EffectRow) -> str:
    """The program that follows incidents which the row is for, or ""."""
    return row.target if row.effect.system is System.SUBSCRIBER else ""


class _Round:
    """One look at what is due, in one transaction."""

    def __init__(
        self,
        tx: Transaction,
        handlers: Mapping[str, Handler],
        timings: Timings,
        most: int,
        bounds: Bounds,
        suspects: list[EffectRow],
        limited: Limited,
    ) -> None:
        self._tx = tx
        self._handlers = handlers
        self._timings = timings
        self._most = most
        self._quotas = dict(bounds.quotas)
        self._suspects = suspects
        self._limits = limited
        self._abroad = Counter(bounds.abroad)
        self._known = bounds.known
        self._looked_at = set(bounds.known.under_way)
        self._shut = _in_force(limited, tx.now)
        self._gathering: set[tuple[str, str]] = set()
        self.claims: list[Claim] = []
        self.limited_until: list[datetime] = []
        self.again = False

    def look(self, in_vain: Collection[Sort]) -> None:
        """Claim what may go. Sorts found to be limited are left out of the next look, so that they hide nothing."""
        now = self._tx.now
        self._shut.update(in_vain)
        for _ in range(MOST_LOOKS):
            silent = [team for team, quota in self._quotas.items() if quota <= 0]
            rows = self._tx.effects.due(now, shut=self._shut, silent=silent)
            if self._gathered(rows):
                continue  # a digest goes before the cards that it shows
            for row in rows:
                self._consider(row)
                if len(self.claims) >= self._most:
                    self.again = True
                    return
            if len(rows) < LOOK_AT:
                return
        self.again = self.again or bool(self.claims)

    def _gathered(self, rows: Sequence[EffectRow]) -> bool:
        """Whether a digest was planned for a channel in which these cards would wait long."""
        posts = [row for row in rows if row.effect.kind == CardCurrent.kind and row.target]
        planned = False
        for (team, target), cards in Counter((row.team_id, row.target) for row in posts).items():
            if cards > 1 and (team, target) not in self._gathering:
                self._gathering.add((team, target))
                tx = self._tx.of(team)
                planned = gather(tx, pace.of_post(tx.policy.pace, target)[0], target) or planned
        return planned

    def _consider(self, row: EffectRow) -> None:
        slacks = row.effect.system is System.SLACK
        if sort_of(row) in self._shut or (slacks and self._quotas.get(row.team_id, 1) <= 0):
            return
        if self._abroad[follower(row)] >= ABROAD_AT_ONCE:
            self._shut.add(sort_of(row))
            return
        taken = self._take(self._tx.of(row.team_id), row)
        if taken is None:
            return
        self.claims.append(taken)
        self._abroad.update([follower(row)] if follower(row) else ())
        if slacks and row.team_id in self._quotas:
            self._quotas[row.team_id] -= 1

    def _take(self, tx: Transaction, row: EffectRow) -> Claim | None:
        lease = uuid4().hex
        language = language_for(tx, row)
        try:
            with speaking(language), tracing.resumed(row.traceparent):
                task = self._handlers[row.effect.kind].prepare(tx, row)
        except Exception:
            self._suspects.append(row)
            raise
        if task is None:
            tx.effects.lease(row, lease, tx.now + self._timings.lease, begun=None)
            tx.effects.finish(row.id, lease, "superseded", tx.now)
            self.again = True  # the next of its lane may go
            return None
        step = next_step(task.repeat, row.attempt_started_at, tx.now, self._timings.settle)
        if isinstance(step, Wait):
            tx.effects.settle_until(row, step.until)
            return None
        looks_up = isinstance(step, LookUp)
        look = self._look(tx, row, task) if looks_up else None
        if look and look.seen is None and look.spot in self._looked_at:
            tx.effects.settle_until(row, tx.now + AWAITED)  # what is seen there will do for this one, too
            return None
        limits = _needed(task, look) if looks_up else task.limits
        free_at = tx.limits.reserve(limits, tx.now)
        if free_at:
            self._limited(tx, row, limits, free_at)
            return None
        if row.attempt_started_at and not looks_up:
            confirm_later(tx, row, self._confirmed_at(tx.now, row.attempt_started_at))
        until = tx.now + self._timings.lasting(task.longest).lease
        tx.effects.lease(row, lease, until, begun=None if looks_up else tx.now)
        if look and look.seen is None:
            self._looked_at.add(look.spot)
        return Claim(task, lease, looks_up, language, look)

    def _look(self, tx: Transaction, row: EffectRow, task: Task) -> Look | None:
        """The look at a channel by which it is found out whether the message of `row` came."""
        spot = spot_of(row.team_id, task.place)
        if spot is None or row.attempt_started_at is None:
            return None
        return Look(spot, tx.now, self._known.answer(spot, row, row.attempt_started_at + self._timings.settle))

    def _confirmed_at(self, now: datetime, begun: datetime) -> datetime:
        """When a call begun then is over; one whose owner vanished may be stopped, and be made when it goes on."""
        settle = self._timings.settle
        return now + settle * SWEEP_AFTER if now - begun >= self._timings.lease else begun + settle

    def _limited(self, tx: Transaction, row: EffectRow, limits: Sequence[Limit], free_at: datetime) -> None:
        """Where it is not only the row's own channel that waits, all of its sort do."""
        self.limited_until.append(free_at)
        shared = [limit.key for limit in limits if not pace.is_channel(limit.key)]
        until = tx.limits.waits_until(shared, tx.now)
        if until:
            self._limits[sort_of(row)] = until
            self._shut.add(sort_of(row))


def _needed(task: Task, look: Look | None) -> Sequence[Limit]:
    """The limits of a look-up; what was seen before needs no call."""
    known = look is not None and look.seen is not None
    saved = {pace.method_key("conversations.history")} if known else set()
    return [limit for limit in task.look_up_limits if limit.key not in saved]


def language_for(tx: Transaction, row: EffectRow) -> str:
    """What one person alone sees is said in their language, as far as it is known, all else in the workspace's."""
    person = _only_reader(tx, row)
    known = tx.people.get(person) if person else None
    return understood(known.locale) if known and known.locale else tx.policy.language_in(row.team_id)


def _only_reader(tx: Transaction, row: EffectRow) -> str:
    effect = row.effect
    if isinstance(effect, JobAnswered):
        job = tx.jobs.get(effect.job)
        return job.actor.id if job else ""
    return str(getattr(effect, "person", ""))


def begin_again(store: Store, one: Claim, timings: Timings) -> bool | datetime:
    """A look-up found nothing: mark that the call is about to be made. False: the lease is lost; a time: limited."""
    row, place = one.task.row, one.task.place
    with store.begin(row.team_id) as tx:
        if not tx.effects.holds(row.id, one.lease):
            return False
        free_at = tx.limits.reserve(one.task.limits, tx.now)
        if free_at:
            tx.effects.postpone(row.id, one.lease, free_at, uncertain=False, problem="")
            return free_at
        tx.effects.lease(row, one.lease, tx.now + timings.lasting(one.task.longest).lease, begun=tx.now)
        if place.target:
            sweep_later(tx, row, place, tx.now + timings.settle * SWEEP_AFTER)
    return True


def confirm_later(tx: Transaction, row: EffectRow, due_at: datetime) -> None:
    """An earlier call of `row` may still be on its way; where it could undo what comes after it, do that once more.

    Only a card's edits overwrite one another: a late one would show an old state as the present one.
    """
    if row.effect.kind != CardCurrent.kind or due_at <= tx.now:
        return
    lane = f"{CardConfirmed.kind}:{row.incident}"
    confirmed = CardConfirmed(row.incident, tx.effects.next_seq(lane))
    tx.effects.add([Planned(confirmed, Severity.LOW, "", waits=False, due_at=due_at)], tx.now)


def sweep_later(tx: Transaction, row: EffectRow, place: Place, due_at: datetime) -> None:
    """The message of `row` may come to stand twice in `place`: look for that at `due_at`."""
    lane = f"{TwinsSwept.kind}:{row.id}"
    sweep = TwinsSwept(row.incident, tx.effects.next_seq(lane), row.id, place.target, place.thread_ts)
    tx.effects.add([Planned(sweep, Severity.LOW, "", waits=False, due_at=due_at)], tx.now)
