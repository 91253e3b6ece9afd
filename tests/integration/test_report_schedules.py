"""Twenty schedules, three replicas, restarts and downtimes: every report is ordered exactly when it should be, once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import permissions_of
from incidentbot.domain.job import OwnReportMade, OwnReportOrder
from incidentbot.domain.people import Actor, Person, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.refusals import BadField, NotPermitted
from incidentbot.domain.report_schedule import MOST, ReportSchedule, Wanted, read_schedule
from incidentbot.domain.workspace import Workspace
from incidentbot.settings_file import ConfigFile, read_config
from incidentbot.store import Store
from incidentbot.store.tables import effects, jobs
from incidentbot.usecases import Cause
from incidentbot.usecases.forget_reports import forget_reports
from incidentbot.usecases.make_report import Report, keep_report, report_filed, report_pictured
from incidentbot.usecases.schedule_report import fire_schedule, schedule_report, stop_schedule
from tests.clocks import HandClock
from tests.unit.reports.contents import ORDINARY

TEAM = "T1"
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")
TIMES = (time(0), time(2, 30), time(9, 30), time(17), time(23, 59))
DAYS = ("0123456", "01234", "0", "6", "0123456")


@dataclass
class World:
    """A database and as many replicas as are asked for, all on one clock."""

    url: str
    clock: HandClock
    file: ConfigFile

    def replica(self) -> Store:
        return Store(self.url, clock=self.clock, policy=Policy(permissions=permissions_of(self.file)))


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url, HandClock(datetime(2026, 10, 18, 12, tzinfo=UTC)), ConfigFile())


def cause(key: str, person: str = "UANA") -> Cause:
    return Cause(TEAM, key, Actor(Source.SLACK, person), "mention")


def install(store: Store) -> None:
    with store.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, url="https://acme.slack.com/", bot_user_id="U0BOT"), tx.now)
        for place, zone in enumerate(ZONES):
            tx.people.save(Person(f"U{place}", zone, tz=zone), tx.now)


def channel(zone: int, at: int) -> str:
    return f"C0000{zone}{at}"


def make_twenty(store: Store) -> None:
    install(store)
    for zone in range(len(ZONES)):
        for at, (clock, on) in enumerate(zip(TIMES, DAYS, strict=True)):
            wanted = Wanted("daily_summary", clock, on)
            made = schedule_report(store, cause(f"{zone}:{at}", f"U{zone}"), wanted, channel(zone, at))
            assert isinstance(made, ReportSchedule)
            assert made.zone == ZONES[zone]


def due_times(zone: str, at: time, on: str, since: datetime, until: datetime) -> list[datetime]:
    """The slow way: minute by minute along the clocks of the zone, the first of each day at the time or later."""
    clocks, found = ZoneInfo(zone), dict[date, datetime]()
    moment = (since - timedelta(days=2)).replace(second=0, microsecond=0)
    while moment <= until:
        shown = moment.astimezone(clocks)
        if shown.time().replace(tzinfo=None) >= at:
            found.setdefault(shown.date(), moment)
        moment += timedelta(minutes=1)
    return [at for day, at in found.items() if since < at <= until and str(day.weekday()) in on]


def work(stores: list[Store]) -> None:
    """All replicas at once, until nothing is due."""

    def drain(store: Store) -> None:
        while fire_schedule(store) is not None:
            pass

    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(drain, stores))


def ordered(store: Store) -> list[tuple[str, datetime, bool]]:
    with store.database.read() as connection:
        rows = connection.execute(sa.select(jobs.c.channel, jobs.c.created_at, jobs.c.asked)).all()
    return sorted((row.channel, row.created_at, bool(row.asked["late"])) for row in rows)


def simulate(world: World, days: int) -> None:
    """Live through `days`, restarted every third, and with nobody there from the fifth to the seventh of each ten."""
    stores = [world.replica() for _ in range(3)]
    make_twenty(stores[0])
    began = world.clock.at
    twenty = [(z, a) for z in range(len(ZONES)) for a in range(len(TIMES))]
    coming = {(z, a): due_times(ZONES[z], TIMES[a], DAYS[a], began, began + timedelta(days=days)) for z, a in twenty}
    expected: list[tuple[str, datetime, bool]] = []
    for day in range(days):
        end = began + timedelta(days=day + 1)
        missed = {one: [at for at in due if end - timedelta(days=1) < at <= end] for one, due in coming.items()}
        if day % 10 in {4, 5}:
            continue
        if day % 10 == 6:
            world.clock.at = end - timedelta(days=1)
            late = world.clock.at - timedelta(days=2)
            expected += [
                (channel(*one), world.clock.at, True)
                for one, due in coming.items()
                if any(late < at <= world.clock.at for at in due)
            ]
            work(stores)
        if day % 3 == 0:
            stores.pop(0).close()
            stores.append(world.replica())
        for moment in sorted({at for due in missed.values() for at in due}):
            world.clock.at = moment
            work(stores)
        expected += [(channel(*one), at, False) for one, due in missed.items() for at in due]
        world.clock.at = end
    found = ordered(stores[0])
    for store in stores:
        store.close()
    assert found == sorted(expected)


def test_two_weeks_over_the_change_of_clocks(world: World) -> None:
    simulate(world, 14)


@pytest.mark.matrix
def test_a_year(world: World) -> None:
    simulate(world, 365)


def test_the_same_mention_twice_makes_one_and_stopped_is_stopped(world: World) -> None:
    store = world.replica()
    install(store)
    wanted = read_schedule("daily summary at 9:30 am")
    first, again = (schedule_report(store, cause("m1"), wanted, "C0REPORTS0") for _ in range(2))
    assert first == again
    assert isinstance(first, ReportSchedule)
    assert stop_schedule(store, cause("m2"), first.number) == first
    unknown = stop_schedule(store, cause("m3"), first.number)
    assert isinstance(unknown, BadField)
    world.clock.at += timedelta(days=3)
    assert fire_schedule(store) is None
    store.close()


def test_a_repeat_of_the_last_that_there_may_be_is_answered_like_it_and_one_more_is_refused(world: World) -> None:
    store = world.replica()
    install(store)
    wanted = read_schedule("incidents at noon")
    made = [schedule_report(store, cause(f"m{place}"), wanted, "C0REPORTS0") for place in range(MOST)]
    assert schedule_report(store, cause(f"m{MOST - 1}"), wanted, "C0REPORTS0") == made[-1]
    refused = schedule_report(store, cause("one more"), wanted, "C0REPORTS0")
    assert refused == BadField("schedule", "out_of_range", limit=MOST)
    with store.read(TEAM) as tx:
        assert len(tx.schedules.all()) == MOST
    store.close()


def test_who_may_not_makes_none_and_who_may_no_more_gets_none(world: World) -> None:
    world.file = read_config("permissions: {user_mappings: {UANA: operator}, default: viewer}")
    store = world.replica()
    install(store)
    wanted = read_schedule("daily summary at noon")
    assert isinstance(schedule_report(store, cause("m1", "UBEN"), wanted, "C0REPORTS0"), NotPermitted)
    assert isinstance(schedule_report(store, cause("m2"), wanted, "C0REPORTS0"), ReportSchedule)
    store.close()
    world.file = read_config("permissions: {default: viewer}")
    world.clock.at += timedelta(days=1)
    later = world.replica()
    assert fire_schedule(later) is not None
    assert ordered(later) == []
    assert fire_schedule(later) is None
    later.close()


def test_reports_are_forgotten_when_their_time_is_over_and_their_files_too(world: World) -> None:
    store = world.replica()
    install(store)
    schedule_report(store, cause("m1"), read_schedule("incidents at noon"), "C0REPORTS0")
    world.clock.at += timedelta(days=1)
    assert fire_schedule(store) is not None
    with store.begin(TEAM) as tx:
        (job_id,) = (row.id for row in tx._connection.execute(sa.select(jobs.c.id)))  # noqa: SLF001 - the one there is
        keep_report(tx, job_id, Report(ORDINARY, b"png", b"", b"%PDF", "k" * 64))
        report_pictured(tx, job_id, "F1")
        report_filed(tx, job_id, "F2", "incidents.pdf")
    assert forget_reports(store) == 0
    world.clock.at += timedelta(days=91)
    assert (forget_reports(store), forget_reports(store)) == (1, 0)
    with store.read(TEAM) as tx:
        assert tx.reports.get(job_id) is None
        job = tx.jobs.get(job_id)
    assert job is not None
    assert isinstance(job.order, OwnReportOrder)
    assert isinstance(job.result, OwnReportMade)
    assert job.result.forgotten
    with store.database.read() as connection:
        gone = sa.select(sa.func.count()).where(effects.c.kind == "report_forgotten")
        assert connection.execute(gone).scalar_one() == 1
    store.close()
