"""`incidentbot permissions explain`."""

from pathlib import Path
from typing import get_args

import pytest

from incidentbot.domain.permissions import WAYS
from incidentbot.slack.asker import Surface
from incidentbot.store import Store
from tests.integration.cli.conftest import TEAM, Terminal

ANA, LEADS = "U0ANA0001", "S0LEADS01"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "incidentbot.yaml"
    path.write_text(f"permissions: {{user_mappings: {{{ANA}: operator, {LEADS}: admin}}}}")
    return str(path)


def test_somebody_who_is_not_mapped_is_what_everybody_is(terminal: Terminal, file: str) -> None:
    answer = terminal.run("permissions", "explain", "@Ben Okafor", "ack", "--json", INCIDENTBOT_CONFIG=file)
    assert answer.json == {
        "person": "U0BEN",
        "right": "acknowledge",
        "roles": [{"role": "viewer", "by": "default"}],
        "commands": False,
        "actions": False,
        "ways": dict.fromkeys(WAYS, False),
    }


def test_every_way_in_is_explained(terminal: Terminal, file: str) -> None:
    """A viewer may look at the list by typing, and sees it by no button; Home and steps are ways in too."""
    ways = terminal.run("permissions", "explain", "U0BEN", "list", "--json", INCIDENTBOT_CONFIG=file).json["ways"]
    assert set(ways) == set(get_args(Surface)) - {"event"}  # events name nobody whose role it would be
    assert {way for way, may in ways.items() if may} == {"slash_command", "mention", "question"}
    creating = terminal.run("permissions", "explain", ANA, "create", "--json", INCIDENTBOT_CONFIG=file).json["ways"]
    assert all(creating.values())
    words = terminal.run("permissions", "explain", "U0BEN", "list", INCIDENTBOT_CONFIG=file).out
    assert all(way.replace("_", " ") in words for way in ways)


def test_the_highest_of_several_roles_comes_first(terminal: Terminal, store: Store, file: str) -> None:
    with store.begin(TEAM.team_id) as tx:
        tx.groups.replace(LEADS, [ANA])
    answer = terminal.run("permissions", "explain", ANA, "run_playbook", "--json", INCIDENTBOT_CONFIG=file)
    assert answer.json["roles"] == [{"role": "admin", "by": LEADS}, {"role": "operator", "by": ANA}]
    assert (answer.json["commands"], answer.json["actions"]) == (True, True)
    words = terminal.run("permissions", "explain", f"<@{ANA}>", "run_playbook", INCIDENTBOT_CONFIG=file)
    assert words.code == 0
    assert LEADS in words.out
    assert "operator" in words.out


@pytest.mark.parametrize("words", (("@nobody", "ack"), (ANA, "destroy")))
def test_nobody_and_nothing_known_is_refused(terminal: Terminal, words: tuple[str, str]) -> None:
    answer = terminal.run("permissions", "explain", *words)
    assert answer.code == 1
    assert answer.err
