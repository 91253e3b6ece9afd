"""Reports are ordered over and over: such a schedule is made, changed, stopped, and fired when due, by one replica."""

from collections.abc import Callable

import structlog

from incidentbot.crashpoints import crashpoint
from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.job import OwnReportOrder, Place
from incidentbot.domain.moments import zone_of
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, NotPermitted, Refusal, Refused
from incidentbot.domain.report_schedule import MOST, ReportSchedule, Wanted, is_late, next_after, period_of
from incidentbot.store import OutcomeUnknown, Store, Transaction
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import denied
from incidentbot.usecases.order_job import add_job
from incidentbot.usecases.permit import missing_right, permit

_Work = Callable[[Transaction], ReportSchedule]
log = structlog.get_logger(__name__)


def schedule_report(store: Store, cause: Cause, wanted: Wanted, said_in: str) -> ReportSchedule | Refusal:
    """The schedule, on the clocks of whoever acts, in the channel that they named or `said_in`.

    The same cause again answers the same schedule.
    """

    def once(tx: Transaction) -> ReportSchedule:
        made = tx.schedules.add(_as_wanted(tx, cause, wanted, said_in), cause.key)
        if len(tx.schedules.all()) > MOST:  # looked at afterwards, since a repeat adds none
            raise Refused(BadField("schedule", "out_of_range", limit=MOST))
        tx.note(_note(cause, "schedule", made))
        return made

    return _permitted(store, cause, once)


def change_schedule(store: Store, cause: Cause, number: int, wanted: Wanted) -> ReportSchedule | Refusal:
    """The schedule as it is from now on; whoever changed it owns it. Twice is once."""

    def once(tx: Transaction) -> ReportSchedule:
        changed = tx.schedules.change(number, _as_wanted(tx, cause, wanted, ""))
        if changed is None:
            raise _no_such(tx, number)
        tx.note(_note(cause, "change_schedule", changed))
        return changed

    return _permitted(store, cause, once)


def _as_wanted(tx: Transaction, cause: Cause, wanted: Wanted, said_in: str) -> ReportSchedule:
    known = tx.people.get(cause.actor.id)
    zone = wanted.zone or zone_of(known.tz if known else "").key
    channel = tx.channels.id_of(wanted.channel or said_in)
    if not channel:
        raise Refused(BadField("channel", "blank"))
    due = next_after(wanted, zone, tx.now)
    return ReportSchedule(0, wanted.type, wanted.days, wanted.at, zone, channel, cause.actor, due)


def _no_such(tx: Transaction, number: int) -> Refused:
    numbers = tuple(str(one.number) for one in tx.schedules.all())
    return Refused(BadField("schedule", "unknown", str(number), choices=numbers[:10]))


def stop_schedule(store: Store, cause: Cause, number: int) -> ReportSchedule | Refusal:
    """The schedule that is no more."""

    def once(tx: Transaction) -> ReportSchedule:
        stopped = tx.schedules.remove(number)
        if stopped is None:
            raise _no_such(tx, number)
        tx.note(_note(cause, "stop_schedule", stopped))
        return stopped

    return _permitted(store, cause, once)


def _permitted(store: Store, cause: Cause, work: _Work) -> ReportSchedule | Refusal:
    def once() -> ReportSchedule:
        with store.begin(cause.team_id) as tx:
            tx.origin = Origin(Right.REPORT.value, cause.surface, cause.key, cause.actor)
            permit(tx, cause, Right.REPORT)
            return work(tx)

    try:
        return store.database.retrying(once)
    except Refused as refused:
        if isinstance(refused.refusal, NotPermitted):
            denied(store, cause, Right.REPORT, refused.refusal)
        return refused.refusal


def _note(cause: Cause, action: str, schedule: ReportSchedule) -> Note:
    facts = {"schedule": str(schedule.number), "type": schedule.type, "channel": schedule.channel}
    return Note(action=action, outcome=DONE, surface=cause.surface, request=cause.key, actor=cause.actor, facts=facts)


def fire_schedule(store: Store) -> ReportSchedule | None:
    """Order the report whose schedule has been due for longest, once over all replicas; None where none is due.

    What was missed meanwhile is not made up for: it is told once, and says that it is late.
    """
    try:
        fired = store.database.retrying(lambda: _fire(store))
    except OutcomeUnknown:
        # If it did commit, the row has moved on and is not found due again.
        fired = store.database.retrying(lambda: _fire(store))
    if fired is not None:
        crashpoint("timer_committed")
        store.effects_waiting()
    return fired


def _fire(store: Store) -> ReportSchedule | None:
    with store.begin("") as tx:
        found = tx.schedules.first_due(tx.now)
        if found is None:
            return None
        team_id, schedule = found
        own = tx.of(team_id)
        following = next_after(schedule, schedule.zone, max(schedule.next_at, own.now))
        if own.schedules.move_on(schedule, following):
            _order(own, schedule)
        return schedule


def _order(tx: Transaction, schedule: ReportSchedule) -> None:
    """Its own moment is in the cause's key, so that no other firing can be taken for it."""
    key = f"schedule:{schedule.number}:{schedule.next_at.isoformat()}"
    cause = Cause(tx.team_id, key, schedule.actor, "schedule")
    tx.origin = Origin("schedule", cause.surface, key, schedule.actor)
    if missing_right(tx, cause, Right.REPORT):
        # Whoever ordered it may not any more: a schedule gives no rights that its owner has lost.
        tx.schedules.remove(schedule.number)
        tx.note(_note(cause, "schedule_ended", schedule))
        log.warning("schedule.ended", team=tx.team_id, number=schedule.number)
        return
    late = int((tx.now - schedule.next_at).total_seconds()) if is_late(schedule, tx.now) else 0
    order = OwnReportOrder(schedule.type, period_of(schedule.type), schedule.zone, late=late)
    add_job(tx, cause, Right.REPORT, order, Place(schedule.channel))
    log.info("schedule.fired", team=tx.team_id, number=schedule.number, late=bool(late))
