"""Reports of ours in the database: read from the timelines, kept, tried again after a failure, by who may."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock, permissions_of
from incidentbot.domain.correction import Corrected
from incidentbot.domain.incident import Draft
from incidentbot.domain.job import Failed, Job, JobState, OwnReportMade, OwnReportOrder, Place
from incidentbot.domain.moments import told
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.policy import Policy
from incidentbot.domain.refusals import NotPermitted, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries.reports import report_content
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.store.tables import effects
from incidentbot.usecases import Cause, acknowledge, correct, create, resolve
from incidentbot.usecases.make_report import Report, keep_report, report_not_made, report_pictured, retry_report
from incidentbot.usecases.order_job import order_job
from tests.unit.reports.contents import ORDINARY

TEAM, ANA, BEN, CHANNEL = "T0ACME", "U0ANA00001", "U0BEN00002", "C0INCIDENT"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    file = read_config(f"permissions: {{user_mappings: {{{ANA}: admin}}, default: viewer}}")
    store = Store(database_url, clock=SystemClock(), policy=Policy(permissions=permissions_of(file)))
    with store.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, url="https://acme.slack.com/", bot_user_id="U0BOT"), tx.now)
    yield store
    store.close()


def cause(key: str, person: str = ANA) -> Cause:
    return Cause(TEAM, key, Actor(Source.SLACK, person), "slash_command")


def order(store: Store, kind: str = "incidents", incident: int = 0) -> Job:
    asked = OwnReportOrder(kind, "" if incident else "7d", incident=incident)
    ordered = order_job(store, cause(f"order:{kind}:{incident}"), Right.REPORT, asked, Place(CHANNEL))
    assert isinstance(ordered, Job)
    return ordered


def stored(store: Store, job: Job) -> Job:
    with store.read(TEAM) as tx:
        found = tx.jobs.get(job.id)
    assert found is not None
    return found


def kept(store: Store, job: Job) -> None:
    with store.begin(TEAM) as tx:
        keep_report(tx, job.id, Report(ORDINARY, b"png", b"", b"%PDF", "k" * 64))


def test_it_tells_what_happened_by_whom_and_where(store: Store) -> None:
    made = create(store, cause("1"), Draft(title="Payments are down <!channel>", severity=Severity.CRITICAL))
    assert hasattr(made, "incident")
    acknowledge(store, cause("2"), "INC-1")
    resolve(store, cause("3"), "INC-1", "Rolled back")
    create(store, cause("4"), Draft(title="Disk is full", severity=Severity.HIGH))
    content = report_content(store, order(store), "Europe/Berlin")
    assert content.summary[0].startswith("2 incidents in the last 7 days, 2 more than before: 1 critical, 1 high")
    assert [row.reference for row in content.rows] == ["INC-1", "INC-2"]
    assert content.rows[0].title == "Payments are down <!channel>"
    (story,) = content.stories
    assert [entry.what.split(" by ")[0] for entry in story.happened] == ["Incident created", "Acknowledged", "Resolved"]
    assert story.happened[-1].words == "Rolled back"
    alone = report_content(store, order(store, "incident", 1), "UTC")
    assert alone.name == "INC-1: Payments are down <!channel>"
    assert not alone.rows


def test_times_are_told_as_they_were_corrected(store: Store) -> None:
    made = create(store, cause("1"), Draft(title="Payments are down", severity=Severity.CRITICAL))
    assert isinstance(made, Done)
    resolve(store, cause("2"), "INC-1")
    began = made.incident.created_at - timedelta(hours=2)
    assert isinstance(correct(store, cause("3"), "INC-1", Corrected.STARTED, began), Done)
    whole, alone = (report_content(store, order(store, *asked), "UTC") for asked in (("incidents",), ("incident", 1)))
    for (story,) in (whole.stories, alone.stories):
        assert story.course.finding.startswith("INC-1 was resolved after 2 h")
        assert story.happened[0].at == told(began, ZoneInfo("UTC"))
    assert alone.period.startswith(told(began, ZoneInfo("UTC")))


def test_an_exercise_is_told_as_one(store: Store) -> None:
    create(store, cause("1"), Draft(title="Payments are down", severity=Severity.CRITICAL, drill=True))
    assert report_content(store, order(store, "incident", 1), "UTC").name.startswith("DRILL")


def test_of_an_incident_that_is_not_there_is_none(store: Store) -> None:
    with pytest.raises(Refused):
        report_content(store, order(store, "incident", 99), "UTC")


def test_it_is_kept_once_pictured_and_then_shown(store: Store) -> None:
    job = order(store)
    kept(store, job)
    kept(store, job)
    assert stored(store, job).state is JobState.RUNNING
    with store.begin(TEAM) as tx:
        report_pictured(tx, job.id, "F1")
        report_pictured(tx, job.id, "F2")
    done = stored(store, job)
    assert (done.state, done.remote_id) == (JobState.DONE, job.id)
    assert isinstance(done.result, OwnReportMade)
    assert (done.result.picture, done.result.link) == ("F1", "")


def test_one_that_failed_is_tried_again_once_by_who_may(store: Store) -> None:
    job = order(store)
    with store.begin(TEAM) as tx:
        report_not_made(tx, job.id, "the report took too long to make")
    assert stored(store, job).result == Failed("not_made", detail="the report took too long to make")
    assert isinstance(retry_report(store, cause("again:1", BEN), job.id), NotPermitted)
    again = [retry_report(store, cause(f"again:{number}"), job.id) for number in (2, 3)]
    assert [one.version for one in again if isinstance(one, Job)] == [3, 3]
    assert stored(store, job).state is JobState.WAITING
    with store.database.read() as connection:
        drawn = sa.select(sa.func.count()).where(effects.c.lane == f"report:{job.id}")
        assert connection.execute(drawn).scalar_one() == 2


def test_who_may_not_gets_none(store: Store) -> None:
    asked = OwnReportOrder("incidents", "7d")
    assert isinstance(order_job(store, cause("x", BEN), Right.REPORT, asked, Place(CHANNEL)), NotPermitted)


def test_the_oldest_are_found_to_be_deleted(store: Store) -> None:
    job = order(store)
    kept(store, job)
    with store.begin(TEAM) as tx:
        assert tx.reports.made_before(tx.now + timedelta(seconds=1), 10) == ((TEAM, job.id),)
        assert tx.reports.made_before(tx.now - timedelta(days=1), 10) == ()
        tx.reports.delete(job.id)
        assert tx.reports.get(job.id) is None
