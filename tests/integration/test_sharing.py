"""Sharing a report: by whom, which, and once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock, permissions_of
from incidentbot.domain.job import Job, JobState, ReportMade, ReportOrder
from incidentbot.domain.nopesight import Report
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.refusals import BadField, NotPermitted
from incidentbot.domain.workspace import Workspace
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.store.tables import effects
from incidentbot.usecases import Cause
from incidentbot.usecases.share_report import share_report

TEAM, ANA, BEN = "T0ACME", "U0ANA00001", "U0BEN00002"
WHERE, ASKED_IN = "C0ALERTS01", "C0INCIDENT"
MADE = Job(
    TEAM,
    "a" * 32,
    ReportOrder("daily_summary", "last_24h"),
    Actor(Source.SLACK, ANA),
    ASKED_IN,
    datetime(2026, 1, 20, tzinfo=UTC),
    state=JobState.DONE,
    remote_id="rep_5",
    result=ReportMade(Report("rep_5", "ready", name="Daily summary"), unfiled="not_in_channel"),
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    file = read_config(f"permissions: {{user_mappings: {{{ANA}: operator}}, default: viewer}}")
    store = Store(database_url, clock=SystemClock(), policy=Policy(permissions=permissions_of(file)))
    for team in (TEAM, "T0OTHER"):
        with store.begin(team) as tx:
            tx.installations.save(Workspace(team), tx.now)
    with store.begin(TEAM) as tx:
        tx.jobs.add(MADE)
    yield store
    store.close()


def cause(person: str = ANA, team: str = TEAM, key: str = "view:V1") -> Cause:
    return Cause(team, key, Actor(Source.SLACK, person), "modal")


def messages(store: Store) -> int:
    with store.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).where(effects.c.kind == "job_message")).scalar_one()


def test_the_same_form_sent_twice_shares_once(store: Store) -> None:
    first = share_report(store, cause(), "rep_5", WHERE, ASKED_IN)
    again = share_report(store, cause(), "rep_5", WHERE, ASKED_IN)
    assert isinstance(first, Job)
    assert first == again
    assert (first.channel, first.actor.id, first.state) == (WHERE, ANA, JobState.DONE)
    assert isinstance(first.result, ReportMade)
    assert first.result.unfiled == ""
    assert messages(store) == 1


def test_who_has_not_the_right_shares_nothing(store: Store) -> None:
    assert isinstance(share_report(store, cause(BEN), "rep_5", WHERE, ASKED_IN), NotPermitted)
    assert messages(store) == 0


@pytest.mark.parametrize("report", ("rep_6", "", "?", "x" * 500, "rep_5' OR '1'='1"))
def test_a_report_that_is_not_there_is_refused(store: Store, report: str) -> None:
    assert isinstance(share_report(store, cause(), report, WHERE, ASKED_IN), BadField)
    assert isinstance(share_report(store, cause(), "rep_5", "", ASKED_IN), BadField)


def test_another_workspaces_report_is_none(store: Store) -> None:
    with store.begin("T0OTHER") as tx:
        tx.jobs.add(Job("T0OTHER", "b" * 32, MADE.order, MADE.actor, ASKED_IN, MADE.created_at, remote_id="rep_9"))
    assert isinstance(share_report(store, cause(), "rep_9", WHERE, ASKED_IN), BadField)
    assert isinstance(share_report(store, cause(team="T0OTHER"), "rep_5", WHERE, ASKED_IN), (BadField, NotPermitted))
