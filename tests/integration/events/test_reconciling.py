"""What differs between us and NopeSight is repaired once, told, and never fought over."""

from datetime import timedelta

import pytest

from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.sync import OpenEvent
from incidentbot.effects.kinds import EventStatusSet
from incidentbot.queries.sync import open_events, unsynced
from incidentbot.usecases import acknowledge, resolve
from incidentbot.usecases.reconcile import Repair, reconcile
from tests.integration.events.conftest import NOON, TEAM, Desk, event

FIRST = OpenEvent(TEAM, 1, "e1")


def syncs(desk: Desk) -> list[EventStatusSet]:
    return [row.effect for row in desk.waiting() if isinstance(row.effect, EventStatusSet)]


def told(desk: Desk, one: MonitoringEvent) -> None:
    """Every status that waits to be told was told, and NopeSight has the event so."""
    with desk.store.begin(TEAM) as tx:
        for row in tx.effects.due(tx.now, limit=1_000):
            if isinstance(row.effect, EventStatusSet):
                tx.effects.lease(row, "lease", tx.now + timedelta(seconds=20), begun=tx.now)
                tx.effects.finish(row.id, "lease", "done", tx.now)
        stored = tx.events.get("nopesight", "e1")
        assert stored is not None
        tx.events.save(one, incident=stored.incident, group_key="k", now=tx.now)


def test_what_agrees_is_left_alone(desk: Desk) -> None:
    desk.take(event("e1"))
    desk.clock.move(minutes=10)
    assert reconcile(desk.store, FIRST, event("e1")) is Repair.NONE
    assert desk.kinds() == ["created"]


def test_a_resolution_that_no_webhook_told_resolves_the_incident_and_is_told_as_found(desk: Desk) -> None:
    desk.take(event("e1"))
    desk.clock.move(minutes=10)
    assert reconcile(desk.store, FIRST, event("e1", "resolved", 5)) is Repair.TAKEN
    assert desk.incidents()[0].state is State.RESOLVED
    assert desk.kinds() == ["created", "resolved", "event_updated"]
    assert desk.entries()[-1].data["reconciled"] is True
    assert reconcile(desk.store, FIRST, event("e1", "resolved", 5)) is Repair.NONE


def test_what_people_did_here_and_nopesight_lost_is_told_again_once(desk: Desk) -> None:
    desk.take(event("e1"))
    desk.clock.move(minutes=1)
    acknowledge(desk.store, desk.cause(), "INC-1")
    told(desk, event("e1", "acknowledged", 1))
    desk.clock.move(minutes=10)
    assert reconcile(desk.store, FIRST, event("e1")) is Repair.TOLD_AGAIN
    assert [(one.event, one.status) for one in syncs(desk)] == [("e1", "acknowledged")]
    assert desk.kinds()[-1] == "sync_failed"
    assert reconcile(desk.store, FIRST, event("e1")) is Repair.NONE


def test_what_is_on_its_way_is_not_told_twice(desk: Desk) -> None:
    desk.take(event("e1"))
    resolve(desk.store, desk.cause(), "INC-1", "restarted")
    desk.clock.move(minutes=10)
    assert reconcile(desk.store, FIRST, event("e1")) is Repair.NONE
    assert len(syncs(desk)) == 1


def test_what_happened_this_moment_may_not_have_arrived_yet(desk: Desk) -> None:
    desk.take(event("e1"))
    acknowledge(desk.store, desk.cause(), "INC-1")
    told(desk, event("e1", "acknowledged", 0.1))
    desk.clock.move(seconds=30)
    assert reconcile(desk.store, FIRST, event("e1")) is Repair.NONE


@pytest.mark.parametrize("source", ("slack", ""))
def test_our_own_change_is_no_news_where_it_is_found_before_it_is_told_back(desk: Desk, source: str) -> None:
    desk.take(event("e1"))
    acknowledge(desk.store, desk.cause(), "INC-1")
    desk.clock.move(minutes=1)
    echo = event("e1", "acknowledged", 0.5, actor_name="Ana", actor_source=source)
    assert reconcile(desk.store, FIRST, echo) is Repair.NONE
    assert desk.kinds() == ["created", "acknowledged"]
    desk.take(echo)
    assert desk.kinds() == ["created", "acknowledged"]


def test_our_older_change_is_no_news_either(desk: Desk) -> None:
    desk.take(event("e1"))
    acknowledge(desk.store, desk.cause(), "INC-1")
    resolve(desk.store, desk.cause(), "INC-1")
    echo = event("e1", "acknowledged", 0.5, actor_name="Ana", actor_source="slack")
    assert reconcile(desk.store, FIRST, echo) is Repair.NONE
    assert desk.kinds() == ["created", "acknowledged", "resolved"]


def test_an_event_that_is_gone_counts_as_suppressed_once(desk: Desk) -> None:
    desk.take(event("e1"))
    desk.clock.move(minutes=10)
    assert reconcile(desk.store, FIRST, None) is Repair.GONE
    assert reconcile(desk.store, FIRST, None) is Repair.NONE
    with desk.store.read(TEAM) as tx:
        stored = tx.events.get("nopesight", "e1")
    assert stored is not None
    assert stored.event.status is EventStatus.SUPPRESSED
    assert desk.kinds() == ["created", "event_updated"]


def test_an_older_change_of_a_person_there_does_not_move_what_a_person_did_here_and_both_are_told(desk: Desk) -> None:
    desk.take(event("e1"))
    desk.clock.move(minutes=5)
    acknowledge(desk.store, desk.cause(), "INC-1")
    desk.take(event("e1", "resolved", 3, actor_name="Nora Quinn", actor_source="nopesight"))
    assert desk.incidents()[0].state is State.ACKNOWLEDGED
    assert desk.kinds() == ["created", "acknowledged", "event_updated"]


def test_only_what_matters_still_is_compared(desk: Desk) -> None:
    desk.take(event("e1"), event("e9", correlation_id="other", cis=()))
    assert {one.event_id for one in open_events(desk.store, 10)} == {"e1", "e9"}
    desk.take(event("e1", "resolved", 1))
    assert [one.event_id for one in open_events(desk.store, 10)] == ["e9"]
    assert len(open_events(desk.store, 1)) == 1


def test_whoever_looks_after_the_service_sees_what_nopesight_does_not_know(desk: Desk) -> None:
    desk.take(event("e1"))
    acknowledge(desk.store, desk.cause(), "INC-1")
    assert unsynced(desk.store, TEAM) == []
    desk.clock.move(hours=1)
    assert "INC-1" in unsynced(desk.store, TEAM)[0]


def test_recurring_work_is_done_by_one_and_goes_on_where_it_ended(desk: Desk) -> None:
    every, mark = timedelta(seconds=30), NOON - timedelta(minutes=10)
    with desk.store.begin("") as tx:
        assert tx.recurring.turn("events", tx.now, every, first_mark=mark, at_once=False) is None
    desk.clock.move(seconds=31)
    with desk.store.begin("") as tx:
        assert tx.recurring.turn("events", tx.now, every, first_mark=tx.now, at_once=False) == mark
        assert tx.recurring.turn("events", tx.now, every, first_mark=tx.now, at_once=False) is None
        tx.recurring.came_to("events", NOON)
        tx.recurring.came_to("events", mark)
    with desk.store.begin("") as tx:
        assert tx.recurring.turn("events", tx.now, every, first_mark=tx.now, at_once=True) == NOON
