"""`incidentbot prune`: an operator takes out what has been over for long."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.settings_file import ConfigFile
from incidentbot.store import Store
from incidentbot.usecases import Cause, add_note, create, resolve
from tests.clocks import HandClock
from tests.integration.cli.conftest import TEAM, Terminal

ACTOR = Actor(Source.CLI, name="cli")


@pytest.fixture
def long_over(terminal: Terminal, database_url: str) -> Terminal:
    """INC-1 was over years ago; INC-2 is new."""
    policy = Policy(posting=False, permissions=permissions_of(ConfigFile()))
    with closing(Store(database_url, clock=HandClock(datetime(2020, 2, 29, tzinfo=UTC)), policy=policy)) as store:
        create(store, Cause(TEAM.team_id, "1", ACTOR, "cli"), Draft("Ünï is down", Severity.HIGH))
        add_note(store, Cause(TEAM.team_id, "2", ACTOR, "cli"), "INC-1", "seen")
        resolve(store, Cause(TEAM.team_id, "3", ACTOR, "cli"), "INC-1")
    assert terminal.run("incidents", "create", "Checkout is slow").code == 0
    return terminal


def test_what_is_taken_out_is_in_the_archive_and_the_audit_log(long_over: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "archive.jsonl"
    assert long_over.run("prune", "--older-than", "400d", "--dry-run", "--json").json == {"incidents": 1}
    answer = long_over.run("prune", "--older-than", "400d", "--archive", str(file), "--json")
    assert answer.json["incidents"] == 1
    (line,) = file.read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["ref"], kept["title"]) == ("INC-1", "Ünï is down")
    assert [entry["kind"] for entry in kept["timeline"]] == ["created", "note", "resolved"]
    assert long_over.run("incidents", "show", "INC-1").code == 1
    assert long_over.run("incidents", "show", "INC-2").code == 0
    assert long_over.run("audit", "verify").code == 0


def test_an_archive_that_cannot_be_written_takes_nothing_out(long_over: Terminal, tmp_path: Path) -> None:
    answer = long_over.run("prune", "--older-than", "400d", "--archive", str(tmp_path))
    assert answer.code == 1
    assert str(tmp_path) in answer.err
    assert long_over.run("incidents", "show", "INC-1").code == 0


@pytest.mark.parametrize("length", ("29d", "a year", "", "-400d", "9999999999d"))
def test_a_time_that_is_none_or_too_short_is_wrong_usage(long_over: Terminal, length: str) -> None:
    assert long_over.run("prune", "--older-than", length).code == 2
