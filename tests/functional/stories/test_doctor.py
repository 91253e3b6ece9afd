"""The doctor finds what is wrong, each by a line of its own with a remedy, and tells no secret."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock, build
from incidentbot.domain.doctor import Finding, Verdict
from incidentbot.domain.scopes import BOT_SCOPES
from incidentbot.domain.workspace import INSTALL, Workspace
from incidentbot.settings import load
from incidentbot.store.credentials import Credentials
from incidentbot.store.secret_box import make_key
from incidentbot.store.tables import effects, replicas
from tests import databases
from tests.functional.stories.running import API_TOKEN, Story, environ_of, story, wait_for

SCOPES = tuple(scope.name for scope in BOT_SCOPES)
# Where nothing listens on any machine of today.
CLOSED = 9
# A slow machine is no failure.
PATIENCE = 60.0
CONFIG = """\
permissions: {default: viewer, user_mappings: {U0FARID006: admin, U0ANA00001: admin, S0ONCALL00: operator}}
integrations:
  slack:
    notification_rules:
      - {name: Servers, condition: "severity == 'critical'", channel: "#alerts", mentions: ["@oncall"]}
"""


@dataclass(frozen=True, slots=True)
class Skewed:
    """A clock that is wrong."""

    by: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture(scope="module")
def s(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One service for all: what is wrong is put right again by whoever made it so."""
    folder = tmp_path_factory.mktemp("doctor")
    url = databases.sqlite_url(folder / "incidentbot.db")
    with story(url, folder, config=CONFIG) as running:
        allow(running, SCOPES)
        running.slack.server.platform.rules.limits.enabled = False  # it is examined far more often than anybody would
        running.slack.workspace.channel("#notifications").members.add(bot(running))
        yield running
        running.slack.leave()
        running.slack.ignore(lambda _shown: True)


def bot(s: Story) -> str:
    return s.slack.workspace.installation.bot_user_id


def allow(s: Story, scopes: tuple[str, ...]) -> None:
    s.slack.workspace.installation.scopes = scopes


def environ(s: Story) -> dict[str, str]:
    at = s.service.store.database.engine.url
    folder = Path(at.database or "").parent
    return {
        "DATABASE_URL": f"sqlite:///{at.database}",
        "INCIDENTBOT_CONFIG": str(folder / "incidentbot.yaml"),
        **environ_of(s.slack.server, s.slack.workspace.world, by_socket=False),
    }


def examined(s: Story, changed: Mapping[str, str] | None = None, *, url: str = "", skew: float = 0.0) -> list[Finding]:
    """What the doctor finds from outside, as the command line does, with some variables changed ("" = unset)."""
    clock = Skewed(timedelta(seconds=skew)) if skew else SystemClock()
    with closing(build(load({**environ(s), **(changed or {})}, command="doctor"), clock=clock)) as service:
        return list(asyncio.run(service.examine(url or s.url, seconds=PATIENCE)))


def named(found: list[Finding], name: str) -> Finding:
    (one,) = [finding for finding in found if finding.name == name]
    return one


@contextmanager
def wrong(make: Callable[[], object], mend: Callable[[], object]) -> Iterator[None]:
    make()
    try:
        yield
    finally:
        mend()


def told(finding: Finding) -> Verdict:
    """Its verdict; whatever is not well says what to do."""
    assert finding.remedy or finding.verdict in {Verdict.OK, Verdict.OFF}, finding
    return finding.verdict


def test_a_service_that_is_well_has_no_line_that_fails(s: Story) -> None:
    s.slack.slash("/incident", "help", as_="farid")
    s.slack.mention_in("#incidents", "status", as_="farid")
    found = examined(s)
    assert [finding for finding in found if finding.verdict is Verdict.FAIL] == []
    assert {"click.slack", "click.nopesight", "slack.channel #incidents", "replicas", "database.revision"} <= {
        finding.name for finding in found if finding.verdict is Verdict.OK
    }


def test_no_secret_is_in_any_line(s: Story) -> None:
    refused = {"SLACK_BOT_TOKEN": "xoxb-1-2-wrongwrongwrong", "NOPESIGHT_API_TOKEN": "wrong-nopesight-token"}
    lines = str([*examined(s), *examined(s, refused), *examined(s, url="http://127.0.0.1:9")])
    secrets = load(environ(s)).secrets()
    assert secrets
    assert [secret for secret in (*secrets, *refused.values(), API_TOKEN) if secret in lines] == []


# --- settings and the database ---------------------------------------------------------------------------------------


def test_settings_that_leave_something_open_are_named(s: Story) -> None:
    found = examined(s, {"INCIDENTBOT_CONFIG": "", "SLACK_SIGNING_SECRET": "", "INCIDENTBOT_API_TOKEN": ""})
    assert told(named(found, "settings.permissions")) is Verdict.WARN
    assert told(named(found, "settings.signing")) is Verdict.FAIL
    assert told(named(found, "settings.api")) is Verdict.OFF
    assert told(named(found, "click.slack")) is Verdict.OFF
    oauth = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "client-secret-1"}
    assert told(named(examined(s, oauth), "settings.secret_key")) is Verdict.FAIL


def test_posting_that_is_switched_off_is_told(s: Story, tmp_path: Path) -> None:
    file = tmp_path / "off.yaml"
    file.write_text("integrations: {slack: {enabled: false}}", encoding="utf-8")
    assert told(named(examined(s, {"INCIDENTBOT_CONFIG": str(file)}), "settings.posting")) is Verdict.WARN


def test_a_database_that_is_not_there_is_not_made_by_looking(s: Story, tmp_path: Path) -> None:
    found = examined(s, {"DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"})
    assert told(named(found, "database")) is Verdict.OFF
    assert not (tmp_path / "none.db").exists()
    assert named(found, "slack.token").verdict is Verdict.OK


def test_a_database_of_another_revision_names_the_command(s: Story, postgresql: databases.PostgreSQL) -> None:
    with postgresql.empty() as url:
        found = named(examined(s, {"DATABASE_URL": url}), "database.revision")
        assert told(found) is Verdict.FAIL
        assert "incidentbot migrate" in found.remedy


def test_a_database_that_does_not_answer_is_told_in_time(s: Story) -> None:
    away = {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{CLOSED}/none"}
    assert told(named(examined(s, away), "database")) is Verdict.FAIL


def test_postgresql_is_looked_at_too(s: Story, postgresql_url: str) -> None:
    found = examined(s, {"DATABASE_URL": postgresql_url}, skew=120)
    assert named(found, "database.durability").verdict is Verdict.OK
    # The service works on another database than the doctor looks at: the click is let in, and not found.
    assert told(named(found, "replicas")) is Verdict.FAIL


def test_a_key_that_is_lost_is_named(s: Story, sqlite_url: str) -> None:
    world = s.slack.workspace.world
    kept = {"DATABASE_URL": sqlite_url, "SLACK_BOT_TOKEN": "", "INCIDENTBOT_SECRET_KEY": make_key()}
    with closing(build(load({**environ(s), **kept}))) as service, service.store.begin(world.team_id) as tx:
        tx.installations.save(Workspace(world.team_id, token_from=INSTALL), tx.now)
        tx.credentials.save(world.team_id, Credentials(world.bot_token), tx.now)
    assert named(examined(s, kept), "slack.token").verdict is Verdict.OK
    found = examined(s, {**kept, "INCIDENTBOT_SECRET_KEY": make_key()})
    assert told(named(found, "settings.secret_keys")) is Verdict.FAIL
    assert [finding for finding in found if finding.name == "settings.secret_key" and told(finding) is Verdict.FAIL]


# --- Slack -----------------------------------------------------------------------------------------------------------


def test_a_token_that_slack_refuses_fails_and_nothing_else_is_asked(s: Story) -> None:
    found = examined(s, {"SLACK_BOT_TOKEN": "xoxb-1-2-wrongwrongwrong"})
    assert told(named(found, "slack.token")) is Verdict.FAIL
    assert not [finding for finding in found if finding.name.startswith("slack.channel")]


def test_without_any_token_the_set_up_is_named(s: Story, tmp_path: Path) -> None:
    found = examined(s, {"SLACK_BOT_TOKEN": "", "DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"})
    assert "incidentbot setup" in named(found, "slack.token").remedy


def test_a_slack_that_does_not_answer_is_told_apart_from_one_that_refuses(s: Story) -> None:
    faults = s.slack.server.platform.faults
    with wrong(lambda: faults.down(503), faults.clear):
        assert told(named(examined(s), "slack.reachable")) is Verdict.FAIL


@pytest.mark.parametrize(
    ("skew", "verdict"), ((0, Verdict.OK), (60, Verdict.WARN), (-60, Verdict.WARN), (400, Verdict.FAIL))
)
def test_a_clock_that_is_wrong_is_compared_with_slacks(s: Story, skew: int, verdict: Verdict) -> None:
    found = examined(s, skew=skew)
    assert told(named(found, "slack.clock")) is verdict
    if verdict is Verdict.FAIL:
        assert told(named(found, "click.slack")) is Verdict.FAIL


@pytest.mark.parametrize(
    ("scope", "verdict"),
    (
        ("chat:write", Verdict.FAIL),
        ("usergroups:read", Verdict.FAIL),
        ("app_mentions:read", Verdict.WARN),
        ("channels:history", Verdict.WARN),
        ("reactions:write", Verdict.WARN),
    ),
)
def test_a_missing_right_names_its_feature_and_the_reinstall(s: Story, scope: str, verdict: Verdict) -> None:
    less = tuple(one for one in SCOPES if one != scope)
    with wrong(lambda: allow(s, less), lambda: allow(s, SCOPES)):
        found = examined(s)
    line = named(found, f"slack.scope {scope}")
    assert told(line) is verdict
    assert "Reinstall" in line.remedy
    assert [finding.name for finding in found if finding.name == "slack.delivery"] == (
        ["slack.delivery"] if scope.endswith("history") else []
    )
    # The service that runs heard of other rights when it started.
    assert told(named(found, "slack.scopes_known")) is Verdict.WARN


def test_a_right_that_nothing_set_needs_is_off(s: Story) -> None:
    less = tuple(one for one in SCOPES if one != "users:read.email")
    with wrong(lambda: allow(s, less), lambda: allow(s, SCOPES)):
        found = examined(s, {"NOPESIGHT_API_TOKEN": ""})
    assert told(named(found, "slack.scope users:read.email")) is Verdict.OFF


def test_channels_that_are_absent_archived_or_without_the_bot_are_told_apart(s: Story) -> None:
    workspace = s.slack.workspace
    found = examined(s, {"SLACK_INCIDENTS_CHANNEL": "#nowhere", "SLACK_REPORTS_CHANNEL": "#nothing"})
    assert told(named(found, "slack.channel #nowhere")) is Verdict.FAIL
    assert told(named(found, "slack.channel #nothing")) is Verdict.WARN
    found = examined(s, {"SLACK_INCIDENTS_CHANNEL": "C0NOWHERE0"})
    assert told(named(found, "slack.channel C0NOWHERE0")) is Verdict.FAIL
    with wrong(lambda: workspace.archive("#alerts"), lambda: workspace.unarchive("#alerts")):
        assert "archived" in named(examined(s), "slack.channel #alerts").sentence
    members = workspace.channel("#alerts").members
    with wrong(lambda: members.discard(bot(s)), lambda: members.add(bot(s))):
        assert told(named(examined(s), "slack.channel #alerts")) is Verdict.WARN
        allow(s, tuple(one for one in SCOPES if one != "chat:write.public"))
        assert told(named(examined(s), "slack.channel #alerts")) is Verdict.FAIL
        allow(s, SCOPES)


def test_who_is_mentioned_and_nobody_is_told(s: Story) -> None:
    groups = s.slack.workspace.groups
    kept = dict(groups)
    with wrong(groups.clear, lambda: groups.update(kept)):
        found = examined(s)
    assert told(named(found, "slack.mention @oncall")) is Verdict.WARN
    assert told(named(found, "slack.group S0ONCALL00")) is Verdict.FAIL


def test_a_slack_that_limits_us_is_no_failure(s: Story) -> None:
    faults = s.slack.server.platform.faults
    with wrong(lambda: faults.rate_limit("conversations.list"), faults.clear):
        found = named(examined(s), "slack.channels")
    assert told(found) is Verdict.WARN
    assert "30 s" in found.remedy


def test_an_app_token_is_tried(s: Story) -> None:
    world = s.slack.workspace.world
    assert named(examined(s, {"SLACK_APP_TOKEN": world.app.app_token}), "slack.socket").verdict is Verdict.OK
    assert told(named(examined(s, {"SLACK_APP_TOKEN": "xapp-1-wrong"}), "slack.socket")) is Verdict.FAIL


def test_a_form_that_slack_does_not_take_is_told(s: Story) -> None:
    faults = s.slack.server.platform.faults
    with wrong(lambda: faults.fail("blocks.validate", "invalid_blocks"), faults.clear):
        assert told(named(examined(s), "messages.form")) is Verdict.FAIL
    with wrong(lambda: faults.fail("blocks.validate", "unknown_method"), faults.clear):
        assert told(named(examined(s), "messages.form")) is Verdict.OFF


# --- NopeSight -------------------------------------------------------------------------------------------------------


def test_a_nopesight_that_refuses_is_away_or_lets_us_only_read_is_told_apart(s: Story) -> None:
    faults = s.nopesight.faults
    with wrong(faults.revoke_token, faults.clear):
        assert "NOPESIGHT_API_TOKEN" in named(examined(s), "nopesight.events").remedy
    with wrong(faults.down, faults.clear):
        assert told(named(examined(s), "nopesight.events")) is Verdict.FAIL
    with wrong(lambda: faults.status(403, "set_event_status", code="FORBIDDEN"), faults.clear):
        found = examined(s)
    assert told(named(found, "nopesight.write")) is Verdict.FAIL
    assert named(found, "nopesight.events").verdict is Verdict.OK
    for operation, line in (("list_cis", "nopesight.cmdb"), ("system_status", "nopesight.status")):
        with wrong(partial(faults.status, 403, operation, code="FORBIDDEN"), faults.clear):
            assert told(named(examined(s), line)) is Verdict.FAIL
    assert told(named(examined(s, {"NOPESIGHT_API_TOKEN": ""}), "nopesight")) is Verdict.OFF
    assert told(named(examined(s, {"NOPESIGHT_WEBHOOK_SECRET": ""}), "nopesight.webhook")) is Verdict.OFF


# --- the click -------------------------------------------------------------------------------------------------------


def test_the_click_says_which_hop_failed(s: Story, postgresql_url: str) -> None:
    assert "Nothing listens" in named(examined(s, url=f"http://127.0.0.1:{CLOSED}"), "click.slack").sentence
    other = {"SLACK_SIGNING_SECRET": "0123456789abcdef" * 2 + "xyz", "NOPESIGHT_WEBHOOK_SECRET": "fedcba9876" * 4}
    found = examined(s, other)
    assert "SLACK_SIGNING_SECRET" in named(found, "click.slack").remedy
    assert "NOPESIGHT_WEBHOOK_SECRET" in named(found, "click.nopesight").remedy
    elsewhere = examined(s, url=f"{s.slack.server.url}/nopesight")
    assert told(named(elsewhere, "click.slack")) is Verdict.FAIL
    with closing(build(load({**environ(s), "DATABASE_URL": postgresql_url}))) as service:
        with s.service.store.read("") as tx:
            (home,) = tx.installations.all()
        with service.store.begin(home.team_id) as tx:
            tx.installations.save(home, tx.now)
        found = list(asyncio.run(service.examine(s.url, seconds=PATIENCE)))
    assert "DATABASE_URL" in named(found, "click.slack").remedy


# --- what waits ------------------------------------------------------------------------------------------------------


@contextmanager
def changed(s: Story, **values: object) -> Iterator[None]:
    """Every effect that was finished looks otherwise for a while."""
    with s.service.store.database.write() as connection:
        rows = connection.execute(sa.select(effects).limit(1)).mappings().all()
        (row,) = rows
        own = sa.update(effects).where(effects.c.team_id == row["team_id"], effects.c.id == row["id"])
        connection.execute(own.values(**values))
    try:
        yield
    finally:
        with s.service.store.database.write() as connection:
            connection.execute(own.values({name: row[name] for name in values}))


def settled(s: Story) -> bool:
    with s.service.store.read(s.slack.workspace.team_id) as tx:
        return not tx.parked.page(["waiting", "in_flight"], limit=1)


def test_what_was_given_up_is_told_with_its_reason(s: Story) -> None:
    s.slack.slash("/incident", "create Given up", as_="farid")
    wait_for(lambda: settled(s), "everything to be told")
    with changed(s, outcome="parked", problem="chat.postMessage: invalid_blocks"):
        found = examined(s)
    assert "invalid_blocks" in named(found, "effects.parked").sentence
    assert "replay" in named(found, "effects.parked").remedy
    assert told(named(found, "messages.blocks")) is Verdict.FAIL


def test_what_nopesight_was_not_told_is_named(s: Story) -> None:
    s.slack.slash("/incident", "create Unsynced", as_="farid")
    wait_for(lambda: settled(s), "everything to be told")
    with changed(s, kind="event_status", outcome="parked", problem="NopeSight answered 404"):
        assert told(named(examined(s), "nopesight.sync")) is Verdict.FAIL


def test_without_a_worker_or_with_two_versions_the_replicas_are_told(s: Story) -> None:
    with s.service.store.database.write() as connection:
        (row,) = connection.execute(sa.select(replicas)).mappings().all()
        ahead = datetime.now(UTC) + timedelta(hours=1)
        connection.execute(sa.insert(replicas).values({**row, "id": "other", "version": "0.0.1", "seen_at": ahead}))
    found = examined(s)
    with s.service.store.database.write() as connection:
        connection.execute(sa.delete(replicas).where(replicas.c.id == "other"))
    assert told(named(found, "replicas.versions")) is Verdict.WARN


# --- in Slack --------------------------------------------------------------------------------------------------------


def test_an_administrator_asks_in_slack_and_nobody_else_may(s: Story) -> None:
    told = s.slack.slash("/incident", "doctor", as_="ben")
    assert "viewer" in str(told)
    s.slack.slash("/incident", "doctor", as_="farid")
    s.slack.expect_ephemeral("farid", containing="things", timeout=60)
