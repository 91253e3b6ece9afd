"""Correcting when something happened: figures follow, both times are told, and nothing gets out of order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from incidentbot.domain.correction import Corrected
from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Person
from incidentbot.domain.refusals import BadField, Refusal, TimeRefused, Unchanged
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import CardCurrent
from incidentbot.queries import stats, verify_audit
from incidentbot.usecases import acknowledge, correct, create, reopen, resolve
from tests.integration.desk import NOON, TEAM, WorkingDesk, opened


class Desk(WorkingDesk):
    def corrected(self, what: Corrected, at: str | datetime) -> Incident:
        outcome = self.do(correct, "INC-1", what, at)
        assert isinstance(outcome, Done), outcome
        return outcome.incident

    def refused(self, what: Corrected, at: str | datetime) -> Refusal:
        outcome = self.do(correct, "INC-1", what, at)
        assert not isinstance(outcome, Done)
        return outcome

    def minutes(self) -> tuple[float | None, float | None, int]:
        """Mean times to acknowledge and to resolve, and how many incidents there are."""
        found = stats(self.store, TEAM, "24h").figures
        mtta, mttr = found.mtta.mean, found.mttr.mean
        return mtta and mtta / 60, mttr and mttr / 60, found.created


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with opened(Desk, database_url, Person("UANA", "ana", tz="Europe/Berlin")) as made:
        made.do(create, Draft("The shop is down", Severity.CRITICAL))
        made.do(acknowledge, "INC-1", after=30)
        made.do(resolve, "INC-1", after=30)
        made.clock.at += timedelta(minutes=30)
        yield made


def test_figures_follow_each_correction_and_the_timeline_tells_both_times(desk: Desk) -> None:
    assert desk.minutes() == (30, 60, 1)
    acknowledged = desk.corrected(Corrected.ACKNOWLEDGED, "13:10")  # on ana's clock, an hour ahead
    assert acknowledged.acknowledged_at == NOON + timedelta(minutes=10)
    resolved = desk.corrected(Corrected.RESOLVED, NOON + timedelta(minutes=40))
    assert (resolved.resolved_at, resolved.so_since) == (NOON + timedelta(minutes=40),) * 2
    assert resolved.state_since == NOON + timedelta(hours=1)
    began = desk.corrected(Corrected.STARTED, "2026-03-10 11:50 UTC")
    assert (began.began_at, began.created_at) == (NOON - timedelta(minutes=10), NOON)
    assert desk.minutes() == (20, 50, 1)
    with desk.store.read(TEAM) as tx:
        entries = tx.timeline.page(1, limit=20)
    told = [(one.data["what"], one.data["entry"], one.data["before"]) for one in entries if one.kind == "corrected"]
    assert told == [
        ("acknowledged", 2, (NOON + timedelta(minutes=30)).isoformat()),
        ("resolved", 3, (NOON + timedelta(hours=1)).isoformat()),
        ("started", 1, NOON.isoformat()),
    ]
    assert [one.happened_at for one in entries[:3]] == [NOON + timedelta(minutes=m) for m in (0, 30, 60)]
    assert verify_audit(desk.store)[1] == []


def test_the_card_is_edited_and_a_second_correction_counts(desk: Desk) -> None:
    desk.corrected(Corrected.RESOLVED, NOON + timedelta(minutes=40))
    desk.corrected(Corrected.RESOLVED, NOON + timedelta(minutes=50))
    assert desk.minutes() == (30, 50, 1)
    with desk.store.begin(TEAM) as tx:
        [card] = [row for row in tx.effects.due(tx.now, limit=100) if isinstance(row.effect, CardCurrent)]
    assert card.incident == 1


@pytest.mark.parametrize(
    ("what", "at"),
    (
        (Corrected.ACKNOWLEDGED, NOON - timedelta(minutes=1)),
        (Corrected.ACKNOWLEDGED, NOON + timedelta(minutes=61)),
        (Corrected.RESOLVED, NOON + timedelta(minutes=29)),
        (Corrected.RESOLVED, NOON + timedelta(minutes=91)),
        (Corrected.STARTED, NOON + timedelta(minutes=31)),
        (Corrected.STARTED, NOON - timedelta(days=91)),
    ),
)
def test_what_is_out_of_order_or_in_the_future_is_refused_with_the_bounds(
    desk: Desk, what: Corrected, at: datetime
) -> None:
    refused = desk.refused(what, at)
    assert isinstance(refused, TimeRefused)
    assert refused.earliest is not None
    assert refused.latest is not None
    assert not refused.earliest <= at <= refused.latest
    assert desk.minutes() == (30, 60, 1)


def test_a_start_out_of_the_period_takes_the_incident_out_of_its_figures_and_one_inside_brings_it_in(
    desk: Desk,
) -> None:
    desk.corrected(Corrected.STARTED, NOON - timedelta(days=2))
    assert desk.minutes() == (None, None, 0)
    assert stats(desk.store, TEAM, "7d").figures.created == 1
    desk.clock.at += timedelta(days=3)
    assert stats(desk.store, TEAM, "24h").before.created == 0
    assert stats(desk.store, TEAM, "2026-03-08/2026-03-08").figures.created == 1


def test_of_several_acknowledgements_the_first_is_meant_and_of_several_resolutions_the_last(desk: Desk) -> None:
    desk.do(reopen, "INC-1")
    desk.clock.at += timedelta(minutes=10)
    desk.do(acknowledge, "INC-1")
    desk.clock.at += timedelta(minutes=10)
    incident = desk.corrected(Corrected.ACKNOWLEDGED, NOON + timedelta(minutes=5))
    assert incident.acknowledged_at == NOON + timedelta(minutes=100)
    assert desk.minutes()[0] == 5
    assert isinstance(desk.refused(Corrected.RESOLVED, NOON + timedelta(minutes=95)), TimeRefused)


def test_what_never_happened_is_the_same_already_or_cannot_be_read_is_refused(desk: Desk) -> None:
    desk.do(create, Draft("Another", Severity.LOW))
    never = desk.do(correct, "INC-2", Corrected.RESOLVED, "13:00")
    assert never == TimeRefused("INC-2", "resolved")
    assert isinstance(desk.refused(Corrected.RESOLVED, NOON + timedelta(hours=1)), Unchanged)
    for text in ("25:00", "soon", "2026-02-30 12:00", "12", "99999d ago", "9999-99-99T99:99Z", ""):
        assert isinstance(desk.refused(Corrected.RESOLVED, text), BadField | TimeRefused), text
    assert desk.minutes()[:2] == (30, 60)


def test_drills_stay_out_of_the_figures_also_when_corrected(desk: Desk) -> None:
    desk.do(create, replace(Draft("Exercise", Severity.LOW), drill=True))
    outcome = desk.do(correct, "INC-2", Corrected.STARTED, NOON)
    assert isinstance(outcome, Done)
    assert desk.minutes() == (30, 60, 1)
