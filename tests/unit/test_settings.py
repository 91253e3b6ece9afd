"""What an operator can set, what is refused, and what is told about it."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.settings import Command, Settings, SettingsError, child_environment, load

SECRET = "5f1b0c9e7a3d4826b1e0f9c8d7a6b5c4"
OTHER_SECRET = "0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d"
KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="


def settings(**environ: str) -> Settings:
    return load({"SLACK_SIGNING_SECRET": SECRET, **environ})


def problems(**environ: str) -> list[str]:
    """The names of the variables that are wrong."""
    with pytest.raises(SettingsError) as caught:
        load(environ)
    return [problem.name for problem in caught.value.problems]


def test_serving_needs_nothing_but_the_signing_secret() -> None:
    assert problems() == ["SLACK_SIGNING_SECRET"]
    given = settings()
    assert given.database_url.get_secret_value() == "sqlite:///incidentbot.db"
    assert given.slack_api_url == "https://slack.com/api/"
    assert given.slack_incidents_channel == "#incidents"
    assert given.settle_delay == timedelta(seconds=25)
    assert given.nopesight_api_url == "https://api.nopesight.com/v1"
    assert given.nopesight_webhook_secrets == ()
    assert given.everybody_is_operator


@pytest.mark.parametrize("command", ("worker", "migrate", "incidents"))
def test_what_serves_no_requests_needs_no_secret(command: Command) -> None:
    assert load({}, command=command).slack_signing_secret is None


def test_everything_wrong_is_named_at_once_with_a_remedy() -> None:
    wrong = {
        "DATABASE_URL": "mysql://db/incidents",
        "SLACK_BOT_TOKEN": "token",
        "SLACK_APP_TOKEN": "xoxb-1",
        "SLACK_API_URL": "http://slack.example/api/",
        "SLACK_ALERTS_CHANNEL": "two words",
        "NOPESIGHT_API_URL": "ftp://nopesight",
        "NOPESIGHT_WEBHOOK_SECRET": "short",
        "NOPESIGHT_AUTH_SCHEME": "digest",
        "INCIDENTBOT_CONFIG": "missing/file.yaml",
        "INCIDENTBOT_SECRET_KEY": "c2hvcnQ=",
        "INCIDENTBOT_SETTLE_DELAY": "25",
        "INCIDENTBOT_API_TOKEN": "x",
        "INCIDENTBOT_LOG_FORMAT": "xml",
        "INCIDENTBOT_LOG_LEVEL": "loud",
    }
    with pytest.raises(SettingsError) as caught:
        load(wrong)
    assert {problem.name for problem in caught.value.problems} == {*wrong, "SLACK_SIGNING_SECRET"}
    assert all(problem.what and problem.remedy for problem in caught.value.problems)


@pytest.mark.parametrize("name", ("SLACK_SIGNING_SECRET", "NOPESIGHT_WEBHOOK_SECRET", "INCIDENTBOT_API_TOKEN"))
@pytest.mark.parametrize(
    "weak",
    (
        "a" * 31,
        "your-signing-secret-goes-here-0000000",
        "CHANGEME-CHANGEME-CHANGEME-CHANGEME",
        "8f742231b10e8888abcd99yyyzzz85a5",
        "<paste the signing secret right here>",
        "an-example-value-of-a-sufficient-length",
    ),
)
def test_a_secret_that_verifies_something_is_neither_short_nor_an_example(name: str, weak: str) -> None:
    environ = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-1-a", name: weak}
    with pytest.raises(SettingsError) as caught:
        load(environ)
    assert [problem.name for problem in caught.value.problems] == [name]
    assert weak not in str(caught.value)


@pytest.mark.parametrize("blank", ("", "   "))
def test_a_blank_secret_is_a_missing_one(blank: str) -> None:
    assert problems(SLACK_SIGNING_SECRET=blank) == ["SLACK_SIGNING_SECRET"]


@pytest.mark.parametrize("token", ("xoxb-1234-5678-abcDEF", "xoxe.xoxb-1-abc"))
def test_tokens_are_checked_by_their_form_alone(token: str) -> None:
    assert settings(SLACK_BOT_TOKEN=token).slack_bot_token is not None


def test_the_tokens_of_the_guide_are_no_tokens() -> None:
    assert problems(
        SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN="xoxb-your-bot-token", SLACK_APP_TOKEN="xapp-your-app-token"
    ) == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]


def test_two_webhook_secrets_are_a_rotation_and_three_are_a_mistake() -> None:
    two = settings(NOPESIGHT_WEBHOOK_SECRET=f"{SECRET}, {OTHER_SECRET}")
    assert [secret.get_secret_value() for secret in two.nopesight_webhook_secrets] == [SECRET, OTHER_SECRET]
    three = f"{SECRET},{OTHER_SECRET},{SECRET}"
    assert problems(SLACK_SIGNING_SECRET=SECRET, NOPESIGHT_WEBHOOK_SECRET=three) == ["NOPESIGHT_WEBHOOK_SECRET"]


@pytest.mark.parametrize("url", ("https://slack.example/api", "http://127.0.0.1:8300/api/", "http://localhost:1/api"))
def test_a_base_url_is_https_or_this_machine(url: str) -> None:
    assert settings(SLACK_API_URL=url).slack_api_url == url.rstrip("/") + "/"


@pytest.mark.parametrize(
    "url",
    (
        "http://slack.example/api/",
        "http://127.0.0.1.evil.example/",
        "http://10.0.0.8/api",
        "https://user:password@slack.example/",
        "https://slack.example/api?token=1",
        "https://slack.example:port/",
        "//slack.example",
        "file:///etc/passwd",
    ),
)
def test_any_other_base_url_is_refused(url: str) -> None:
    assert problems(SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=url) == ["SLACK_API_URL"]


@pytest.mark.parametrize(
    ("webhook", "taken"),
    (
        ("https://hooks.slack.com/services/T0/B0/abc", True),
        ("http://127.0.0.1:8300/services/T0", True),
        ("http://127.0.0.1:8301/services/T0", False),
        ("https://hooks.slack.com.evil.example/services", False),
        ("https://evilslack.com/services", False),
        ("https://hooks.slack.com:8443/services", False),
    ),
)
def test_the_incoming_webhook_is_slacks_or_has_the_origin_of_its_api(webhook: str, taken: bool) -> None:
    environ = {"SLACK_API_URL": "http://127.0.0.1:8300/api/", "SLACK_WEBHOOK_URL": webhook}
    if taken:
        assert settings(**environ).slack_webhook_url is not None
    else:
        assert problems(SLACK_SIGNING_SECRET=SECRET, **environ) == ["SLACK_WEBHOOK_URL"]


@pytest.mark.parametrize(
    "url",
    ("sqlite:///relative.db", "sqlite:////var/lib/incidents.db", "postgresql://u:p@db/incidents", "postgres://db/x"),
)
def test_a_database_is_a_file_or_a_server(url: str) -> None:
    assert settings(DATABASE_URL=url).database_url.get_secret_value() == url


@pytest.mark.parametrize(
    "url",
    (
        *("sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://db/x", "incidents.db"),
        *("sqlite:///file.db?mode=memory", "sqlite:///file.db?nolock=1"),
        "postgresql://db/x?options=-c%20synchronous_commit%3Doff",
        "postgresql://db/x?options=-c fsync=off",
    ),
)
def test_a_database_that_forgets_is_refused(url: str) -> None:
    assert problems(SLACK_SIGNING_SECRET=SECRET, DATABASE_URL=url) == ["DATABASE_URL"]


@pytest.mark.parametrize(("text", "seconds"), (("25s", 25), ("0.3s", 0.3), ("2m", 120)))
def test_the_settle_delay_is_a_duration(text: str, seconds: float) -> None:
    assert settings(INCIDENTBOT_SETTLE_DELAY=text).settle_delay == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ("25", "-1s", "0s", "1h", "soon"))
def test_other_settle_delays_are_refused(text: str) -> None:
    assert problems(SLACK_SIGNING_SECRET=SECRET, INCIDENTBOT_SETTLE_DELAY=text) == ["INCIDENTBOT_SETTLE_DELAY"]


def test_encryption_keys_come_newest_first() -> None:
    older = KEY.replace("q", "A")
    keys = settings(INCIDENTBOT_SECRET_KEY=f"{KEY},{older}").secret_keys
    assert [key.get_secret_value() for key in keys] == [KEY, older]


@pytest.mark.parametrize("key", ("not base64!", "c2hvcnQ=", KEY + "AA=="))
def test_a_key_is_urlsafe_base64_of_32_bytes(key: str) -> None:
    assert problems(SLACK_SIGNING_SECRET=SECRET, INCIDENTBOT_SECRET_KEY=key) == ["INCIDENTBOT_SECRET_KEY"]


@pytest.mark.parametrize(
    "environ",
    ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": SECRET}, {"INCIDENTBOT_API_TOKEN": SECRET}),
    ids=("oauth", "set-up"),
)
def test_where_workspaces_hand_in_tokens_a_key_keeps_them(environ: dict[str, str]) -> None:
    assert problems(SLACK_SIGNING_SECRET=SECRET, **environ) == ["INCIDENTBOT_SECRET_KEY"]
    assert settings(INCIDENTBOT_SECRET_KEY=KEY, **environ).secret_keys


def test_the_rest_api_of_one_workspace_needs_no_key() -> None:
    assert settings(SLACK_BOT_TOKEN="xoxb-1-a", INCIDENTBOT_API_TOKEN=SECRET).api_token is not None


def test_the_operators_token_is_nobody_elses(tmp_path: Path) -> None:
    config = tmp_path / "incidentbot.yaml"
    config.write_text(f"api: {{tokens: [{{name: dashboard, token: '{OTHER_SECRET},{SECRET}', role: viewer}}]}}")
    file = {"INCIDENTBOT_CONFIG": str(config), "SLACK_BOT_TOKEN": "xoxb-1-a"}
    assert problems(SLACK_SIGNING_SECRET=SECRET, INCIDENTBOT_API_TOKEN=SECRET, **file) == ["INCIDENTBOT_API_TOKEN"]
    found = settings(INCIDENTBOT_API_TOKEN=KEY, **file)
    assert {SECRET, OTHER_SECRET} <= set(found.secrets())


@pytest.mark.parametrize("given", ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"))
def test_oauth_is_set_up_wholly_or_not(given: str) -> None:
    other = {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"} - {given}
    assert other <= set(problems(SLACK_SIGNING_SECRET=SECRET, **{given: SECRET}))


def test_no_secret_shows_in_a_repr_and_the_log_learns_all_of_them(tmp_path: Path) -> None:
    config = tmp_path / "incidentbot.yaml"
    config.write_text(
        "workflows:\n- name: w\n  trigger: {type: webhook, slug: w, secret: workflow-0123456789-0123456789-0123}\n"
        "  actions: [{type: notify_team, params: {channel: '#incidents'}}]\n"
        "api:\n  tokens:\n  - name: t\n    role: viewer\n"
        "    token: token-a-0123456789-0123456789-01,token-b-0123456789-0123456789-01\n"
        "subscribers:\n- name: s\n  url: https://hooks.example/canary-path\n"
        "  secret: subscriber-a-0123456789-01234567,subscriber-b-0123456789-01234567\n"
    )
    of_file = {
        "workflow-0123456789-0123456789-0123",
        "token-a-0123456789-0123456789-01",
        "token-b-0123456789-0123456789-01",
        "subscriber-a-0123456789-01234567",
        "subscriber-b-0123456789-01234567",
        "https://hooks.example/canary-path",
    }
    canaries = {
        "SLACK_BOT_TOKEN": "xoxb-canary-bot",
        "SLACK_APP_TOKEN": "xapp-canary-app",
        "SLACK_CLIENT_SECRET": "canary-client-secret",
        "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0/B0/canary",
        "NOPESIGHT_API_TOKEN": "canary-nopesight",
        "NOPESIGHT_WEBHOOK_SECRET": OTHER_SECRET,
        "INCIDENTBOT_SECRET_KEY": KEY,
        "INCIDENTBOT_API_TOKEN": "canary-api-token-0123456789-0123456789",
    }
    given = settings(
        DATABASE_URL="postgresql://u:canary-password@db/x",
        SLACK_CLIENT_ID="1",
        INCIDENTBOT_CONFIG=str(config),
        **canaries,
    )
    secrets = {*canaries.values(), *of_file, SECRET, "canary-password"}
    assert secrets == set(given.secrets())
    assert not [secret for secret in secrets if secret in repr(given) or secret in str(given)]


def test_channels_by_severity_come_from_the_file_then_from_the_environment(tmp_path: Path) -> None:
    config = tmp_path / "incidentbot.yaml"
    config.write_text("integrations: {slack: {channel_mappings: {high: '#pagers'}}}")
    given = settings(INCIDENTBOT_CONFIG=str(config), SLACK_ALERTS_CHANNEL="#warnings", SLACK_INCIDENTS_CHANNEL="C0123")
    assert [given.channel_for(s) for s in ("critical", "high", "medium", "low")] == [
        "C0123",
        "#pagers",
        "#warnings",
        "#notifications",
    ]


def test_a_broken_file_is_told_with_the_rest_by_its_path(tmp_path: Path) -> None:
    config = tmp_path / "incidentbot.yaml"
    config.write_text("incidents: {remind: 5m}\nintegrations: {slack: {enabled: perhaps}}")
    with pytest.raises(SettingsError) as caught:
        load({"INCIDENTBOT_CONFIG": str(config)})
    names = {problem.name for problem in caught.value.problems}
    assert names == {
        "SLACK_SIGNING_SECRET",
        f"{config}: incidents.remind",
        f"{config}: integrations.slack.enabled",
    }


def test_the_file_cannot_come_from_the_environment() -> None:
    assert settings(_FILE="{}").file.workflows == []


def test_a_child_process_inherits_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-real-workspace")
    monkeypatch.setenv("DATABASE_URL", "postgresql://production/incidents")
    monkeypatch.setenv("LANG", "C.UTF-8")
    child = child_environment({"DATABASE_URL": "sqlite:///demo.db"})
    assert child["DATABASE_URL"] == "sqlite:///demo.db"
    assert child["LANG"] == "C.UTF-8"
    assert "SLACK_BOT_TOKEN" not in child


def test_without_a_mapping_the_process_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("INCIDENTBOT_LOG_LEVEL", "debug")
    assert load().log_level == "debug"
