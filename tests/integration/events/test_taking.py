"""What becomes of events: they join, reopen, flap, are kept silent, and come in any order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from incidentbot.domain.lifecycle import State
from incidentbot.domain.maintenance import Order, Scope, Window
from incidentbot.domain.refusals import BadField
from incidentbot.domain.routing import Verbosity
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import EventReplied, OwnersFound
from incidentbot.store import Store
from incidentbot.usecases import reopen, resolve
from incidentbot.usecases.flapping import quiet_down
from incidentbot.usecases.maintenance import end_maintenance, start_maintenance, time_is_up
from tests.integration.events.conftest import POLICY, TEAM, Desk, HandClock, event

HIGH = Severity.HIGH


def test_events_of_one_group_are_one_incident_that_ends_with_the_last_of_them(desk: Desk) -> None:
    desk.take(event("e1"), event("e2", severity=HIGH), event("e3", severity=HIGH))
    desk.take(event("e1", "resolved", 1), event("e2", "resolved", 2))
    assert [one.state for one in desk.incidents()] == [State.OPEN]
    desk.take(event("e3", "resolved", 3))
    only = desk.incidents()[0]
    assert (only.state, only.event_count) == (State.RESOLVED, 3)


def test_an_event_joins_later_once_it_is_correlated_and_makes_the_incident_worse(desk: Desk) -> None:
    desk.take(event("e1", severity=HIGH, correlation_id="c1", cis=()))
    assert desk.incidents() == []
    desk.take(event("e2", cis=(), correlation_id="c1"))
    assert desk.incidents()[0].event_count == 1
    desk.take(event("e1", after=1, severity=HIGH, correlation_id="c1", cis=(), tags=("late",)))
    assert desk.incidents()[0].event_count == 2


def test_severity_rises_with_the_events_and_does_not_fall(desk: Desk) -> None:
    desk.take(event("e1"))
    desk.take(event("e1", after=1, severity=HIGH))
    assert desk.incidents()[0].severity is Severity.CRITICAL
    assert "severity_changed" not in desk.kinds()


def test_within_the_window_the_incident_is_opened_again_and_after_it_there_is_another(desk: Desk) -> None:
    desk.take(event("e1"), event("e1", "resolved", 1))
    desk.clock.move(minutes=5)
    desk.take(event("e2", after=5))
    assert [(one.state, one.event_count) for one in desk.incidents()] == [(State.OPEN, 2)]
    desk.take(event("e2", "resolved", 6))
    desk.clock.move(minutes=11)
    desk.take(event("e3", after=16))
    assert [one.state for one in desk.incidents()] == [State.RESOLVED, State.OPEN]


def test_the_same_event_that_fires_again_opens_its_incident_or_makes_another(desk: Desk) -> None:
    desk.take(event("e1", cis=()), event("e1", "resolved", 1, cis=()), event("e1", "open", 2, cis=()))
    assert [one.state for one in desk.incidents()] == [State.OPEN]
    desk.take(event("e1", "resolved", 3, cis=()))
    desk.clock.move(minutes=30)
    desk.take(event("e1", "open", 30, cis=()))
    assert [one.state for one in desk.incidents()] == [State.RESOLVED, State.OPEN]


def test_what_a_person_opened_again_is_not_resolved_by_an_older_change(desk: Desk) -> None:
    desk.take(event("e1"))
    desk.clock.move(minutes=10)
    resolve(desk.store, desk.cause(), "INC-1", "done")
    reopen(desk.store, desk.cause(), "INC-1", "not quite")
    desk.take(event("e1", "resolved", 5))
    assert desk.incidents()[0].state is State.OPEN
    desk.clock.move(minutes=10)
    desk.take(event("e1", "resolved", 15))
    assert desk.incidents()[0].state is State.OPEN  # its status was known: nothing new happened there


def test_what_happened_while_nothing_was_delivered_still_moves_the_incident(desk: Desk) -> None:
    desk.clock.move(minutes=60)
    desk.take(event("e1"), event("e1", "acknowledged", 1), event("e1", "resolved", 2))
    assert desk.incidents()[0].state is State.RESOLVED


def test_suppressed_events_alone_do_not_end_an_incident_but_it_is_told(desk: Desk) -> None:
    desk.take(event("e1"), event("e1", "suppressed", 1))
    assert desk.incidents()[0].state is State.OPEN
    assert desk.kinds()[-1] == "event_updated"
    desk.take(event("e2", after=2), event("e2", "resolved", 3))
    assert desk.incidents()[0].state is State.RESOLVED


def test_resolved_before_it_was_heard_of_is_an_incident_that_is_over(desk: Desk) -> None:
    desk.take(event("e1", "resolved", 1))
    assert desk.incidents() == []
    desk.take(event("e1"))
    assert [one.state for one in desk.incidents()] == [State.RESOLVED]
    desk.take(event("e1"), event("e1", "resolved", 1))
    assert len(desk.incidents()) == 1


def test_a_retry_from_days_ago_is_history(desk: Desk) -> None:
    desk.take(event("e1", "resolved", 1))
    desk.clock.move(days=3)
    desk.take(event("e1"))
    assert desk.incidents() == []


def test_flapping_is_told_once_with_its_count_and_ends_by_itself(desk: Desk) -> None:
    desk.take(event("e1"))
    for turn in range(50):
        desk.clock.move(seconds=6)
        desk.take(event("e1", "resolved", 2 * turn + 1))
        desk.clock.move(seconds=6)
        desk.take(event("e1", "open", 2 * turn + 2))
    assert len(desk.incidents()) == 1
    assert desk.incidents()[0].state is State.OPEN
    assert len(desk.kinds()) < 10
    assert desk.kinds().count("event_updated") == 1
    desk.take(event("e1", "resolved", 200))
    desk.clock.move(minutes=11)
    with desk.store.begin(TEAM) as tx:
        quiet_down(tx, 1)
    assert desk.kinds()[-2:] == ["event_updated", "resolved"]
    assert desk.entries()[-2].data["count"] == 101
    assert desk.incidents()[0].state is State.RESOLVED


def test_flapping_that_still_fires_when_it_is_quiet_stays_open(desk: Desk) -> None:
    desk.take(event("e1"))
    for turn in range(4):
        desk.take(event("e1", "resolved", 2 * turn + 1), event("e1", "open", 2 * turn + 2))
    with desk.store.begin(TEAM) as tx:
        quiet_down(tx, 1)
    assert desk.kinds()[-1] == "event_updated"
    desk.clock.move(minutes=11)
    with desk.store.begin(TEAM) as tx:
        quiet_down(tx, 1)
    assert desk.incidents()[0].state is State.OPEN
    assert desk.entries()[-1].data["status"] == "quiet"


@pytest.mark.parametrize(
    ("scope", "name"), ((Scope.CI, "prod-web-01"), (Scope.CI, "ci_web_01"), (Scope.SERVICE, "web shop"))
)
def test_what_is_under_maintenance_is_silent_and_taken_up_at_the_end(desk: Desk, scope: Scope, name: str) -> None:
    window = start_maintenance(desk.store, desk.cause(), Order(scope, name, timedelta(hours=2), "new kernel"))
    assert isinstance(window, Window)
    desk.take(event("e1"), event("e1", after=1, tags=("again",)), event("e2"), event("e3", "resolved"))
    desk.take(event("e2", "resolved", 2))
    assert desk.incidents() == []
    assert desk.told() == []
    desk.take(event("e4", cis=(), service="Mail", correlation_id="other"))
    assert [one.title for one in desk.incidents()] == ["Something about e4"]
    desk.clock.move(hours=2)
    with desk.store.begin(TEAM) as tx:
        time_is_up(tx, window.number)
        time_is_up(tx, window.number)
    assert [one.title for one in desk.incidents()] == ["Something about e4", "Something about e1"]
    with desk.store.read(TEAM) as tx:
        ended = tx.maintenance.get(window.number)
    assert ended is not None
    assert ended.suppressed == 2
    assert [row.effect.kind for row in desk.waiting()].count("maintenance_summary") == 1
    assert isinstance(end_maintenance(desk.store, desk.cause(), window.number), BadField)


def test_a_rule_under_maintenance_posts_nothing_and_the_rest_goes_on(desk: Desk) -> None:
    unknown = start_maintenance(desk.store, desk.cause(), Order(Scope.RULE, "no such rule", timedelta(hours=1)))
    assert isinstance(unknown, BadField)
    window = start_maintenance(desk.store, desk.cause(), Order(Scope.RULE, "servers", timedelta(hours=1)))
    assert isinstance(window, Window)
    desk.take(event("e1", severity=HIGH))
    assert desk.told() == ["#high"]
    ended = end_maintenance(desk.store, desk.cause(), window.number)
    assert isinstance(ended, Window)
    assert ended.suppressed == 1
    desk.take(event("e2", severity=HIGH))
    assert desk.told() == ["#high", "#high", "#servers"]


def test_a_group_that_goes_on_and_on_is_counted_where_it_is_told(desk: Desk) -> None:
    desk.take(*(event(f"e{number}", severity=HIGH) for number in range(20)))
    assert desk.told() == ["#high"] * 3 + ["#servers"] * 3
    with desk.store.read(TEAM) as tx:
        told = [one for number in range(20) for one in tx.notifications.of_event("nopesight", f"e{number}")]
    assert sum(one.more for one in told) == 2 * 17


def test_an_event_that_gets_worse_is_told_in_the_channel_of_its_severity_now(desk: Desk) -> None:
    desk.take(event("e1", severity=Severity.LOW, cis=()))
    desk.take(event("e1", after=1, severity=Severity.MEDIUM, cis=()))
    desk.take(event("e1", after=2, severity=Severity.LOW, cis=()))
    assert desk.told() == ["#low", "#medium"]


def replies(desk: Desk) -> list[str]:
    """The channels below whose notification something is told, once the notifications stand."""
    with desk.store.begin(TEAM) as tx:
        for lane in ("replies:nopesight:e1:#high", "replies:nopesight:e1:#servers"):
            tx.effects.released(lane, tx.now, target="")
    return sorted(row.effect.channel for row in desk.waiting() if isinstance(row.effect, EventReplied))


@pytest.mark.parametrize(
    ("verbosity", "thread_replies", "wanted"),
    (
        (Verbosity.CARD, True, ["#high"]),
        (Verbosity.TRANSITIONS, True, ["#high", "#servers"]),
        (Verbosity.EVERYTHING, True, ["#high", "#servers"]),
        (Verbosity.EVERYTHING, False, []),
    ),
)
def test_what_is_told_below_a_notification_is_as_much_as_its_rule_wants(
    database_url: str, clock: HandClock, verbosity: Verbosity, thread_replies: bool, wanted: list[str]
) -> None:
    rules = (replace(POLICY.rules[0], verbosity=verbosity),)
    store = Store(database_url, clock=clock, policy=replace(POLICY, rules=rules, thread_replies=thread_replies))
    desk = Desk(store, clock)
    desk.take(event("e1", severity=HIGH), event("e1", "acknowledged", 1, severity=HIGH))
    assert replies(desk) == wanted
    desk.take(event("e1", "acknowledged", 2, severity=HIGH, description="More is known"))
    desk.take(event("e1", "acknowledged", 3, severity=HIGH, description="More is known", occurrences=99))
    with store.read(TEAM) as tx:
        told = tx.notifications.change("nopesight", "e1", 2)
    assert (told is not None) == (verbosity is Verbosity.EVERYTHING and thread_replies)
    store.close()


def test_nothing_is_posted_while_posting_is_switched_off_and_events_are_stored_all_the_same(
    database_url: str, clock: HandClock
) -> None:
    store = Store(database_url, clock=clock, policy=replace(POLICY, posting=False))
    desk = Desk(store, clock)
    desk.take(event("e1", severity=HIGH), event("e2"))
    assert [row for row in desk.waiting() if row.effect.system == "slack"] == []
    assert len(desk.incidents()) == 1
    store.close()


def test_a_late_delivery_does_not_break_the_silence_of_maintenance(desk: Desk) -> None:
    start_maintenance(desk.store, desk.cause(), Order(Scope.CI, "PROD-WEB-01", timedelta(hours=1)))
    desk.take(event("e1", after=1), event("e1"))
    assert desk.incidents() == []


def owners_looked_for(desk: Desk) -> list[int]:
    return [row.effect.incident for row in desk.waiting() if isinstance(row.effect, OwnersFound)]


def test_whom_an_event_is_assigned_to_is_looked_for_also_where_no_ci_is_known(desk: Desk) -> None:
    desk.take(event("e1", cis=()))
    assert owners_looked_for(desk) == []
    desk.take(event("e1", after=1, cis=(), assigned_email="ana@acme.example"))
    assert owners_looked_for(desk) == [1]
    before = desk.incidents()[0].version
    desk.take(event("e1", after=2, cis=(), assigned_email="ana@acme.example", title="Told anew"))
    assert desk.incidents()[0].version == before


def test_nobody_is_looked_for_once_it_is_over(desk: Desk) -> None:
    desk.take(event("e1", cis=()), event("e1", "resolved", after=1, cis=()))
    desk.take(event("e1", "resolved", after=2, cis=(), assigned_email="ana@acme.example"))
    assert owners_looked_for(desk) == []
