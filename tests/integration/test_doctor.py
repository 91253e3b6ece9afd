"""What the database tells the doctor: what waits, what was set aside, who is there to do it."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from incidentbot.delivery.doctor.backlog import backlog
from incidentbot.delivery.doctor.configuration import configuration
from incidentbot.delivery.doctor.database import _clock, _durability
from incidentbot.delivery.doctor.heard import heard
from incidentbot.delivery.doctor.patient import Patient
from incidentbot.domain.doctor import Finding, Verdict
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.store.credentials import Credentials
from incidentbot.store.replicas import Replica
from incidentbot.store.secret_box import SecretBox
from incidentbot.store.tables import inbox
from incidentbot.usecases import Cause, create
from tests import databases

TEAM = "T0ACME"


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[Store]:
    with closing(Store(database_url, clock=clock)) as store:
        with store.begin(TEAM) as tx:
            tx.installations.save(Workspace(TEAM), tx.now)
        yield store


def found(store: Store) -> dict[str, Finding]:
    return {finding.name: finding for finding in backlog(store, "", "1.0")}


def replica(name: str, *, works: bool = True, serves: bool = True, version: str = "1.0") -> Replica:
    return Replica(name, f"host-{name}", version, serves, works)


def say(store: Store, *alive: Replica) -> None:
    with store.begin("") as tx:
        for one in alive:
            tx.replicas.seen(one, tx.now)


def test_what_nobody_folds_or_sends_is_late_after_a_minute(store: Store, clock: Clock) -> None:
    create(store, Cause(TEAM, "one", Actor(Source.CLI), "cli"), Draft("Late", Severity.HIGH))
    with store.begin("") as tx:
        tx.inbox.store("delivery", "nopesight", b"{}", tx.now)
    assert "inbox.lag" not in found(store)
    assert found(store)["effects.lag"].verdict is Verdict.OK
    clock.moment += timedelta(minutes=2)
    assert found(store)["inbox.lag"].verdict is Verdict.FAIL
    assert found(store)["effects.lag"].verdict is Verdict.WARN


def test_what_waits_for_a_token_is_told(store: Store) -> None:
    create(store, Cause(TEAM, "one", Actor(Source.CLI), "cli"), Draft("Held", Severity.HIGH))
    with store.begin(TEAM) as tx:
        tx.installations.refuse_token(TEAM, "token_revoked", tx.now)
    assert found(store)["effects.held"].verdict is Verdict.FAIL


def test_a_token_that_could_not_be_exchanged_is_told_before_it_ends(database_url: str, clock: Clock) -> None:
    with closing(Store(database_url, clock=clock, secrets=SecretBox([Fernet.generate_key().decode()]))) as store:
        for team, hours in ((TEAM, 1), ("T0FRESH", 12)):
            kept = Credentials("xoxe.xoxb-1", "xoxe-1-1", expires_at=clock.moment + timedelta(hours=hours))
            with store.begin("") as tx:
                tx.installations.save(Workspace(team), tx.now)
                tx.credentials.save(team, kept, tx.now)
        assert found(store)[f"slack.rotation {TEAM}"].verdict is Verdict.FAIL
        assert "slack.rotation T0FRESH" not in found(store)


def test_what_could_not_be_read_is_told(store: Store) -> None:
    with store.begin("") as tx:
        tx.inbox.store("delivery", "nopesight", b"{}", tx.now)
    with store.database.write() as connection:
        connection.execute(sa.update(inbox).values(attempts=5))
    assert found(store)["inbox.set_aside"].verdict is Verdict.FAIL


def test_processes_are_counted_and_one_of_them_has_to_deliver(store: Store) -> None:
    assert found(store)["replicas"].verdict is Verdict.FAIL
    say(store, replica("a", works=False))
    assert found(store)["replicas.worker"].verdict is Verdict.FAIL
    say(store, replica("b", serves=False))
    assert {"replicas.worker", "replicas.versions"} & set(found(store)) == set()
    assert "2 seen" in found(store)["replicas"].sentence
    say(store, replica("c", version="0.9"))
    assert found(store)["replicas.versions"].verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("keys", "verdict"), (((), Verdict.WARN), (("trigger:1",), Verdict.WARN), (("trigger:1", "event:1"), Verdict.OK))
)
def test_what_has_never_arrived_from_slack_is_told(store: Store, keys: tuple[str, ...], verdict: Verdict) -> None:
    with store.begin(TEAM) as tx:
        for key in keys:
            tx.inbox.store(key, "slash_command", b"", tx.now)
    (finding,) = heard(store, TEAM)
    assert finding.verdict is verdict


def test_a_service_that_takes_no_requests_is_told(store: Store) -> None:
    say(store, replica("a", serves=False))
    assert (found(store)["replicas.serve"].verdict, found(store)["replicas.serve"].remedy != "") == (Verdict.OFF, True)
    say(store, replica("b"))
    assert "replicas.serve" not in found(store)


def test_the_databases_clock_is_compared_with_this_machines(postgresql_url: str) -> None:
    with closing(Store(postgresql_url)) as store:
        for skew, verdict in ((0, Verdict.OK), (60, Verdict.WARN), (400, Verdict.FAIL), (-400, Verdict.FAIL)):
            patient = SimpleNamespace(store=store, now=lambda skew=skew: datetime.now(UTC) + timedelta(seconds=skew))
            (one,) = asyncio.run(_clock(cast(Patient, patient)))
            assert (one.name, one.verdict) == ("database.clock", verdict)


def test_a_database_that_is_not_utf_8_is_told(empty_postgresql_url: str) -> None:
    name = f"latin_{uuid4().hex}"
    with databases.connected(empty_postgresql_url) as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        url = sa.make_url(empty_postgresql_url).set(database=name).render_as_string(hide_password=False)
        with closing(Store(url)) as store:
            verdicts = {one.name: one.verdict for one in _durability(store)}
        alone.exec_driver_sql(f"DROP DATABASE {name}")
    assert verdicts["database.encoding"] is Verdict.FAIL


def test_a_settle_delay_that_is_too_short_and_a_missing_last_resort_are_told() -> None:
    short = load({"INCIDENTBOT_SETTLE_DELAY": "1s"}, command="doctor")
    told = {one.name: one for one in configuration(short)}
    assert (told["settings.settle_delay"].verdict, told["settings.last_resort"].verdict) == (Verdict.WARN, Verdict.OFF)
    assert told["settings.settle_delay"].remedy
    assert told["settings.last_resort"].remedy
    usual = load({"SLACK_WEBHOOK_URL": "https://hooks." + "slack.com/services/T0/B0/x"}, command="doctor")
    assert {"settings.settle_delay", "settings.last_resort"} & {one.name for one in configuration(usual)} == set()
