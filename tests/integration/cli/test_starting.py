"""What an operator sees before anything runs."""

from pathlib import Path

import pytest

import incidentbot
from incidentbot.store.migrate import current, head
from tests.databases import PostgreSQL
from tests.integration.cli.conftest import Terminal

SECRET = "5f1b0c9e7a3d4826b1e0f9c8d7a6b5c4"


@pytest.fixture
def bare() -> Terminal:
    return Terminal({})


def test_the_version_is_told(bare: Terminal) -> None:
    answer = bare.run("--version")
    assert answer.code == 0
    assert incidentbot.__version__ in answer.out


@pytest.mark.parametrize(
    "words",
    (
        *[(name,) for name in ("demo", "sandbox", "serve", "worker", "migrate", "manifest", "incidents")],
        *[("incidents", name) for name in ("list", "show", "create", "ack", "resolve", "reopen", "note", "export")],
    ),
    ids=" ".join,
)
def test_every_command_explains_itself(bare: Terminal, words: tuple[str, ...]) -> None:
    answer = bare.run(*words, "--help")
    assert answer.code == 0
    assert "Usage" in answer.out


@pytest.mark.parametrize("command", ("serve", "worker", "migrate"))
def test_wrong_settings_end_with_2_and_all_of_them_are_named(bare: Terminal, command: str) -> None:
    answer = bare.run(command, SLACK_BOT_TOKEN="nonsense", DATABASE_URL="nonsense", INCIDENTBOT_LOG_LEVEL="loud")
    assert answer.code == 2
    assert all(name in answer.err for name in ("SLACK_BOT_TOKEN", "DATABASE_URL", "INCIDENTBOT_LOG_LEVEL"))


def test_serving_without_a_signing_secret_is_refused(bare: Terminal) -> None:
    answer = bare.run("serve", SLACK_SIGNING_SECRET="")
    assert answer.code == 2
    assert "SLACK_SIGNING_SECRET" in answer.err


KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
SOUND = {
    "SLACK_SIGNING_SECRET": SECRET,
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "a-client-secret",
    "NOPESIGHT_WEBHOOK_SECRET": "0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d",
    "INCIDENTBOT_API_TOKEN": "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "INCIDENTBOT_SECRET_KEY": KEY,
    "DATABASE_URL": "sqlite:///never-opened.db",
}
MISSING = ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "INCIDENTBOT_SECRET_KEY")
VERIFYING = ("SLACK_SIGNING_SECRET", "NOPESIGHT_WEBHOOK_SECRET", "INCIDENTBOT_API_TOKEN")
WEAK = {"short": "a" * 31, "default": "changeme-" * 5, "example": "your-signing-secret-goes-here-0000000"}
UNSAFE = [
    *((name, blank) for name in MISSING for blank in ("", "   ")),
    *((name, WEAK[kind]) for name in VERIFYING for kind in WEAK),
    *(("INCIDENTBOT_SECRET_KEY", key) for key in ("c2hvcnQ=", "not base64", KEY + "AA==")),
    *(("SLACK_BOT_TOKEN", "xoxb-your-bot-token"), ("SLACK_APP_TOKEN", "xapp-your-app-token")),
    *(("DATABASE_URL", url) for url in ("sqlite:///:memory:", "sqlite:///x.db?mode=memory", "mysql://db/x")),
    ("DATABASE_URL", "postgresql://db/x?options=-c%20synchronous_commit%3Doff"),
    *((name, "http://somewhere.example/") for name in ("SLACK_API_URL", "NOPESIGHT_API_URL", "SLACK_WEBHOOK_URL")),
]


@pytest.mark.parametrize(("name", "value"), UNSAFE, ids=[f"{name}-{number}" for number, (name, _) in enumerate(UNSAFE)])
def test_serving_is_refused_by_the_name_of_what_is_unsafe(bare: Terminal, name: str, value: str) -> None:
    answer = bare.run("serve", **{**SOUND, name: value})
    assert answer.code == 2
    assert name in answer.err
    assert not value.strip() or value not in answer.err


@pytest.mark.parametrize(
    ("text", "path"),
    (
        ("incidents: {create_when: \"severity = 'critical'\"}", "incidents.create_when"),
        (
            "integrations: {slack: {notification_rules: [{name: r, condition: 'nonsense', channel: '#a'}]}}",
            "integrations.slack.notification_rules[0].condition",
        ),
    ),
)
def test_a_condition_that_is_none_is_told_by_its_path(bare: Terminal, tmp_path: Path, text: str, path: str) -> None:
    config = tmp_path / "incidentbot.yaml"
    config.write_text(text)
    answer = bare.run("serve", SLACK_SIGNING_SECRET=SECRET, INCIDENTBOT_CONFIG=str(config))
    assert answer.code == 2
    assert path in answer.err


def test_migrating_brings_a_database_to_head_and_does_no_harm_there(bare: Terminal, empty_database_url: str) -> None:
    for _ in range(2):
        assert bare.run("migrate", DATABASE_URL=empty_database_url).code == 0
        assert current(empty_database_url) == head()


@pytest.mark.parametrize("words", (("serve",), ("worker",), ("incidents", "list")), ids=" ".join)
def test_a_postgresql_that_is_not_at_head_is_refused_with_the_remedy(
    bare: Terminal, postgresql: PostgreSQL, words: tuple[str, ...]
) -> None:
    with postgresql.empty() as url:
        answer = bare.run(*words, SLACK_SIGNING_SECRET=SECRET, DATABASE_URL=url)
    assert answer.code == 1
    assert "incidentbot migrate" in answer.err


def test_a_database_that_does_not_answer_stops_a_migration_without_a_traceback(bare: Terminal) -> None:
    answer = bare.run("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert answer.code == 1
    assert "Traceback" not in answer.err


def test_a_story_that_is_not_there_is_told_with_those_that_are(bare: Terminal) -> None:
    answer = bare.run("demo", "--scenario", "nonsense")
    assert answer.code == 2
    assert "critical-server" in answer.err
