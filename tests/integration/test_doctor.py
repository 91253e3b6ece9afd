"""What the database tells the doctor: what waits, what was set aside, who is there to do it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from incidentbot.delivery.doctor.backlog import backlog
from incidentbot.delivery.doctor.heard import heard
from incidentbot.domain.doctor import Finding, Verdict
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from incidentbot.store.credentials import Credentials
from incidentbot.store.replicas import Replica
from incidentbot.store.secret_box import SecretBox
from incidentbot.store.tables import inbox
from incidentbot.usecases import Cause, create

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
