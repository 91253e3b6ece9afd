"""Drills: marked, counted nowhere, and apart from what monitoring tells."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.outcome import Done
from incidentbot.domain.questions import Asked
from incidentbot.domain.refusals import BadField
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import EventStatusSet
from incidentbot.queries import stats
from incidentbot.queries.questions import happened
from incidentbot.store import Store
from incidentbot.store.tables import effects
from incidentbot.usecases import acknowledge, create, resolve
from tests.integration.events.conftest import POLICY, TEAM, Desk, HandClock, event

DRILL = Draft("The shop is down", Severity.CRITICAL, drill=True)


@pytest.fixture
def telling(database_url: str, clock: HandClock) -> Iterator[Desk]:
    """A workspace whose drills reach NopeSight."""
    store = Store(database_url, clock=clock, policy=replace(POLICY, drills_reach_nopesight=True))
    yield Desk(store, clock)
    store.close()


def made(desk: Desk, draft: Draft) -> Incident:
    outcome = create(desk.store, desk.cause(), draft)
    assert isinstance(outcome, Done)
    return outcome.incident


def told_to_nopesight(desk: Desk) -> int:
    query = sa.select(sa.func.count()).where(effects.c.kind == EventStatusSet.kind)
    with desk.store.database.read() as connection:
        return connection.execute(query).scalar_one()


def test_a_drill_is_kept_as_one_and_is_in_no_figures_and_no_count_of_what_happened(desk: Desk) -> None:
    counted: list[tuple[str, str]] = []
    desk.store.on_entries(lambda kind, source: counted.append((kind, source)))
    drill = made(desk, DRILL)
    assert drill.drill
    assert desk.entries()[0].data["drill"] is True
    acknowledge(desk.store, desk.cause(), drill.reference)
    assert counted == []
    made(desk, replace(DRILL, drill=False))
    assert counted == [("created", "cli")]
    found = stats(desk.store, TEAM)
    assert (found.figures.created, found.figures.acknowledged) == (1, 0)
    assert found.by_severity["critical"].created == 1
    today = happened(desk.store, TEAM, Asked("happened"), 10)
    assert (today.created, today.unresolved) == (1, 1)
    assert [one.number for one in desk.incidents()] == [1, 2]


def test_a_drill_made_of_an_event_leaves_the_event_free_and_nopesight_untold(desk: Desk) -> None:
    desk.take(event(severity=Severity.HIGH))
    made(desk, replace(DRILL, event="e1"))
    resolve(desk.store, desk.cause(), "INC-1")
    assert desk.entries()[0].data["event"] == "e1"
    assert (desk.incidents()[0].event_count, told_to_nopesight(desk)) == (0, 0)
    real = made(desk, Draft("It is real", Severity.HIGH, event="e1"))
    assert real.number == 2


def test_where_the_operator_wants_it_the_event_is_moved_and_still_nothing_real_joins_the_drill(
    telling: Desk,
) -> None:
    desk = telling
    desk.take(event(severity=Severity.HIGH))
    drill = made(desk, replace(DRILL, event="e1"))
    acknowledge(desk.store, desk.cause(), drill.reference)
    assert told_to_nopesight(desk) == 1
    desk.take(event("e2"))
    assert [(one.number, one.drill, one.event_count) for one in desk.incidents()] == [(1, True, 1), (2, False, 1)]


def test_a_drill_has_a_dedupe_key_of_its_own(desk: Desk) -> None:
    drill = made(desk, replace(DRILL, dedupe_key="shop"))
    real = made(desk, replace(DRILL, drill=False, dedupe_key="shop"))
    assert (drill.number, real.number) == (1, 2)
    assert made(desk, replace(DRILL, dedupe_key="shop")).number == 1
    refused = create(desk.store, desk.cause(), replace(DRILL, dedupe_key="k" * 255))
    assert isinstance(refused, BadField)
    assert refused.field == "dedupe_key"
