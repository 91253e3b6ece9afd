"""The YAML file: what is taken, what it means where it is silent, and how an error is told."""

import contextlib
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.bootstrap import policy_of, timings_of
from incidentbot.clients.nopesight.config import PATHS
from incidentbot.domain.timeline import EntryKind
from incidentbot.settings import load
from incidentbot.settings_file import ConfigFile, FileProblems, PathName, read_config

TOKEN = "5f1b0c9e7a3d4826b1e0f9c8d7a6b5c4"

# As it stands in the integration guide, section by section.
GUIDE = """
integrations:
  slack:
    enabled: true
    channel_mappings:
      # Event severity to channel mapping
      critical: "#incidents"
      high: "#alerts"
      medium: "#alerts"
      low: "#notifications"
    notification_rules:
      - name: "Critical Infrastructure"
        condition: "severity == 'critical' AND ci_type == 'server'"
        channel: "#infrastructure-critical"
        mentions: ["@oncall", "@infrastructure-team"]
      - name: "Security Events"
        condition: "category == 'security'"
        channel: "#security-alerts"
        mentions: ["@security-team"]
    formatting:
      use_blocks: true
      include_charts: true
      thread_replies: true
      emoji_reactions: true
workflows:
  - name: "Incident Response"
    trigger:
      type: "webhook"
      url: "https://api.nopesight.com/slack/workflows/incident-response"
    inputs:
      - name: "severity"
        type: "select"
        options: ["critical", "high", "medium", "low"]
      - name: "affected_service"
        type: "text"
      - name: "description"
        type: "text"
    actions:
      - type: "create_incident"
        params:
          title: "{{workflow.title}}"
          severity: "{{inputs.severity}}"
          description: "{{inputs.description}}"
      - type: "notify_team"
        params:
          channel: "#incidents"
          mentions: ["@oncall"]
      - type: "run_diagnostics"
        params:
          service: "{{inputs.affected_service}}"
          auto_remediate: true
permissions:
  roles:
    admin:
      commands: ["*"]
      actions: ["*"]
    operator:
      commands: ["status", "search", "report"]
      actions: ["acknowledge", "comment", "assign"]
    viewer:
      commands: ["status", "search"]
      actions: ["view"]
  user_mappings:
    "U12345678": "admin"  # Slack user ID to role
    "U87654321": "operator"
  default: "viewer"
"""


def problems(text: str) -> dict[str, str]:
    with pytest.raises(FileProblems) as caught:
        read_config(text)
    return {problem.path: problem.expected for problem in caught.value.problems}


def test_the_guides_file_loads_as_it_stands() -> None:
    config = read_config(GUIDE)
    assert config.workflows[0].trigger.slug == "incident-response"
    assert config.workflows[0].trigger.secret is None
    assert config.permissions is not None
    assert config.role_of_everybody == "viewer"
    assert [rule.name for rule in config.integrations.slack.notification_rules] == [
        "Critical Infrastructure",
        "Security Events",
    ]


@pytest.mark.parametrize("empty", ("", "# nothing yet\n", "{}"))
def test_an_empty_file_has_the_defaults(empty: str) -> None:
    config = read_config(empty)
    assert config == ConfigFile()
    assert config.role_of_everybody == "operator"
    assert list(config.roles) == ["admin", "operator", "viewer"]
    assert config.incidents.create_when == "severity == 'critical'"
    assert config.incidents.remind_unacknowledged_after["high"] == timedelta(minutes=15)


def test_a_file_with_permissions_gives_strangers_a_viewers_rights() -> None:
    assert read_config("permissions: {user_mappings: {U12345678: admin}}").role_of_everybody == "viewer"


def test_every_path_of_nopesights_api_can_be_moved_and_no_other() -> None:
    assert set(get_args(PathName)) == set(PATHS)
    moved = read_config("integrations: {nopesight: {paths: {events: /v2/events}}}").integrations.nopesight
    assert moved.paths == {"events": "/v2/events"}
    assert problems("integrations: {nopesight: {paths: {evnets: /v2/events}}}")


def test_a_timer_is_switched_off_by_an_empty_mapping() -> None:
    assert read_config("incidents: {escalate_after: {}}").incidents.escalate_after == {}


@pytest.mark.parametrize(
    ("text", "path"),
    (
        ("incident: {}", "incident"),
        ("incidents: {escalate_after: {urgent: 5m}}", "incidents.escalate_after.urgent"),
        ("incidents: {escalate_after: {critical: 5}}", "incidents.escalate_after.critical"),
        ("incidents: {escalate_after: {critical: 5 minutes}}", "incidents.escalate_after.critical"),
        ("incidents: {group_by: [colour]}", "incidents.group_by[0]"),
        ("incidents: {resolve_with_events: 'yes'}", "incidents.resolve_with_events"),
        ("incidents: []", "incidents"),
        ("incidents: {escalate_to: [ops]}", "incidents.escalate_to[0][0]"),
        ("incidents: {escalate_to: [['@ops', 5]]}", "incidents.escalate_to[0][1]"),
        ("incidents: {escalate_to: [[]]}", "incidents.escalate_to[0]"),
        ("on_call: {Up: {user_group: '@a'}}", "on_call.Up"),
        ("on_call: {dba: {}}", "on_call.dba"),
        ("on_call: {dba: {user_group: '@a', nopesight_team: {ci: web}}}", "on_call.dba"),
        ("on_call: {dba: {user_group: U0ANA}}", "on_call.dba.user_group"),
        ("on_call: {dba: {schedule: {people: [], start: 2026-01-05 09:00}}}", "on_call.dba.schedule.people"),
        ("on_call: {dba: {schedule: {people: [ana], start: 2026-01-05 09:00}}}", "on_call.dba.schedule.people[0]"),
        ("on_call: {dba: {schedule: {people: [U0ANA], start: soon}}}", "on_call.dba.schedule.start"),
        ("on_call: {dba: {schedule: {people: [U0ANA], start: 2026-01-05T09:00:00+01:00}}}",
         "on_call.dba.schedule.start"),
        ("on_call: {dba: {schedule: {people: [U0ANA], start: 2026-01-05 09:00, length: 5m}}}",
         "on_call.dba.schedule.length"),
        ("on_call: {dba: {schedule: {people: [U0ANA], start: 2026-01-05 09:00, time_zone: Europe/Berlim}}}",
         "on_call.dba.schedule.time_zone"),
        ("integrations: {slack: {channel_mappings: {high: 'two words'}}}", "integrations.slack.channel_mappings.high"),
        ("integrations: {slack: {notification_rules: [{name: r, channel: '#a'}]}}",
         "integrations.slack.notification_rules[0].condition"),
        ("integrations: {slack: {limits: {channel_burst: 0}}}", "integrations.slack.limits.channel_burst"),
        ("integrations: {slack: {limits: {tier_share: 1.5}}}", "integrations.slack.limits.tier_share"),
        ("permissions: {roles: {admin: {commands: [destroy]}}}", "permissions.roles.admin.commands"),
        ("permissions: {default: king}", "permissions"),
        ("permissions: {user_mappings: {ana: admin}}", "permissions.user_mappings.ana"),
        ("workflows: [{name: w, trigger: {type: webhook, slug: W W}, actions: []}]", "workflows[0].trigger.slug"),
        ("api: {tokens: [{name: dashboard, token: short, role: viewer}]}", "api.tokens[0].token"),
        (f"api: {{tokens: [{{name: api, token: {TOKEN}, role: viewer}}]}}", "api.tokens[0].name"),
        (f"api: {{tokens: [{{name: a b, token: {TOKEN}, role: viewer}}]}}", "api.tokens[0].name"),
        (f"api: {{tokens: [{{name: a, token: {TOKEN}}}]}}", "api.tokens[0].role"),
        (f"api: {{tokens: [{{name: a, token: {TOKEN}, role: viewer}}, {{name: b, token: {TOKEN}, role: viewer}}]}}",
         "api.tokens"),
        (f"api: {{tokens: [{{name: a, token: {TOKEN}, role: admin}}, {{name: a, token: {TOKEN[1:]}x, role: admin}}]}}",
         "api.tokens"),
        (f"api: {{tokens: [{{name: a, token: {TOKEN}, role: nobody}}]}}", ""),
        ("workflows: [{name: w, trigger: {type: webhook, slug: w, secret: short}, actions: []}]",
         "workflows[0].trigger.secret"),
        ("workflows: [{name: w, trigger: {type: webhook, slug: w}, actions: [{type: dance}]}]",
         "workflows[0].actions[0]"),
        ("workflows: [{name: w, trigger: {type: webhook, slug: w}, actions: [{type: create_incident, params: {}}]}]",
         "workflows[0].actions[0].params.title"),
        ("workflows: [{name: w, trigger: {type: webhook, slug: w}, inputs: [{name: a, type: select}], actions: []}]",
         "workflows[0].inputs[0]"),
    ),
)  # fmt: skip
def test_an_error_is_told_by_its_path(text: str, path: str) -> None:
    assert path in problems(text)


def test_an_override_ends_after_it_begins() -> None:
    override = "{person: U0BEN, since: 2026-02-01 09:00, until: 2026-02-01 09:00}"
    text = f"on_call: {{dba: {{schedule: {{people: [U0ANA], start: 2026-01-05, overrides: [{override}]}}}}}}"
    assert set(problems(text)) == {"on_call.dba.schedule.overrides[0]"}


def test_all_errors_are_told_at_once() -> None:
    assert set(problems("colour: red\nincidents: {create_when: 5}\nteams: {T1: {language: 5}}")) == {
        "colour",
        "incidents.create_when",
        "teams.T1.language",
    }


def test_a_key_that_is_there_twice_is_an_error_with_its_line() -> None:
    assert "line 2, column 1" in problems("incidents: {}\nincidents: {}\n")


@pytest.mark.parametrize("text", ("a: [", "\t- x", "!!python/object/apply:os.system ['true']", "[" * 2000))
def test_what_is_no_plain_yaml_is_refused(text: str) -> None:
    assert problems(text)


def test_a_workflow_uses_only_inputs_that_it_has() -> None:
    text = """
workflows:
  - name: w
    trigger: {type: webhook, slug: w}
    inputs: [{name: severity}]
    actions: [{type: create_incident, params: {title: "{{inputs.severty}}"}}]
"""
    assert "inputs.severty" in problems(text)["workflows[0]"]


def test_two_workflows_have_two_slugs() -> None:
    workflow = (
        "{name: w, trigger: {type: webhook, slug: w}, actions: [{type: notify_team, params: {channel: '#incidents'}}]}"
    )
    assert list(problems(f"workflows: [{workflow}, {workflow}]")) == ["workflows"]


def test_a_url_and_a_slug_must_not_disagree() -> None:
    trigger = "{type: webhook, url: 'https://x.example/slack/workflows/a', slug: b}"
    text = f"workflows: [{{name: w, trigger: {trigger}, actions: []}}]"
    assert "workflows[0].trigger" in problems(text)


def test_a_secret_of_the_file_is_never_quoted() -> None:
    secret = "short-canary"
    text = f"workflows: [{{name: w, trigger: {{type: webhook, slug: w, secret: {secret}}}, actions: []}}]"
    assert secret not in str(problems(text))


@given(st.text(max_size=200))
def test_any_text_is_a_configuration_or_has_problems(text: str) -> None:
    with contextlib.suppress(FileProblems):
        read_config(text)


def test_how_often_nopesight_is_asked_and_what_flaps_can_be_set(tmp_path: Path) -> None:
    file = tmp_path / "incidentbot.yaml"
    file.write_text(
        "integrations: {nopesight: {poll_every: 2m, reconcile_every: 1h}}\n"
        "incidents: {flapping: {moves: 6, within: 30m}}",
        encoding="utf-8",
    )
    settings = load({"INCIDENTBOT_CONFIG": str(file)}, command="worker")
    policy, timings = policy_of(settings), timings_of(settings)
    assert (policy.flaps_after, policy.flaps_within) == (6, timedelta(minutes=30))
    assert (timings.watch, timings.reconcile) == (timedelta(minutes=2), timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "path"),
    (
        ("integrations: {nopesight: {poll_every: 1s}}", "integrations.nopesight.poll_every"),
        ("integrations: {nopesight: {reconcile_every: 30d}}", "integrations.nopesight.reconcile_every"),
        ("incidents: {flapping: {within: 0s}}", "incidents.flapping.within"),
        ("incidents: {flapping: {moves: 1}}", "incidents.flapping.moves"),
    ),
)
def test_what_would_ask_too_often_is_refused(text: str, path: str) -> None:
    assert list(problems(text)) == [path]


SUBSCRIBER = 'subscribers: [{{name: page, url: "{url}", secret: "{secret}"{more}}}]'
STRONG = "a-strong-secret-of-a-subscriber-0123456789"


def problem_of(url: str = "https://page.example/hook", secret: str = STRONG, more: str = "") -> str:
    with pytest.raises(FileProblems) as caught:
        read_config(SUBSCRIBER.format(url=url, secret=secret, more=more))
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    (
        "http://page.example/hook",
        "http://10.0.0.8/hook",
        "http://[2001:db8::1]/hook",
        "http://134744072/hook",
        "http://0x08080808/hook",
        "https://page.example:99999/hook",
        "https://[page/hook",
        "ftp://page/",
        "page.example",
        "https:///hook",
        "file:///etc/passwd",
    ),
)
def test_what_subscribers_hear_is_not_sent_in_clear_through_the_world(url: str) -> None:
    assert "subscribers[0].url" in problem_of(url=url)


@pytest.mark.parametrize(
    "url", ("https://page.example/hook", "http://127.0.0.1:8080/", "http://[::1]:8080/", "http://page_1:8080/")
)
def test_a_subscriber_may_be_near(url: str) -> None:
    assert read_config(SUBSCRIBER.format(url=url, secret=STRONG, more="")).subscribers[0].name == "page"


def test_a_subscriber_has_a_strong_secret_a_name_of_its_own_and_known_changes() -> None:
    assert "subscribers[0].secret" in problem_of(secret="short")
    assert "subscribers[0].changes" in problem_of(more=", changes: [exploded]")
    twice = [SUBSCRIBER.format(url="https://a.example", secret=STRONG, more="").removeprefix("subscribers: [")[:-1]] * 2
    with pytest.raises(FileProblems, match="page"):
        read_config(f"subscribers: [{', '.join(twice)}]")


def test_a_subscriber_can_hear_of_every_kind_of_entry() -> None:
    names = ", ".join(kind.value for kind in EntryKind)
    text = SUBSCRIBER.format(url="https://a.example", secret=STRONG, more=f", changes: [{names}]")
    assert len(read_config(text).subscribers[0].changes) == len(EntryKind)
