"""`incidentbot migrate --from … --to …`: an operator moves from a SQLite file to PostgreSQL."""

from contextlib import closing, redirect_stderr
from io import StringIO

import pytest
import structlog
import typer

from incidentbot.bootstrap import SystemClock, permissions_of
from incidentbot.cli.moving import moved
from incidentbot.domain.policy import Policy
from incidentbot.settings_file import ConfigFile
from incidentbot.store import Store
from tests.integration.cli.conftest import INSTALLED, TEAM, Terminal

POLICY = Policy(permissions=permissions_of(ConfigFile()))


@pytest.fixture
def file(sqlite_url: str) -> str:
    """A SQLite file of a service that runs no more, with one workspace."""
    with closing(Store(sqlite_url, clock=SystemClock(), policy=POLICY)) as store, store.begin(TEAM.team_id) as tx:
        tx.installations.save(TEAM, INSTALLED)
    return sqlite_url


def at(url: str) -> Terminal:
    return Terminal({"DATABASE_URL": url, "INCIDENTBOT_LOG_LEVEL": "error"})


def test_the_service_goes_on_where_it_was(file: str, empty_postgresql_url: str) -> None:
    assert at(file).run("incidents", "create", "Database down", "--severity", "critical").code == 0
    answer = at(file).run("migrate", "--from", file, "--to", empty_postgresql_url)
    assert answer.code == 0, answer.err
    new = at(empty_postgresql_url)
    assert "Database down" in new.run("incidents", "show", "1").out
    assert new.run("incidents", "ack", "1").code == 0
    assert new.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("options", "named"),
    (
        (("--from", "sqlite:///here.db"), "--to"),
        (("--to", "postgresql://u:a-password@127.0.0.1/x"), "--from"),
        (("--from", "mysql://u:a-password@127.0.0.1/x", "--to", "sqlite:///here.db"), "--from"),
        (("--from", "sqlite:///here.db", "--to", "sqlite://"), "--to"),
        (("--from", "sqlite:///here.db", "--to", "sqlite:///here.db"), "same"),
    ),
    ids=("no target", "no source", "no database of ours", "only in memory", "the same twice"),
)
def test_what_cannot_be_moved_is_said_with_2(options: tuple[str, ...], named: str) -> None:
    answer = at("sqlite:///nowhere.db").run("migrate", *options)
    assert answer.code == 2
    assert named in answer.err
    assert "a-password" not in answer.err


def test_a_database_that_does_not_answer_and_a_file_that_is_not_there_end_with_1(file: str) -> None:
    away = at(file).run("migrate", "--from", file, "--to", "postgresql://u:a-password@127.0.0.1:1/x")
    assert away.code == 1
    assert "a-password" not in away.err
    assert at(file).run("migrate", "--from", f"{file}.missing", "--to", file).code == 1


def test_the_log_shows_the_password_of_neither() -> None:
    urls = [f"postgresql://u:{name}-password@127.0.0.1:1/x" for name in ("old", "new")]
    with redirect_stderr(StringIO()) as shown, pytest.raises(typer.Exit):
        moved(*urls)
    structlog.get_logger(__name__).error("database.unavailable", reason="neither old-password nor new-password fits")
    assert "database.unavailable" in shown.getvalue()
    assert "-password" not in shown.getvalue()
