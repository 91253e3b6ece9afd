"""overview: one message in a channel of the operator's shows all that is unresolved, and is kept so.

However much happens, it is edited at most once in EVERY, and shows then what is so at that moment.
"""

from datetime import datetime, timedelta
from typing import Final

from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import OverviewCurrent, OverviewPinned
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import Planned

EVERY: Final = timedelta(seconds=10)
# So long before it is due the next turn may begin, so that no change falls between the two.
_GAP: Final = timedelta(seconds=1)


def refresh_overview(tx: Transaction) -> None:
    """An incident changed: have the overview follow, where there is one; one that waits is not put off by that."""
    channel = tx.policy.overview_channel
    if channel and tx.policy.posting and tx.overviews.take_turn(channel, tx.now, EVERY):
        due_at = tx.now + EVERY + _GAP
        _plan(tx, channel, min(due_at, tx.effects.planned_for(_lane(channel)) or due_at))


def overview_deleted(store: Store, team_id: str, place: str, ts: str) -> None:
    """Somebody deleted message `ts` of `place`: if it was an overview still, it is posted again."""

    def once() -> None:
        with store.begin(team_id) as tx:
            found = tx.overviews.standing(place, ts)
            if found:
                make_anew(tx, found.channel, ts)

    store.database.retrying(once)
    store.effects_waiting()


def make_anew(tx: Transaction, channel: str, ts: str) -> None:
    """The overview that was message `ts` is gone: post another, where the settings still want one there."""
    if tx.overviews.lose(channel, ts) and channel == tx.policy.overview_channel:
        _plan(tx, channel, tx.now)


def pin_overview(tx: Transaction, channel: str) -> None:
    """It was posted just now: pin it."""
    effect = OverviewPinned(0, tx.effects.next_seq(f"{OverviewPinned.kind}:{channel}"), channel)
    tx.effects.add([Planned(effect, Severity.LOW, "", waits=False, due_at=tx.now)], tx.now)
    tx.notify()


def _lane(channel: str) -> str:
    return f"{OverviewCurrent.kind}:{channel}"


def _plan(tx: Transaction, channel: str, due_at: datetime) -> None:
    effect = OverviewCurrent(0, tx.effects.next_seq(_lane(channel)), channel)
    overview = tx.overviews.get(channel)
    target = "" if overview and overview.ts else tx.channels.id_of(channel)
    tx.effects.add([Planned(effect, Severity.LOW, target, waits=False, due_at=due_at)], tx.now)
    tx.overviews.next_turn(channel, due_at - _GAP)
    tx.notify()
