"""`incidentbot incidents … --as USER`: every command, for who has its right alone and for who has every other."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from incidentbot.cli import app
from incidentbot.cli.incidents import incidents
from incidentbot.domain.people import Actor, Person, Source
from incidentbot.domain.permissions import Right, right_of, table_of
from incidentbot.queries import export_audit, find, timeline, verify_audit
from incidentbot.settings_file import _ACTIONS, _COMMANDS
from incidentbot.store import Store
from tests.integration.cli.conftest import TEAM, Terminal

ANA: Final = "U0ANA0001"
COMMANDS: Final[dict[str, tuple[Right, tuple[str, ...], str]]] = {
    # The right that it takes, what is typed, and the state that the incident has to be in.
    "list": (Right.VIEW, (), "open"),
    "show": (Right.VIEW, ("INC-1",), "open"),
    "stats": (Right.VIEW, (), "open"),
    "export": (Right.VIEW, ("INC-1",), "open"),
    "create": (Right.CREATE, ("Another", "one"), "open"),
    "ack": (Right.ACKNOWLEDGE, ("INC-1",), "open"),
    "resolve": (Right.RESOLVE, ("INC-1",), "open"),
    "reopen": (Right.REOPEN, ("INC-1",), "resolved"),
    "correct": (Right.UPDATE, ("INC-1", "started", "1h ago"), "open"),
    "note": (Right.COMMENT, ("INC-1", "looked"), "open"),
    "action list": (Right.VIEW, ("INC-1",), "open"),
    "action add": (Right.UPDATE, ("INC-1", "Test", "the", "backup"), "open"),
    "action change": (Right.UPDATE, ("INC-1", "1", "--due", "3d"), "open"),
    "action done": (Right.UPDATE, ("INC-1", "1"), "open"),
    "action reopen": (Right.UPDATE, ("INC-1", "2"), "open"),
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Who may do what is looked up alike on both; tests/integration/test_rights_matrix.py tries both."""
    return sqlite_url


@pytest.fixture
def scene(terminal: Terminal, store: Store) -> Terminal:
    with store.begin(TEAM.team_id) as tx:
        tx.people.save(Person(ANA, "Ana Silva"), tx.now)
        tx.people.save(Person("U0GONE001", "Gone", deleted=True), tx.now)
    terminal.run("incidents", "create", "Something")
    for text in ("Write it down", "Tell the vendor"):
        terminal.run("incidents", "action", "add", "INC-1", text)
    terminal.run("incidents", "action", "done", "INC-1", "2")
    return terminal


def config(path: Path, right: Right, *, having: bool) -> str:
    """A file by which Ana has `right` alone, or everything but it."""
    rest = {
        table: [word for word in sorted(words) if right_of(word) is not right]
        for table, words in (("commands", _COMMANDS), ("actions", _ACTIONS))
    }
    alone: dict[str, list[str]] = {"commands": [], "actions": [right]}
    if table_of(right, "cli") != "either":
        rest["commands"] = ["*"]
    roles: dict[str, Any] = {"admin": {"commands": ["*"], "actions": ["*"]}, "hers": alone if having else rest}
    roles["nobody"] = {"commands": [], "actions": []}
    file = path / f"{right}-{having}.yaml"
    said = {"permissions": {"roles": roles, "user_mappings": {ANA: "hers", "U0ADMIN": "admin"}, "default": "nobody"}}
    file.write_text(json.dumps(said))
    return str(file)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_asks_for_its_right_and_for_no_other(
    scene: Terminal, store: Store, tmp_path: Path, name: str
) -> None:
    right, words, state = COMMANDS[name]
    if state != "open":
        scene.run("incidents", {"resolved": "resolve", "acknowledged": "ack"}[state], "INC-1")
    before = find(store, TEAM.team_id, "INC-1")
    typed = ("incidents", *name.split(), *words, "--as", "@Ana Silva", "--json")
    refused = scene.run(*typed, INCIDENTBOT_CONFIG=config(tmp_path, right, having=False))
    error = refused.json["error"]
    assert (refused.code, error["code"], error["details"]["right"]) == (1, "not_permitted", right)
    assert error["details"]["grantors"] == ["U0ADMIN"]
    assert find(store, TEAM.team_id, "INC-1") == before
    denied = [row["payload"] for row in export_audit(store, [TEAM.team_id]) if row.get("outcome") == "not_permitted"]
    assert [(one["actor"]["source"], one["actor"]["id"], one["after"]["right"]) for one in denied] == [
        ("cli", ANA, right)
    ]
    assert scene.run(*typed, INCIDENTBOT_CONFIG=config(tmp_path, right, having=True)).code == 0
    assert verify_audit(store)[1] == []


def test_every_command_about_incidents_is_tried_and_no_other_acts_for_somebody() -> None:
    everything = dict(commands(typer.main.get_command(app)))
    acting = {name for name, command in everything.items() if any("--as" in option.opts for option in command.params)}
    assert acting == {f"incidents {name}" for name in COMMANDS}
    assert set(dict(commands(typer.main.get_command(incidents)))) == set(COMMANDS)


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command of a group by its words, also of the groups within it."""
    for word, member in group.commands.items():
        called = f"{name} {word}".strip()
        if hasattr(member, "commands"):
            yield from commands(member, called)
        else:
            yield called, member


def test_who_acts_at_the_terminal_is_told_with_the_way(scene: Terminal, store: Store) -> None:
    assert scene.run("incidents", "ack", "INC-1", "--as", ANA).code == 0
    entry = timeline(store, TEAM.team_id, 1).items[-1]
    assert entry.actor == Actor(Source.CLI, id=ANA, name="Ana Silva")
    assert "Ana Silva (command line)" in scene.run("incidents", "show", "INC-1").out


@pytest.mark.parametrize("who", ("@nobody", "U0GONE001"))
def test_nobody_can_act_as_who_is_not_there(scene: Terminal, store: Store, who: str) -> None:
    before = find(store, TEAM.team_id, "INC-1")
    answer = scene.run("incidents", "resolve", "INC-1", "--as", who, "--json")
    assert (answer.code, answer.json["error"]["code"]) == (1, "person_unknown")
    assert find(store, TEAM.team_id, "INC-1") == before
