"""Folding what came in: one delivery that fails holds up nobody, and is not lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from incidentbot.domain.conditions import parse
from incidentbot.domain.incident import Draft
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import OPERATOR
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import inbox_lag, inbox_set_aside
from incidentbot.store import Store
from incidentbot.store.inbox import FOLDING_LIMIT
from incidentbot.store.tables import inbox
from incidentbot.usecases import Cause, Received, create, fold, receive, resolve
from incidentbot.usecases.fold import EVENTS_AT_ONCE

NOW: Final = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)
EVERY_EVENT: Final = Policy(create_when=parse("title != ''"))


class StillClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store(database_url, clock=StillClock(), policy=EVERY_EVENT)
    with made.begin("") as tx:
        tx.installations.save(Workspace("T1", name="Acme", url="https://acme.slack.com/"), tx.now)
    yield made
    made.close()


def read(body: bytes) -> tuple[MonitoringEvent, ...]:
    """A source whose deliveries name an event each; some of them break the reader, some the database."""
    if body == b"breaks the reader":
        raise KeyError("never seen before")
    title = "x" * 10_000 if body == b"breaks the database" else body.decode()
    event_id = "y" * 5_000 if body == b"breaks the database" else title
    return (MonitoringEvent("nopesight", event_id, title, Severity.CRITICAL, EventStatus.OPEN, NOW, NOW),)


def titles(store: Store) -> list[str]:
    with store.read("T1") as tx:
        numbers, _ = tx.incidents.unresolved(10)
        found = [tx.incidents.get(number) for number in sorted(numbers)]
    return [incident.title for incident in found if incident]


def come_in(store: Store, *bodies: bytes) -> None:
    receive(store, [Received("nopesight", f"key-{index}", body) for index, body in enumerate(bodies)])


def test_a_delivery_that_cannot_be_folded_holds_up_no_other(store: Store) -> None:
    come_in(store, b"first", b"breaks the reader", b"last")
    assert fold(store, {"nopesight": read}).count == 2
    assert titles(store) == ["first", "last"]


def test_it_is_tried_some_times_more_then_set_aside_with_its_body(store: Store) -> None:
    come_in(store, b"breaks the reader")
    for _ in range(FOLDING_LIMIT):
        assert inbox_set_aside(store) == 0
        assert fold(store, {"nopesight": read}).count == 0
    assert inbox_set_aside(store) == 1
    with store.read("") as tx:
        assert tx.inbox.waiting(10) == ()


def test_what_failed_left_nothing_of_itself_behind(store: Store) -> None:
    counted: list[tuple[str, str]] = []
    store.on_entries(lambda kind, source: counted.append((kind, source)))

    def fails_late(body: bytes) -> Iterator[MonitoringEvent]:
        yield from read(body)
        raise KeyError("after the first event")

    come_in(store, b"half")
    assert fold(store, {"nopesight": fails_late}).count == 0  # type: ignore[dict-item]  # an iterator does as well
    assert titles(store) == []
    assert counted == []


def test_a_value_that_the_database_refuses_counts_as_a_failure_of_its_delivery_alone(postgresql_url: str) -> None:
    store = Store(postgresql_url, clock=StillClock(), policy=EVERY_EVENT)
    with store.begin("") as tx:
        tx.installations.save(Workspace("T1", name="Acme", url="https://acme.slack.com/"), tx.now)
    come_in(store, b"breaks the database", b"last")
    assert fold(store, {"nopesight": read}).count == 1
    assert titles(store) == ["last"]
    store.close()


def test_the_lag_is_that_of_the_oldest_that_still_waits(store: Store) -> None:
    come_in(store, b"first")
    with store.database.write() as connection:
        connection.execute(sa.update(inbox).values(received_at=NOW - timedelta(minutes=1)))
    assert inbox_lag(store) == 60


def test_a_known_dedupe_key_uses_up_no_number(store: Store) -> None:
    actor = Actor(Source.API, name=OPERATOR)
    draft = Draft("Disk full", Severity.HIGH, dedupe_key="disk")
    outcomes = [create(store, Cause("T1", f"k{index}", actor, "rest"), draft) for index in range(3)]
    assert [outcome.incident.number for outcome in outcomes if isinstance(outcome, Done)] == [1, 1, 1]
    resolve(store, Cause("T1", "over", actor, "rest"), "1")
    again = create(store, Cause("T1", "new", actor, "rest"), draft)
    assert isinstance(again, Done)
    assert again.incident.number == 2


def test_large_deliveries_are_folded_a_few_at_a_time_so_that_clicks_need_not_wait_for_all(store: Store) -> None:
    def many(body: bytes) -> tuple[MonitoringEvent, ...]:
        [event] = read(body)
        names = [f"{event.title} {number}" for number in range(EVENTS_AT_ONCE // 2)]
        return tuple(replace(event, event_id=name, title=name, signature=event.title) for name in names)

    come_in(store, b"one", b"two", b"three")
    assert [fold(store, {"nopesight": many}).count for _ in range(3)] == [2, 1, 0]
