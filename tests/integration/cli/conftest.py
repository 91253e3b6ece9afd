"""The command line over a real database; nothing is faked, as it talks to nobody."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from incidentbot.bootstrap import SystemClock, permissions_of
from incidentbot.cli import app
from incidentbot.domain.people import Person
from incidentbot.domain.policy import Policy
from incidentbot.domain.workspace import Workspace
from incidentbot.settings_file import ConfigFile
from incidentbot.store import Store

TEAM = Workspace("T0ACME", "Acme", "https://acme.slack.com/", bot_user_id="U0BOT", bot_id="B0BOT", app_id="A0")
OTHER_TEAM = Workspace("T0GLOBEX", "Globex", "https://globex.slack.com/")
INSTALLED = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs commands with an environment of its own."""

    environ: Mapping[str, str]

    def run(self, *words: str, **environ: str) -> Answer:
        result = CliRunner().invoke(app, words, env={**self.environ, **environ}, prog_name="incidentbot")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The database that the commands use, with one workspace in it."""
    store = Store(database_url, clock=SystemClock(), policy=Policy(permissions=permissions_of(ConfigFile())))
    with store.begin(TEAM.team_id) as tx:
        tx.installations.save(TEAM, INSTALLED)
        tx.people.save(Person("U0BEN", "Ben Okafor", "ben@acme.example"), tx.now)
    yield store
    store.close()


@pytest.fixture
def terminal(store: Store, database_url: str) -> Terminal:
    return Terminal({"DATABASE_URL": database_url, "INCIDENTBOT_LOG_LEVEL": "error"})
