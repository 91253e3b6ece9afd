"""Many events of an incident change at once: the thread hears of it in two entries, not in hundreds."""

from dataclasses import replace

from incidentbot.domain.monitoring import EventStatus
from incidentbot.usecases.tell_event import tell_events
from tests.integration.events.conftest import Desk, HandClock, event


def test_a_hundred_events_that_are_suppressed_are_told_once_and_then_in_all(desk: Desk, clock: HandClock) -> None:
    events = [event(f"e{number}", correlation_id="c") for number in range(100)]
    desk.take(*events)
    clock.move(minutes=5)
    desk.take(*(replace(one, status=EventStatus.SUPPRESSED, updated_at=clock.time) for one in events))
    assert desk.kinds().count("event_updated") == 1
    with desk.store.read(desk.team) as tx:
        assert len(tx.parked.page(["waiting"], incident=1, limit=1_000)) < 20
    clock.move(minutes=1)
    with desk.store.begin(desk.team) as tx:
        tell_events(tx, 1)
    told = [entry.data for entry in desk.entries() if entry.kind.value == "event_updated"]
    assert (told[0]["event"], told[0]["status"]) == ("e0", "suppressed")
    assert told[1]["counts"] == {"suppressed": 100}


def test_one_that_changes_after_a_minute_is_told_by_itself(desk: Desk, clock: HandClock) -> None:
    first, second = event("a", correlation_id="c"), event("b", correlation_id="c")
    third = event("d", correlation_id="c")
    desk.take(first, second, third)
    for minutes, one in ((5, first), (7, second)):
        clock.move(minutes=minutes)
        desk.take(replace(one, status=EventStatus.SUPPRESSED, updated_at=clock.time))
    told = [entry.data["event"] for entry in desk.entries() if entry.kind.value == "event_updated"]
    assert told == ["a", "b"]
