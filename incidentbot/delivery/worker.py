"""The worker: folds what came in, claims what is due, and makes the calls, many lanes at a time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import structlog

from incidentbot import tracing
from incidentbot.clients.errors import ClientError, NotYet, Permanent, Retryable, Uncertain
from incidentbot.clients.fence import fenced
from incidentbot.crashpoints import crashpoint
from incidentbot.delivery import record
from incidentbot.delivery.circuits import Circuits
from incidentbot.delivery.claim import (
    Bounds,
    Claim,
    Claims,
    Limited,
    Timings,
    begin_again,
    claim,
    follower,
    nothing_to_do,
)
from incidentbot.delivery.finding import CANNOT_LOOK
from incidentbot.delivery.looks import Looks, looking
from incidentbot.delivery.task import Handler
from incidentbot.effects.kinds import System
from incidentbot.effects.next_step import REFUSED_LIMIT
from incidentbot.languages import speaking
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.effects import EffectRow, sort_of
from incidentbot.usecases.fold import Folded, Reader, fold

log = structlog.get_logger(__name__)

AT_ONCE: Final = 32
DATABASE_RETRY: Final = 1.0
# Who clicks goes first, but what others wait for is not held up longer than this by those who click.
GIVE_WAY: Final = 0.05
# Where a limit is in force, a look that found nothing is followed by a rest of so many times its length, at most as
# long as giving way: the more there is that waits for a limit, the longer looks take, and every commit asks for one.
REST: Final = 2.0


class Worker:
    """Delivers effects until stopped. Several may work on one PostgreSQL. `on_sent` hears the kind of what was told."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler],
        readers: Mapping[str, Reader],
        timings: Timings,
        on_sent: Callable[[str], None] = lambda _kind: None,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._readers = readers
        self._timings = timings
        self._on_sent = on_sent
        self._wake = asyncio.Event()
        self._running: dict[asyncio.Task[None], Claim] = {}
        self._circuits = Circuits()
        self._looks = Looks()
        self._limited: Limited = {}
        self._asks_first = False
        self._suspects: list[EffectRow] = []
        self._stopping = False

    def wake(self) -> None:
        """There is something to do; call it in the worker's event loop."""
        self._wake.set()

    async def run(self) -> None:
        """Work until `stop`."""
        loop = asyncio.get_running_loop()
        self._store.on_effects(lambda: _call(loop, self._wake.set))
        wait = 0.0
        while not self._stopping:
            await self._store.precedence.give_way(GIVE_WAY)
            expects = self._wake.is_set() or wait <= 0
            self._wake.clear()
            began = _moment()
            try:
                wait = await self._round(expects=expects)
            except DatabaseUnavailable as error:
                log.warning("database.unavailable", reason=str(error))
                wait = DATABASE_RETRY
            except Exception as error:
                log.exception("worker.round_failed", effects=[row.id for row in self._suspects])
                wait = await self._put_aside(type(error).__name__)
            await self._rest(wait, min(GIVE_WAY, REST * (_moment() - began)) if self._asks_first else 0.0)

    async def stop(self, grace: float = 8.0) -> None:
        """Claim no more, let calls in flight end for `grace` seconds, cut the rest and give it back uncertain."""
        self._stopping = True
        self._wake.set()
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        cut = dict(self._running)
        for task in cut:
            task.cancel()
        if cut:
            await asyncio.wait(cut)
            await self._store.run(_give_back, [one.lease for one in cut.values()])

    async def _put_aside(self, problem: str) -> float:
        """Where the failure was about one effect, that one is tried later, and the others go on at once."""
        suspects, self._suspects = self._suspects, []
        try:
            for row in suspects:
                await self._store.run(record.unpreparable, row, problem)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        return 0.0 if suspects else DATABASE_RETRY

    async def _round(self, *, expects: bool) -> float:
        """One look at inbox and effects; answers how long to rest if nobody wakes us.

        Who does not expect to find anything, or is limited, asks first whether there is: that costs a tenth.
        """
        in_vain = self._circuits.in_vain()
        if (self._asks_first or not expects) and not in_vain:
            nothing = await self._store.ask(nothing_to_do, self._quotas(), self._limited)
            if nothing:
                self._asks_first = nothing.limited
                return self._until_next(nothing)
        asked_at, bounds = _moment(), Bounds(self._quotas(), in_vain, self._abroad(), self._looks.known())
        folded, claims = await self._store.run(self._look, AT_ONCE - len(self._running), bounds)
        if claims is None:
            return 0.0 if folded.more else self._timings.look.total_seconds()
        self._asks_first = claims.limited
        for one in claims.claims:
            self._start(one, asked_at)
        others = any(bounds.quotas.values()) and in_vain and not any(map(_is_slacks, claims.claims))
        if others:
            self._circuits.nobody_else()
        return 0.0 if folded.more or claims.again or others else self._until_next(claims)

    def _look(self, store: Store, free: int, bounds: Bounds) -> tuple[Folded, Claims | None]:
        """In a writer thread: fold, then claim up to `free` effects; None where nothing is free.

        Folding waits for no disk: claiming does, and a power cut between the two leaves the delivery to be folded.
        """
        with store.database.lasting_with_the_next():
            folded = fold(store, self._readers)
        if not free:
            return folded, None
        return folded, claim(store, self._handlers, self._timings, free, bounds, self._suspects, self._limited)

    def _quotas(self) -> dict[str, int]:
        in_flight = Counter(one.task.row.team_id for one in self._running.values() if _is_slacks(one))
        return self._circuits.quotas(_moment(), in_flight)

    def _abroad(self) -> Counter[str]:
        return Counter(name for one in self._running.values() if (name := follower(one.task.row)))

    def _until_next(self, found: Claims) -> float:
        waits = [self._timings.look.total_seconds(), self._circuits.rest(_moment())]
        if found.next_at is not None:
            waits.append(max(0.0, (found.next_at - found.now).total_seconds()))
        return min(wait for wait in waits if wait is not None)

    async def _rest(self, seconds: float, at_least: float) -> None:
        """Until somebody wakes us, or `seconds` have passed."""
        if seconds <= 0 or self._stopping:
            await asyncio.sleep(0)
            return
        # A wake-up meanwhile is not lost: it ends the wait below.
        await asyncio.sleep(min(seconds, at_least))
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    def _start(self, one: Claim, asked_at: float) -> None:
        task = asyncio.get_running_loop().create_task(self._work(one, asked_at))
        self._running[task] = one
        if one.look:
            self._looks.begin(one.look)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._wake.set()

    async def _work(self, one: Claim, asked_at: float) -> None:
        """One effect, to whatever end; nothing leaves but a cancellation."""
        row = one.task.row
        handler = self._handlers[row.effect.kind]
        facts: dict[str, Any] = {"effect": row.id, "kind": row.effect.kind, "team": row.team_id}
        with tracing.begun(f"effect {row.effect.kind}", "consumer", row.traceparent):
            tracing.note(effect=row.id, kind=row.effect.kind, team=row.team_id, attempt=row.attempts + 1)
            tracing.past("claim", _moment() - asked_at)
            await self._survived(one, handler, asked_at, facts)

    async def _survived(self, one: Claim, handler: Handler, asked_at: float, facts: Mapping[str, Any]) -> None:
        """One attempt, whatever it comes to."""
        try:
            with speaking(one.language):
                await self._attempt(one, handler, asked_at, facts)
        except DatabaseUnavailable as error:
            # The lease runs out by itself, and what was begun is looked up then.
            log.warning("effect.unrecorded", reason=str(error), **facts)
        except Exception as error:
            log.exception("effect.broken", **facts)
            await self._broken(one, type(error).__name__, facts)

    async def _attempt(self, one: Claim, handler: Handler, asked_at: float, facts: Mapping[str, Any]) -> None:
        """One attempt, recorded; `asked_at` is from before the lease was taken, so that a pause at any place counts."""
        tries, may = one.task.row.attempts + 1, True
        try:
            result = await self._looked_up(one, handler, asked_at) if one.looks_up else None
            if result is None and one.looks_up:
                # From here on it is a call like any other: what becomes of it says nothing of the look-up.
                one, asked_at = replace(one, looks_up=False), _moment()
                may = await self._store.run(begin_again, one, self._timings) is True
            told = may and await self._told(one, handler, asked_at, result)
        except ClientError as error:
            ended = await self._store.run(record.failed, one, handler, error, self._timings)
            tracing.note(outcome=ended)
            log.warning("effect.failed", outcome=ended, reason=error.reason, attempts=tries, **facts)
            await self._heard(one, error, asked_at)
            return
        await self._heard(one, None, asked_at)
        tracing.note(outcome="done" if told else "left")
        if told:
            self._on_sent(one.task.row.effect.kind)
        log.info("effect.done" if told else "effect.left", attempts=tries, **facts)

    async def _broken(self, one: Claim, problem: str, facts: Mapping[str, Any]) -> None:
        try:
            ended = await self._store.run(record.broken, one, problem, self._timings)
        except DatabaseUnavailable as error:
            log.warning("effect.unrecorded", reason=str(error), **facts)
        else:
            log.warning("effect.set_back", outcome=ended, **facts)

    async def _told(self, one: Claim, handler: Handler, asked_at: float, result: Any) -> bool:
        """Make the call, unless an earlier one left its `result`, and write down what came of it."""
        if result is None:
            with fenced(self._too_late(one, asked_at)), tracing.part("call"):
                result = await handler.send(one.task)
        crashpoint("call_answered")
        # Nobody waits for the disk: what a power cut takes back is looked up, as after a kill right before.
        return await self._store.jot(record.done, one, handler, result, self._timings)

    async def _looked_up(self, one: Claim, handler: Handler, asked_at: float) -> Any:
        """What an earlier attempt left; None where it left nothing, and where Slack does not let us look."""
        try:
            with fenced(self._too_late(one, asked_at)), looking(one.look), tracing.part("look-up"):
                return await handler.look_up(one.task)
        except Permanent as error:
            if error.code not in CANNOT_LOOK:
                raise
            log.warning("effect.sent_blindly", effect=one.task.row.id, team=one.task.row.team_id, reason=error.reason)
            return None
        finally:
            if one.look:
                self._looks.end(one.look)
                self._wake.set()  # who waited for what was seen there may go on

    def _too_late(self, one: Claim, asked_at: float) -> Callable[[], bool]:
        """Whether so much time has passed since the claim that the lease may be somebody else's by now."""
        start_by = asked_at + self._timings.lasting(one.task.longest).start_within
        return lambda: _moment() > start_by

    async def _heard(self, one: Claim, error: ClientError | None, asked_at: float) -> None:
        """Take note of whether Slack answers at all; once it does again, nothing waits for a try of its own."""
        row = one.task.row
        if not _is_slacks(one) or isinstance(error, NotYet):
            return
        unanswered = isinstance(error, Uncertain) or (isinstance(error, Retryable) and error.after is None)
        if unanswered:
            self._circuits.silent(row.team_id, _moment(), asked_at, sort_of(row))
        elif self._circuits.answered(row.team_id):
            await self._store.run(_go_on, row.team_id)


def _is_slacks(one: Claim) -> bool:
    return one.task.row.effect.system is System.SLACK


def _moment() -> float:
    """Seconds on the clock that the event loop goes by; it only moves forward."""
    return asyncio.get_running_loop().time()


def _give_back(store: Store, leases: list[str]) -> None:
    with store.begin("") as tx:
        tx.effects.give_back(leases, tx.now)


def _go_on(store: Store, team: str) -> None:
    with store.begin(team) as tx:
        # Where NopeSight named owners, Slack was asked who they are.
        systems = (System.SLACK.value, System.NOPESIGHT.value)
        tx.effects.go_on(systems, tx.now, within=timedelta(seconds=REFUSED_LIMIT))


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    """Call `function` in `loop` from another thread, unless it has ended meanwhile."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(function)
