"""What has been over for long goes, with all that belongs to it; what is not stays, and the audit chain verifies."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import permissions_of
from incidentbot.domain.incident import Draft
from incidentbot.domain.job import Job, OwnReportOrder, Place
from incidentbot.domain.maintenance import Order, Scope, Window
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.policy import Policy
from incidentbot.domain.refusals import KeyReused, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import ReportForgotten
from incidentbot.queries.audit import verify_audit
from incidentbot.queries.pruning import prunable
from incidentbot.settings_file import ConfigFile
from incidentbot.store import Store
from incidentbot.store.database import Database
from incidentbot.store.effects import Planned
from incidentbot.store.pruning import Marks
from incidentbot.store.tables import effects, inbox, incidents, metadata, pruned, timeline_entries
from incidentbot.usecases import Cause, add_note, create, reopen, resolve
from incidentbot.usecases.forget_reports import forget_reports
from incidentbot.usecases.maintenance import end_maintenance, start_maintenance
from incidentbot.usecases.make_report import Report, keep_report
from incidentbot.usecases.order_job import order_job
from incidentbot.usecases.prune import prune
from tests.clocks import HandClock
from tests.integration.store.rows import CLOCK, ROWS, fill
from tests.unit.reports.contents import ORDINARY

TEAM = Workspace("T0ACME", "Acme", "https://acme.slack.com/")
ACTOR = Actor(Source.CLI, name="cli")
YEAR = timedelta(days=365)
NOWHERE: Marks = {}


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2024, 2, 1, tzinfo=UTC))


@pytest.fixture
def store(database_url: str, clock: HandClock) -> Iterator[Store]:
    made = Store(database_url, clock=clock, policy=Policy(posting=False, permissions=permissions_of(ConfigFile())))
    with made.begin(TEAM.team_id) as tx:
        tx.installations.save(TEAM, tx.now)
    yield made
    made.close()


def cause(key: str) -> Cause:
    return Cause(TEAM.team_id, key, ACTOR, "cli")


def lived(store: Store, number: int, *, resolved: bool = True) -> None:
    create(store, cause(f"{number} created"), Draft(f"Incident {number}", Severity.HIGH))
    add_note(store, cause(f"{number} note"), f"INC-{number}", "seen")
    if resolved:
        resolve(store, cause(f"{number} resolved"), f"INC-{number}")


@pytest.fixture
def history(store: Store, clock: HandClock) -> Store:
    """INC-1 to INC-3 are over since more than a year, INC-4 is still open, INC-5 was resolved lately."""
    for number in (1, 2, 3):
        lived(store, number)
    lived(store, 4, resolved=False)
    clock.at += YEAR
    lived(store, 5)
    clock.at += timedelta(days=40)
    return store


def pruned_by(store: Store, age: timedelta = YEAR, kept: list[int] | None = None) -> tuple[int, int]:
    return prune(store, cause("prune"), age, (kept if kept is not None else []).extend, lambda *_: None)


def numbers(store: Store, table: sa.Table = incidents, column: str = "number") -> list[int]:
    with store.database.read() as connection:
        return sorted(set(connection.execute(sa.select(table.c[column])).scalars()))


def test_only_what_is_over_for_long_goes_and_the_chain_verifies(history: Store) -> None:
    assert prunable(history, TEAM.team_id, YEAR) == 3
    kept: list[int] = []
    assert pruned_by(history, kept=kept)[0] == 3
    assert kept == [1, 2, 3]
    assert numbers(history) == [4, 5]
    assert numbers(history, timeline_entries, "incident") == [4, 5]
    assert verify_audit(history)[1] == []
    assert pruned_by(history) == (0, 0)


def test_a_number_is_never_given_again(history: Store) -> None:
    pruned_by(history)
    create(history, cause("next"), Draft("The next one", Severity.LOW))
    assert numbers(history) == [4, 5, 6]


def test_of_an_incident_that_is_not_pruned_no_entry_can_be_deleted(history: Store) -> None:
    pruned_by(history)
    with pytest.raises(sa.exc.IntegrityError), history.database.write() as connection:
        connection.execute(sa.delete(timeline_entries).where(timeline_entries.c.incident == 4))


def test_who_takes_entries_out_by_hand_is_found(history: Store) -> None:
    with history.database.write() as connection:
        row = {"team_id": TEAM.team_id, "incident": 4, "pruned_at": history.database.now(connection)}
        connection.execute(sa.insert(pruned), [row])
        connection.execute(sa.delete(timeline_entries).where(timeline_entries.c.incident == 4))
    (broken,) = verify_audit(history)[1]
    assert "INC-4" in broken.why


def test_what_is_still_to_be_told_is_told_first(history: Store) -> None:
    with history.database.write() as connection:
        waiting = {
            "system": "slack",
            "rank": 1,
            "data": {"incident": 2, "order": 99},
            "team_id": TEAM.team_id,
            "id": "waits",
            "kind": "card",
            "lane": "card:2",
            "seq": 99,
            "incident": 2,
            "finished_at": None,
            "outcome": None,
            "lease": None,
            "lease_until": None,
            "created_at": history.database.now(connection),
            "due_at": history.database.now(connection),
        }
        connection.execute(sa.insert(effects), [waiting])
    assert pruned_by(history)[0] == 2
    assert numbers(history) == [2, 4, 5]


def test_broken_off_it_goes_on(history: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidentbot.usecases.prune.STEP", 1)
    steps: list[Sequence[int]] = []

    def dying(chosen: Sequence[int]) -> None:
        steps.append(chosen)
        if len(steps) == 2:
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        prune(history, cause("prune"), YEAR, dying, lambda *_: None)
    assert numbers(history) == [2, 3, 4, 5]
    assert pruned_by(history)[0] == 2
    assert verify_audit(history)[1] == []


def test_one_that_is_reopened_meanwhile_stays(history: Store) -> None:
    def reopening(chosen: Sequence[int]) -> None:
        if 2 in chosen:
            reopen(history, cause("reopened"), "INC-2")

    assert prune(history, cause("prune"), YEAR, reopening, lambda *_: None)[0] == 2
    assert numbers(history) == [2, 4, 5]
    assert verify_audit(history)[1] == []


def test_what_came_in_is_forgotten_with_its_time(history: Store) -> None:
    with history.database.read() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one()
    _, rows = pruned_by(history)
    with history.database.read() as connection:
        left = connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one()
    assert rows > 0
    assert 0 < left < count


def test_a_report_is_forgotten_with_its_files_before_its_job_goes(history: Store, clock: HandClock) -> None:
    where = Place("C0REPORTS", "1.1", incident=1)
    job = order_job(history, cause("report"), Right.REPORT, OwnReportOrder("incident", "", incident=1), where)
    assert isinstance(job, Job)
    with history.begin(TEAM.team_id) as tx:
        keep_report(tx, job.id, Report(ORDINARY, b"png", b"", b"%PDF", "k" * 64))

    def known() -> bool:
        pruned_by(history, timedelta(days=30))
        with history.read(TEAM.team_id) as tx:
            return tx.jobs.get(job.id) is not None

    clock.at += timedelta(days=40)
    assert known()
    clock.at += history.policy.reports.keep_for
    assert known()
    deleting = ReportForgotten(0, 1, job.id)
    with history.begin(TEAM.team_id) as tx:
        tx.effects.add([Planned(deleting, Severity.LOW, "", waits=False, due_at=tx.now)], tx.now)
    assert forget_reports(history) == 1
    assert known()
    with history.begin(TEAM.team_id) as tx:
        (waiting,) = [row for row in tx.effects.due(tx.now) if row.effect == deleting]
        tx.effects.lease(waiting, "lease", tx.now, begun=tx.now)
        tx.effects.finish(waiting.id, "lease", "done", tx.now)
    assert not known()
    assert 1 not in numbers(history)


def test_what_is_young_is_not_to_be_pruned(history: Store) -> None:
    with pytest.raises(Refused):
        pruned_by(history, age=timedelta(days=29))


def test_whatever_table_names_an_incident_is_emptied_of_it(database_url: str) -> None:
    """Rows in every table, by the schema: one that is added later is not forgotten, and no order breaks a reference."""
    fill(database_url)
    with closing(Database(database_url, CLOCK)) as database:
        with database.write() as connection:
            connection.execute(sa.update(incidents).values(state="resolved"))
            teams = dict(connection.execute(sa.select(incidents.c.number, incidents.c.team_id)).all())
        with closing(Store(database_url, clock=CLOCK)) as store:
            for number, team in teams.items():
                with store.begin(team) as tx:
                    assert tx.pruning.take_out([number], tx.now, tx.now) == (number,)
                    tx.pruning.take_out_rest(tx.now, ROWS, NOWHERE)
        named = [table for table in metadata.sorted_tables if "incident" in table.c]
        with database.read() as connection:
            left = {
                table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (*named, incidents)
            }
    assert {name for name, count in left.items() if count} == {"audit_log", "pruned"}


def maintained(store: Store, key: str) -> int:
    """The number of a maintenance window that was begun and ended."""
    window = start_maintenance(store, cause(key), Order(Scope.CI, "PROD-WEB-01", timedelta(hours=1)))
    assert isinstance(window, Window)
    assert isinstance(end_maintenance(store, cause(f"{key} over"), window.number), Window)
    return window.number


def test_a_maintenance_window_that_is_over_is_pruned_and_its_number_not_given_again(
    store: Store, clock: HandClock
) -> None:
    assert [maintained(store, "first"), maintained(store, "second")] == [1, 2]
    clock.at += YEAR + timedelta(days=1)
    pruned_by(store)
    with store.read(TEAM.team_id) as tx:
        assert (tx.maintenance.get(1), tx.maintenance.get(2)) == (None, None)
    assert maintained(store, "third") == 3


def test_a_window_of_the_release_before_has_its_number_to_itself(store: Store) -> None:
    """It counts by the windows that there are, and leaves the counter alone."""
    assert maintained(store, "first") == 1
    with store.begin(TEAM.team_id) as tx:
        before = tx.maintenance.get(1)
        assert before is not None
        tx.maintenance.add(replace(before, number=2))
    assert maintained(store, "third") == 3


def test_what_is_young_is_passed_over_and_all_that_is_old_goes_however_small_the_steps(database_url: str) -> None:
    """What is old lies before, between and behind what is not."""
    with closing(Store(database_url, clock=CLOCK)) as store, store.begin(TEAM.team_id) as tx:
        now = tx.now
        for number, at in enumerate((now - 2 * YEAR, now) * 2):
            tx.inbox.answer(f"cause-{number}", "cli", KeyReused("cause"), mark="", now=at)
        gone, taken, marks = 0, 1, NOWHERE
        while taken:
            taken, marks = tx.pruning.take_out_rest(now - YEAR, 1, marks)
            gone += taken
        assert (gone, [bool(tx.inbox.known(f"cause-{number}")) for number in range(4)]) == (2, [False, True] * 2)
