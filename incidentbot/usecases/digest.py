"""digest: where more cards wait than their channel can take soon, one message shows all of these incidents at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import DigestCurrent
from incidentbot.store import Transaction
from incidentbot.store.digests import Digest, missing
from incidentbot.store.effects import Planned
from incidentbot.store.limits import Limit

# What a channel takes within this time needs no digest.
SOON: Final = 3.0
# Further incidents of the same storm are added to the digest at most so often.
ADDED_EVERY: Final = timedelta(seconds=1)


def gather(tx: Transaction, channel: Limit, target: str) -> bool:
    """Plan a digest of `target`, whose posting is limited by `channel`, if its cards have to wait; whether one was."""
    waiting = tx.digests.cards_waiting(target)
    if len(waiting) <= tx.limits.room(channel, tx.now, SOON):
        return False
    digest = tx.digests.get(target)
    if digest and not set(digest.incidents) & set(waiting):
        digest = None  # that storm is over
    new = missing(digest, waiting)
    if not new:
        return False
    digest = replace(digest, incidents=(*digest.incidents, *new)) if digest else Digest(target, new)
    tx.digests.save(digest)
    return _plan(tx, digest, tx.now + (ADDED_EVERY if digest.ts else timedelta()))


def card_stands(tx: Transaction, target: str, number: int) -> None:
    """The card of incident `number` was posted: the digest that showed it, links all cards once they all stand."""
    digest = tx.digests.get(target)
    if digest and digest.ts and number in digest.incidents:
        waiting: Sequence[int] = tx.digests.cards_waiting(target, but=number)
        if not set(digest.incidents) & set(waiting):
            _plan(tx, digest, tx.now)


def _plan(tx: Transaction, digest: Digest, due_at: datetime) -> bool:
    """One that is yet to be begun shows what is stored then, so it needs no other."""
    if tx.digests.is_due(digest.channel):
        return False
    effect = DigestCurrent(0, tx.effects.next_seq(f"{DigestCurrent.kind}:{digest.channel}"), digest.channel)
    target = "" if digest.ts else digest.channel
    tx.effects.add([Planned(effect, Severity.CRITICAL, target, waits=False, due_at=due_at)], tx.now)
    return True
