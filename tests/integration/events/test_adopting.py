"""An incident that began here becomes an event of NopeSight, which is then its own, whichever way it is heard of."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from incidentbot.domain.incident import Draft
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import EventMade, EventStatusSet
from incidentbot.store import Store
from incidentbot.usecases import acknowledge, create, resolve
from incidentbot.usecases.adopt import adopt
from tests.integration.events.conftest import NOON, POLICY, TEAM, Desk, HandClock, event

TELLING = replace(POLICY, tell_incidents=True)


@pytest.fixture
def desk(sqlite_url: str, clock: HandClock) -> Any:
    store = Store(sqlite_url, clock=clock, policy=TELLING)
    yield Desk(store, clock)
    store.close()


def begun(desk: Desk, **facts: Any) -> None:
    create(desk.store, desk.cause(), Draft("Rack 4 is hot", Severity.CRITICAL, **facts))


def own_event(status: str = "open", after: float = 0, **facts: Any) -> MonitoringEvent:
    """What NopeSight made of INC-1."""
    return event("evt-own", status, after, made_of=f"{TEAM}/INC-1", origin="slack", **facts)


def taken_in(desk: Desk, told: MonitoringEvent) -> None:
    """NopeSight answered that it made this event."""
    with desk.store.begin(TEAM) as tx:
        adopt(tx, 1, told)


def made(desk: Desk) -> list[EventMade]:
    return [row.effect for row in desk.waiting() if isinstance(row.effect, EventMade)]


def statuses(desk: Desk) -> list[tuple[str, str]]:
    return [(row.effect.event, row.effect.status) for row in desk.waiting() if isinstance(row.effect, EventStatusSet)]


def test_nopesight_is_told_of_what_no_event_began_and_of_nothing_else(desk: Desk) -> None:
    begun(desk)
    desk.take(event("e1"))
    begun(desk, event="EVT-7")
    begun(desk, drill=True)
    assert [one.number for one in desk.incidents()] == [1, 2, 3, 4]
    assert [one.incident for one in made(desk)] == [1]


def test_it_is_not_told_where_the_operator_did_not_ask_for_it(sqlite_url: str, clock: HandClock) -> None:
    store = Store(sqlite_url, clock=clock, policy=POLICY)
    desk = Desk(store, clock)
    begun(desk)
    assert made(desk) == []
    store.close()


@pytest.mark.parametrize("webhook_first", (True, False), ids=("webhook first", "answer first"))
def test_its_event_belongs_to_it_and_makes_no_other(desk: Desk, webhook_first: bool) -> None:
    begun(desk)
    if webhook_first:
        desk.take(own_event())
    taken_in(desk, own_event())
    desk.take(own_event())
    (incident,) = desk.incidents()
    assert incident.event_count == 1
    assert desk.kinds() == ["created"]
    assert desk.told() == []


def test_what_people_did_here_meanwhile_is_told_there(desk: Desk, clock: HandClock) -> None:
    begun(desk)
    clock.move(minutes=1)
    acknowledge(desk.store, desk.cause(), "1")
    resolve(desk.store, desk.cause(), "1", "fan replaced")
    assert statuses(desk) == []
    taken_in(desk, own_event())
    assert statuses(desk) == [("evt-own", "resolved")]


def test_what_people_did_there_before_we_heard_of_it_moves_the_incident(desk: Desk, clock: HandClock) -> None:
    begun(desk)
    clock.move(minutes=5)
    desk.take(own_event("acknowledged", after=4, actor_name="Ben"))
    assert desk.kinds() == ["created", "acknowledged"]
    desk.take(own_event("resolved", after=5, actor_name="Ben"))
    assert desk.kinds() == ["created", "acknowledged", "resolved"]
    assert statuses(desk) == []


def test_from_then_on_both_sides_move_each_other(desk: Desk, clock: HandClock) -> None:
    begun(desk)
    taken_in(desk, own_event())
    clock.move(minutes=1)
    acknowledge(desk.store, desk.cause(), "1")
    assert statuses(desk) == [("evt-own", "acknowledged")]
    clock.move(minutes=2)
    desk.take(own_event("resolved", after=3, actor_name="Ben"))
    assert desk.kinds() == ["created", "acknowledged", "resolved"]


@pytest.mark.parametrize("source", ("T2/INC-1", f"{TEAM}/INC-99", "INC-1", "nonsense", f"{TEAM}/"))
def test_a_mark_that_names_no_incident_of_this_workspace_is_none(desk: Desk, source: str) -> None:
    begun(desk)
    desk.take(replace(own_event(), made_of=source))
    assert [one.event_count for one in desk.incidents()] == [0, 1]


def test_what_a_rule_wants_told_of_events_is_not_told_of_our_own(desk: Desk) -> None:
    """The incident's makers chose its channel; rules are about what monitoring finds."""
    begun(desk)
    desk.take(own_event(), own_event("acknowledged", after=1))
    assert desk.told() == []


def test_further_events_of_the_same_thing_join_it(desk: Desk, clock: HandClock) -> None:
    begun(desk)
    taken_in(desk, own_event())
    clock.time = NOON + timedelta(minutes=2)
    desk.take(event("e2", after=2))
    assert [one.event_count for one in desk.incidents()] == [2]


def test_a_release_that_knows_of_no_such_mark_can_read_every_other_event(desk: Desk) -> None:
    desk.take(event("e1"))
    with desk.store.database.read() as connection:
        (data,) = connection.exec_driver_sql("SELECT data FROM monitoring_events").scalars()
    assert "made_of" not in data
