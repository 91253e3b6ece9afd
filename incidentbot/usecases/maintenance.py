"""maintenance: what is being worked on is silent for a while, and what it kept silent is told at its end."""

from incidentbot.domain.maintenance import Order, Window, check_order
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, Refusal, Refused
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import MaintenanceOver, MaintenanceTold
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import Planned
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import perform
from incidentbot.usecases.take import take_again

# More at once is no maintenance any more, and each of them is looked at for every event.
MOST_RUNNING = 100


def start_maintenance(store: Store, cause: Cause, order: Order) -> Window | Refusal:
    """Begin the window now: its events become no incident and no notification until it ends."""

    def work(tx: Transaction) -> Window:
        checked = check_order(order, (rule.name for rule in tx.policy.rules))
        if len(tx.maintenance.running(tx.now)) >= MOST_RUNNING:
            raise Refused(BadField("maintenance", "out_of_range", limit=MOST_RUNNING))
        window = Window(
            tx.maintenance.next_number(),
            checked.scope,
            checked.name,
            tx.now,
            tx.now + checked.length,
            cause.actor,
            checked.reason,
        )
        tx.maintenance.add(window)
        over = MaintenanceOver(0, window.number)
        tx.effects.add([Planned(over, Severity.MEDIUM, "", waits=False, due_at=window.ends_at)], tx.now)
        tx.notify()
        return window

    return perform(store, cause, Right.MAINTENANCE, work)


def end_maintenance(store: Store, cause: Cause, number: int) -> Window | Refusal:
    """End a window before its time."""

    def work(tx: Transaction) -> Window:
        window = finish_maintenance(tx, number, cause.actor)
        if window is None:
            running = tuple(str(one.number) for one in tx.maintenance.running(tx.now))
            raise Refused(BadField("maintenance", "unknown", value=str(number), choices=running))
        return window

    return perform(store, cause, Right.MAINTENANCE, work)


def finish_maintenance(tx: Transaction, number: int, by: Actor) -> Window | None:
    """End the window, take up what of it is still open, and tell of it; None where it had ended."""
    tx.maintenance.get(number, lock=True)
    if not tx.maintenance.end(number, tx.now, by):
        return None
    for stored in tx.events.kept_silent(number):
        take_again(tx, stored)
    told = MaintenanceTold(0, number)
    target = tx.channels.id_of(tx.policy.channels.get(Severity.HIGH, tx.policy.incidents_channel))
    if tx.policy.posting:
        tx.effects.add([Planned(told, Severity.MEDIUM, target, waits=False, due_at=tx.now)], tx.now)
        tx.notify()
    return tx.maintenance.get(number)


def time_is_up(tx: Transaction, number: int) -> None:
    """End the window if its time has come and nobody ended it before."""
    window = tx.maintenance.get(number)
    if window is not None and window.ended_at is None and window.ends_at <= tx.now:
        finish_maintenance(tx, number, Actor(Source.TIMER))
