"""The app manifest: what Slack would take, no right without a reason, and no answer without its right."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from incidentbot.cli import app
from incidentbot.cli.manifest import manifest
from incidentbot.domain.scopes import BOT_SCOPES, EVENTS, USER_SCOPES

SHARED = Path(__file__).parents[4] / "shared"
SCHEMA = SHARED / "manifest.schema.2.0.0.json"
METHODS = SHARED / "slack-api-ref" / "methods"
URL = "https://incidents.acme.example"
VARIANTS = {
    "socket": manifest(socket_mode=True),
    "http": manifest(url=URL, socket_mode=False),
    "both": manifest(url=URL, socket_mode=True),
    "without steps": manifest(socket_mode=True, steps=False),
    "with user scopes": manifest(url=URL, socket_mode=False, user_scopes=True),
}

# What Slack's documentation has and its published schema refuses (measured with the schema of version 2.0.0):
# parameters of custom steps are a flat map by name in docs.slack.dev (workflows/workflow-steps), where the schema
# wants {properties, required}; and it does not know of work objects (features.rich_previews).
FLAT_PARAMETERS = {"input_parameters", "output_parameters"}


def command(*words: str) -> Any:
    result = CliRunner().invoke(app, ["manifest", *words])
    return json.loads(result.stdout) if result.exit_code == 0 else result.exit_code


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema of the manifest is not part of this repository")
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_published_schema_takes_it_but_for_what_the_documentation_has_otherwise(variant: str) -> None:
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    problems = [
        error
        for error in validator.iter_errors(VARIANTS[variant])
        if not (error.absolute_path[0] == "functions" and FLAT_PARAMETERS & set(map(str, error.absolute_path)))
        and "'rich_previews'" not in error.message
    ]
    assert [f"{list(error.absolute_path)}: {error.message}" for error in problems] == []


@pytest.mark.skipif(not METHODS.exists(), reason="Slack's method reference is not part of this repository")
def test_every_scope_is_one_that_slack_has() -> None:
    references = [json.loads(file.read_text()) for file in METHODS.glob("*.*.json")]
    scopes = [reference["scope"] for reference in references if isinstance(reference["scope"], dict)]
    known = {name for scope in scopes for name in scope.get("bot", ())}
    # These open no method: they are about what Slack tells the app, and where it may post.
    known |= {"commands", "app_mentions:read", "chat:write.public", "links:read"}
    assert {scope.name for scope in BOT_SCOPES} - known == set()


def test_the_core_rights_are_nine_and_every_right_has_its_reason() -> None:
    assert {scope.name for scope in BOT_SCOPES if scope.core} == {
        "chat:write",
        "commands",
        "channels:history",
        "groups:history",
        "im:history",
        "im:write",
        "users:read",
        "users:read.email",
        "usergroups:read",
    }
    assert all(scope.reason and scope.feature for scope in BOT_SCOPES)
    assert len({scope.name for scope in BOT_SCOPES}) == len(BOT_SCOPES)


def test_every_event_can_be_heard_with_the_rights_that_are_asked_for() -> None:
    granted = {scope.name for scope in BOT_SCOPES}
    assert [event.name for event in EVENTS if event.scopes and not granted & set(event.scopes)] == []


def test_mentions_in_slash_commands_arrive_as_ids() -> None:
    commands = VARIANTS["socket"]["features"]["slash_commands"]
    assert {one["command"] for one in commands} == {"/incident", "/nopesight", "/cmdb"}
    assert all(one["should_escape"] for one in commands)


def test_over_http_every_address_is_the_one_that_answers() -> None:
    made = VARIANTS["http"]
    addresses = {
        *(one["url"] for one in made["features"]["slash_commands"]),
        made["settings"]["event_subscriptions"]["request_url"],
        made["settings"]["interactivity"]["request_url"],
        made["settings"]["interactivity"]["message_menu_options_url"],
    }
    assert addresses == {f"{URL}/slack/events"}
    assert made["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]


def test_in_socket_mode_no_address_is_needed() -> None:
    assert "url" not in json.dumps(VARIANTS["socket"]).replace("_url", "")
    assert VARIANTS["socket"]["settings"]["socket_mode_enabled"]


def test_steps_of_workflow_builder_can_be_left_out_with_everything_that_needs_them() -> None:
    made = VARIANTS["without steps"]
    assert "functions" not in made
    assert "function_executed" not in made["settings"]["event_subscriptions"]["bot_events"]
    assert not made["settings"]["org_deploy_enabled"]
    assert "function_runtime" not in made["settings"]


@pytest.mark.parametrize(
    ("words", "socket_mode"),
    (((), True), (("--url", URL), False), (("--url", f"{URL}/", "--socket-mode"), True), (("--socket-mode",), True)),
)
def test_without_an_address_slack_is_reached_by_socket_mode(words: tuple[str, ...], socket_mode: bool) -> None:
    assert command(*words)["settings"]["socket_mode_enabled"] is socket_mode


def test_user_scopes_are_asked_for_on_request_only() -> None:
    assert "user" not in command()["oauth_config"]["scopes"]
    assert command("--user-scopes")["oauth_config"]["scopes"]["user"] == list(USER_SCOPES)


@pytest.mark.parametrize("words", (("--no-socket-mode",), ("--url", "http://incidents.acme.example"), ("--url", "x")))
def test_an_address_that_slack_would_not_call_is_refused(words: tuple[str, ...]) -> None:
    assert command(*words) == 2
