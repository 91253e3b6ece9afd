"""No way in without a declared permission, and no way around the use cases that ask for it."""

import ast
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from starlette.routing import Route

from incidentbot.domain.permissions import Right
from incidentbot.slack.app import build_slack
from incidentbot.slack.mentions import RIGHT_OF as RIGHT_OF_WORD
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.slash_commands import cmdb, nopesight
from incidentbot.slack.slash_commands.commands import SlashCommand
from incidentbot.slack.slash_commands.incident import RIGHT_OF
from incidentbot.slack.slash_commands.parse import parse_incident
from incidentbot.slack.slash_commands.subcommands import rights_of
from incidentbot.web.access import UndeclaredPath, refuse_undeclared
from scripts import ways_in
from tests.architecture.source import CHECKOUT, Module, modules, planted
from tests.integration.slack_inbound import ways

# Bolt's own ways to register a listener.
BOLTS = {
    *("action", "attachment_action", "block_action", "block_suggestion", "command", "event", "function"),
    *("global_shortcut", "message", "message_shortcut", "options", "shortcut", "view", "view_closed"),
    *("view_submission", "assistant", "use", "middleware", "step"),
}
# These write without a person behind them: they keep what came in, fold it, or note what was learnt.
ENTRY_POINTS = ("incidentbot/slack/", "incidentbot/web/", "incidentbot/cli/")


def past_the_register(module: Module) -> Iterator[str]:
    """Listeners that would be registered with Bolt itself, so without a permission."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BOLTS:
            on = ast.unparse(node.func.value)
            if on.rpartition(".")[2] in {"app", "bolt", "_app"}:
                yield f"{module.name}:{node.lineno}"


def without_a_right(module: Module) -> Iterator[str]:
    """Calls of `perform` that do not name the right which the use case needs."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "perform":
            named = [ast.unparse(one) for one in node.args[2:3]]
            if not any(one == "right" or one.startswith("Right.") for one in named):
                yield f"{module.name}:{node.lineno}"


def writes(module: Module) -> Iterator[str]:
    """Transactions that write."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "begin":
            yield f"{module.name}:{node.lineno}"


def test_listeners_are_registered_where_they_say_what_they_need() -> None:
    elsewhere = [
        found
        for module in modules("incidentbot/slack/")
        if not module.within("incidentbot/slack/ways_in.py")
        for found in past_the_register(module)
    ]
    assert elsewhere == []


def test_every_use_case_names_the_right_that_it_needs() -> None:
    assert [found for module in modules("incidentbot/usecases/") for found in without_a_right(module)] == []


def test_what_takes_requests_changes_nothing_but_by_use_cases() -> None:
    direct = [found for folder in ENTRY_POINTS for module in modules(folder) for found in writes(module)]
    assert direct == []


def test_every_subcommand_needs_a_right() -> None:
    assert set(RIGHT_OF) == set(get_args(SlashCommand))
    assert set(RIGHT_OF.values()) <= set(Right)


def test_the_table_of_all_ways_in_is_what_the_code_declares() -> None:
    # When this fails: .venv/bin/python -m scripts.ways_in
    assert ways_in.PAGE.read_text(encoding="utf-8") == ways_in.page()


def test_what_the_table_names_as_tests_is_there() -> None:
    named = set(re.findall(r"`(tests/[^`]+)`", ways_in.page()))
    assert named
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_every_way_in_is_tried_by_the_matrix_of_roles() -> None:
    # When this fails: say in tests/integration/slack_inbound/ways.py how the way in is used.
    nothing: Any = None
    entry = build_slack(SlackParts(nothing, nothing, nothing, nothing), signing_secrets=())
    assert {way.declared for way in ways.every_way()} == ways.declared(entry.ways_in)


def test_everything_that_can_be_typed_is_tried_by_the_matrix_of_roles() -> None:
    assert {(type(parse_incident(text)), right) for text, right in ways.INCIDENT_WORDS.items()} == set(RIGHT_OF.items())
    for words, subcommands in ((ways.NOPESIGHT_WORDS, nopesight.SUBCOMMANDS), (ways.CMDB_WORDS, cmdb.SUBCOMMANDS)):
        assert {text.partition(" ")[0]: right for text, right in words.items()} == rights_of(subcommands)
    assert {text.partition(" ")[0]: right for text, right in ways.SAID.items()} == dict(RIGHT_OF_WORD)


@pytest.mark.parametrize("code", ("app.action('x')(listener)", "self.bolt.event('message')(f)", "ways._app.view(1)(f)"))
def test_a_planted_listener_is_found(code: str) -> None:
    assert list(past_the_register(planted(code))) == ["planted.py:1"]


@pytest.mark.parametrize("code", ("perform(store, cause, work)", "perform(store, cause, 'anything', work)"))
def test_a_planted_use_case_is_found(code: str) -> None:
    assert list(without_a_right(planted(code))) == ["planted.py:1"]


def test_a_planted_write_is_found() -> None:
    assert list(writes(planted("with store.begin(team) as tx: tx.incidents.update(a, b)"))) == ["planted.py:1"]


def test_a_path_that_nobody_declared_is_not_served() -> None:
    with pytest.raises(UndeclaredPath, match="GET /v1/everything"):
        refuse_undeclared([Route("/v1/everything", lambda _request: None)])
    with pytest.raises(UndeclaredPath):
        refuse_undeclared([SimpleNamespace()])  # type: ignore[list-item] # anything that is no single path
