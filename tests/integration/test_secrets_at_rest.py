"""Tokens at rest: bound to their place, under keys that can be changed while everything runs."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.bootstrap import CannotStart, SystemClock, build
from incidentbot.domain.people import Actor, Source
from incidentbot.settings import load
from incidentbot.store import Store
from incidentbot.store.credentials import SECRETS, Credentials
from incidentbot.store.secret_box import NoKey, SecretBox, SecretUnreadable, make_key
from incidentbot.store.tables import credentials
from incidentbot.usecases.rotate_keys import rotate_keys
from tests.databases import connected

OLD, NEW = make_key(), make_key()
ACME, GLOBEX = "T0ACME", "T0GLOBEX"
CLI = Actor(Source.CLI, name="cli")
GIVEN = Credentials("xoxb-bot-token", "xoxe-1-refresh", "xapp-app-token", "signing-secret" * 3)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url, clock=SystemClock(), secrets=SecretBox([OLD]))
    with store.begin("") as tx:
        for team in (ACME, GLOBEX):
            tx.credentials.save(team, GIVEN, tx.now)
    yield store
    store.close()


def other(database_url: str, *keys: str) -> Store:
    return Store(database_url, clock=SystemClock(), secrets=SecretBox(keys))


@given(st.text(min_size=1), st.sampled_from([ACME, GLOBEX]), st.sampled_from(SECRETS))
def test_what_was_sealed_opens_in_its_place_alone(secret: str, team: str, column: str) -> None:
    box = SecretBox([OLD])
    sealed = box.seal(team, column, secret)
    assert box.open(team, column, sealed) == secret
    for elsewhere, into in ((ACME + "2", column), (team, column + "2")):
        with pytest.raises(SecretUnreadable, match="belongs"):
            box.open(elsewhere, into, sealed)


@given(st.integers(0, 200), st.characters(codec="ascii", categories=("L", "N")))
def test_what_was_changed_does_not_open(place: int, character: str) -> None:
    box = SecretBox([OLD])
    sealed = box.seal(ACME, "bot_token", "xoxb-1")
    changed = sealed[:place] + character + sealed[place + 1 :]
    if changed != sealed and place < len(sealed) - 2:  # the last characters of base64 may say the same
        with pytest.raises(SecretUnreadable):
            box.open(ACME, "bot_token", changed)


def test_without_a_key_nothing_is_kept() -> None:
    with pytest.raises(NoKey):
        SecretBox().seal(ACME, "bot_token", "xoxb-1")


def test_the_database_holds_no_token(store: Store, database_url: str) -> None:
    with connected(database_url) as connection:
        told = "\n".join(str(row) for row in connection.execute(sa.select(credentials)))
    assert not [name for name in SECRETS if getattr(GIVEN, name) in told]
    assert store.secrets.has_key


def test_a_row_that_was_copied_to_another_workspace_does_not_open(store: Store, database_url: str) -> None:
    with connected(database_url) as connection:
        theirs = connection.execute(sa.select(credentials).where(credentials.c.team_id == GLOBEX)).mappings().one()
        stolen = {name: theirs[name] for name in SECRETS}
        connection.execute(sa.update(credentials).where(credentials.c.team_id == ACME).values(stolen))
        connection.commit()
    with store.read("") as tx:
        with pytest.raises(SecretUnreadable, match="another workspace"):
            tx.credentials.get(ACME)
        assert tx.credentials.get(GLOBEX) == GIVEN
        assert [(error.team_id, error.key_missing) for error in tx.credentials.unreadable()] == [(ACME, False)]


def test_keys_are_rotated_while_the_service_runs(store: Store, database_url: str) -> None:
    running, rotating = other(database_url, NEW, OLD), other(database_url, NEW, OLD)
    failed: list[Exception] = []
    ended = threading.Event()

    def read_all_the_time() -> None:
        while not ended.is_set():
            try:
                with running.read("") as tx:
                    assert tx.credentials.get(ACME) == GIVEN
            except (SecretUnreadable, AssertionError) as error:
                failed.append(error)

    reader = threading.Thread(target=read_all_the_time)
    reader.start()
    try:
        assert rotate_keys(rotating, CLI) == 2
        assert rotate_keys(rotating, CLI) == 0
    finally:
        ended.set()
        reader.join()
    assert failed == []
    alone = other(database_url, NEW)
    with alone.read("") as tx:
        assert tx.credentials.get(ACME) == GIVEN
    for one in (running, rotating, alone):
        one.close()


def test_rotating_without_the_old_key_changes_nothing(store: Store, database_url: str) -> None:
    alone = other(database_url, NEW)
    with pytest.raises(SecretUnreadable):
        rotate_keys(alone, CLI)
    alone.close()
    with store.read("") as tx:
        assert tx.credentials.get(ACME) == GIVEN


@pytest.mark.parametrize("keys", ("", NEW), ids=("none", "another"))
async def test_the_service_does_not_start_without_the_keys_of_what_is_kept(
    store: Store, database_url: str, keys: str
) -> None:
    environ = {"DATABASE_URL": database_url, "SLACK_SIGNING_SECRET": "s" * 32, "INCIDENTBOT_SECRET_KEY": keys}
    service = build(load(environ, command="worker"))
    with pytest.raises(CannotStart) as told:
        await service.work()
    service.close()
    assert "INCIDENTBOT_SECRET_KEY" in str(told.value)
    assert ACME in str(told.value)
    assert "xox" not in str(told.value)


def test_tokens_show_in_no_representation() -> None:
    assert "xox" not in repr(GIVEN)
    assert "signing" not in repr(GIVEN).replace("signing_secret", "")


def test_one_of_many_replicas_refreshes_a_token(store: Store) -> None:
    expiring = Credentials("xoxb-old", "xoxe-1-old", expires_at=datetime.now(UTC))
    with store.begin("") as tx:
        tx.credentials.save(ACME, expiring, tx.now)
    turns = []
    for _ in range(5):
        with store.begin("") as tx:
            turns.append(tx.credentials.take_turn_to_refresh(tx.now, timedelta(hours=2), timedelta(minutes=1)))
    assert turns == [[ACME], [], [], [], []]
