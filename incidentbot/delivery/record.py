"""What became of an attempt, written down; each in one transaction, and only while the lease is ours."""

from datetime import datetime, timedelta
from typing import Any

from incidentbot.clients.errors import ClientError, Faulty, NotYet, Permanent, Retryable, Unauthorised, Uncertain
from incidentbot.clients.fence import Fenced
from incidentbot.clients.slack.failures import Limited
from incidentbot.crashpoints import crashpoint
from incidentbot.delivery import pace
from incidentbot.delivery.claim import SWEEP_AFTER, Claim, Timings, confirm_later, sweep_later
from incidentbot.delivery.task import AfterRefusal, Handler, TellsDelay
from incidentbot.effects.kinds import Repeat, System
from incidentbot.effects.next_step import POISON_LIMIT, backoff, patience
from incidentbot.store import Store, Transaction
from incidentbot.store.database import RunAgain
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.refresh_card import refresh_card

UNGRANTED = frozenset({"missing_scope", "not_allowed_token_type", "app_access_restricted"})
HELD_FOR = timedelta(seconds=10)


def done(store: Store, one: Claim, handler: Handler, result: Any, timings: Timings) -> bool:
    """It is told. False where the lease was lost: whoever has it now finds what we did, or a sweep does."""

    def once() -> bool:
        with store.begin(one.task.row.team_id) as tx:
            if not tx.effects.holds(one.task.row.id, one.lease):
                _overtaken(tx, one, timings)
                return False
            remote_id = handler.record(tx, one.task, result)
            finished = tx.effects.finish(one.task.row.id, one.lease, "done", tx.now, remote_id=remote_id)
            if not finished:
                raise RunAgain("the lease went while the result was written")
            crashpoint("result_written")
        return True

    recorded = store.database.retrying(once)
    crashpoint("result_committed")
    return recorded


def failed(store: Store, one: Claim, handler: Handler, error: ClientError, timings: Timings) -> str:
    """It is not told, or nobody knows; answers what happens now: retried, uncertain, held, replanned, parked."""
    return store.database.retrying(lambda: _failed_once(store, one, handler, error, timings))


def _failed_once(store: Store, one: Claim, handler: Handler, error: ClientError, timings: Timings) -> str:
    row = one.task.row
    with store.begin(row.team_id) as tx:
        if not tx.effects.holds(row.id, one.lease):
            if isinstance(error, Uncertain):
                _overtaken(tx, one, timings)
            return "lease_lost"
        if isinstance(error, Permanent):
            return _end(tx, one, handler, error)
        if isinstance(handler, TellsDelay) and tx.now - row.created_at >= tx.policy.show_lag_after:
            handler.delayed(tx, one.task, error)
        if isinstance(error, Unauthorised):
            return _hold(tx, one, error)
        if isinstance(error, Uncertain):
            return _unclear(tx, one, error, timings)
        return _retry(tx, one, error)


def _overtaken(tx: Transaction, one: Claim, timings: Timings) -> None:
    """Somebody else has the lease by now, and both calls may have arrived, in any order: put that right later."""
    if one.task.place.target:
        sweep_later(tx, one.task.row, one.task.place, tx.now + timings.settle * SWEEP_AFTER)
    else:
        confirm_later(tx, one.task.row, tx.now + timings.settle)


def broken(store: Store, one: Claim, problem: str, timings: Timings) -> str:
    """A handler of ours failed in a way that nobody foresaw: tried again a few times, then parked."""
    return store.database.retrying(lambda: _broken_once(store, one, problem, timings))


def unpreparable(store: Store, row: EffectRow, problem: str) -> str:
    """A handler of ours cannot even say what the call would be: tried again a few times, then parked."""

    def once() -> str:
        with store.begin(row.team_id) as tx:
            seen = tx.parked.get(row.id)
            if seen is None or seen.state != "waiting":
                return "left"  # somebody else works on it
            if row.attempts + 1 >= POISON_LIMIT:
                tx.parked.park(row.id, problem, tx.now)
                return "parked"
            due_at = tx.now + timedelta(seconds=backoff(row.attempts + 1))
            tx.effects.postpone(row.id, None, due_at, uncertain=True, problem=problem)
        return "retried"

    return store.database.retrying(once)


def _broken_once(store: Store, one: Claim, problem: str, timings: Timings) -> str:
    row = one.task.row
    with store.begin(row.team_id) as tx:
        if row.attempts + 1 >= POISON_LIMIT:
            tx.effects.finish(row.id, one.lease, "parked", tx.now, problem=problem)
            _show_parked(tx, row, "parked")
            return "parked"
        wait = max(timedelta(seconds=backoff(row.attempts + 1)), timings.settle)
        tx.effects.postpone(row.id, one.lease, tx.now + wait, uncertain=True, problem=problem)
    return "retried"


def _end(tx: Transaction, one: Claim, handler: Handler, error: Permanent) -> str:
    row = one.task.row
    # A message for want of a right is no lost one: whoever grants it need not replay anything.
    ungranted = error.code in UNGRANTED and row.effect.repeat is Repeat.LOOK_UP
    after = AfterRefusal.AGAIN if ungranted else handler.refused(tx, one.task, error)
    if after is AfterRefusal.AGAIN:
        wait = timedelta(seconds=patience(row.attempts + 1))
        tx.effects.postpone(row.id, one.lease, tx.now + wait, uncertain=False, problem=error.reason)
    else:
        outcome = "superseded" if after is AfterRefusal.REPLANNED else "parked"
        tx.effects.finish(row.id, one.lease, outcome, tx.now, problem=error.reason)
        _show_parked(tx, row, outcome)
    return after.value


def _show_parked(tx: Transaction, row: EffectRow, outcome: str) -> None:
    """What was given up is to be seen on the card."""
    if outcome == "parked" and row.incident:
        refresh_card(tx, row.incident)


def _hold(tx: Transaction, one: Claim, error: Unauthorised) -> str:
    row = one.task.row
    if row.effect.system is System.SLACK:
        tx.installations.refuse_token(row.team_id, error.reason, tx.now)
        tx.effects.postpone(row.id, one.lease, tx.now, uncertain=one.looks_up, problem=error.reason)
    else:
        wait = min(HELD_FOR, timedelta(seconds=backoff(row.attempts + 1)))
        tx.effects.postpone(row.id, one.lease, tx.now + wait, uncertain=False, problem=error.reason, held=True)
    return "held"


def _unclear(tx: Transaction, one: Claim, error: Uncertain, timings: Timings) -> str:
    """A look-up that failed changes nothing: the first attempt stays the uncertain one."""
    row = one.task.row
    wait, begun = timings.settle, None
    if one.looks_up or one.task.repeat is Repeat.AGAIN:
        wait = timedelta(seconds=backoff(row.attempts + 1))
    elif isinstance(error, Faulty):
        # The call is over; only what Slack shows late is waited for. It counts as begun so long ago that it settles so.
        wait = min(timings.settle, timings.shown)
        begun = tx.now + wait - timings.settle
    tx.effects.postpone(row.id, one.lease, tx.now + wait, uncertain=True, problem=error.reason, begun=begun)
    return "uncertain"


def _retry(tx: Transaction, one: Claim, error: ClientError) -> str:
    row = one.task.row
    after = error.after if isinstance(error, Retryable) and error.after else 0.0
    if isinstance(error, Fenced):
        return _leave(tx, one)
    wait = (patience if isinstance(error, NotYet) and not after else backoff)(row.attempts + 1)
    due_at = tx.now + timedelta(seconds=max(after, wait))
    if isinstance(error, Limited):
        due_at = tx.now + timedelta(seconds=error.seconds)
        for key in _limited_keys(tx, one, error, due_at):
            tx.limits.block(key, due_at)
    tx.effects.postpone(row.id, one.lease, due_at, uncertain=one.looks_up, problem=error.reason)
    return "retried"


def _leave(tx: Transaction, one: Claim) -> str:
    """No call was made, though the attempt is marked as begun: the mark goes, and the next claim begins anew."""
    tx.effects.postpone(one.task.row.id, one.lease, tx.now, uncertain=one.looks_up, problem="")
    return "left"


def _limited_keys(tx: Transaction, one: Claim, error: Limited, until: datetime) -> list[str]:
    """What a 429 holds back. Posting is limited by the channel; a second channel that meets it means the workspace."""
    limits = one.task.look_up_limits if one.looks_up else one.task.limits
    keys = [limit.key for limit in limits]
    channels = [key for key in keys if pace.is_channel(key)]
    if not channels:
        return keys
    others = tx.limits.waiting(pace.REFUSED, tx.now) - {pace.refused_key(key) for key in channels}
    for key in channels:
        tx.limits.block(pace.refused_key(key), until)
    return keys if error.everywhere or others else channels
