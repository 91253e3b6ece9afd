"""Workspaces come by OAuth or by handed-over tokens, and leave; what is kept of them is of no use to a thief."""

import sqlalchemy as sa

from incidentbot.queries import verify_audit
from incidentbot.store.tables import credentials
from tests.databases import connected
from tests.functional.installing.conftest import ACME, GLOBEX, Trial
from tests.functional.stories.running import wait_for


def stored(trial: Trial) -> str:
    """All that the database holds, as text."""
    with connected(trial.environ["DATABASE_URL"]) as connection:
        found = sa.MetaData()
        found.reflect(connection)
        return "\n".join(
            str(tuple(row)) for table in found.sorted_tables for row in connection.execute(sa.select(table))
        )


def teams(trial: Trial) -> list[str]:
    with trial.service.store.read("") as tx:
        return sorted(one.team_id for one in tx.installations.all())


def test_two_workspaces_install_it_and_each_has_incidents_of_its_own(trial: Trial) -> None:
    for world in (ACME, GLOBEX):
        trial.install(world)
    with trial.harness(ACME) as acme, trial.harness(GLOBEX) as globex:
        acme.slash("/incident", "create Acme is down", as_="ana")
        globex.slash("/incident", "create Globex is slow", as_="zoe")
        acme.expect_message(channel="#incidents", containing="Acme is down")
        globex.expect_message(channel="#incidents", containing="Globex is slow")
    assert "xox" not in stored(trial)
    assert trial.keys[0] not in stored(trial)


def test_whoever_installed_it_is_its_administrator(trial: Trial) -> None:
    trial.install(GLOBEX)
    with trial.service.store.read("") as tx:
        home = tx.installations.get(GLOBEX.team_id)
    assert home
    assert home.installed_by == GLOBEX.installed_by


def test_what_comes_back_counts_once(trial: Trial) -> None:
    state = trial.begin()["state"]
    code = trial.allow(state, ACME.team_id)
    assert trial.come_back(state=state, code=code).status_code == 200
    trial.begin()
    assert trial.come_back(state=state, code=trial.allow(state, GLOBEX.team_id)).status_code == 400
    assert teams(trial) == [ACME.team_id]


def test_what_comes_back_counts_in_the_browser_that_was_sent_alone(trial: Trial) -> None:
    state = trial.begin()["state"]
    code = trial.allow(state, GLOBEX.team_id)
    trial.browser.cookies.clear()
    assert trial.come_back(state=state, code=code).status_code == 400
    trial.begin()  # another install of the victim's own
    assert trial.come_back(state=state, code=code).status_code == 400
    assert teams(trial) == []


def test_what_comes_back_late_or_invented_counts_nothing(trial: Trial) -> None:
    state = trial.begin()["state"]
    with connected(trial.environ["DATABASE_URL"]) as connection:
        connection.execute(sa.text("UPDATE oauth_states SET expires_at = '2020-01-01 00:00:00.000000'"))
        connection.commit()
    assert trial.come_back(state=state, code=trial.allow(state, ACME.team_id)).status_code == 400
    trial.begin()
    assert trial.come_back(state="invented", code="x").status_code == 400
    assert trial.come_back().status_code == 400
    assert trial.come_back(state="x" * 5000, code="x").status_code == 400


def test_the_pages_load_nothing_are_framed_by_nobody_and_the_cookie_is_of_no_other_use(trial: Trial) -> None:
    begun = trial.browser.get(f"{trial.url}/slack/install")
    ended = trial.come_back(state="invented", code="x")
    for answer in (begun, ended):
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/slack" in cookie
    assert "max-age=600" in cookie


def test_a_refusal_at_slack_installs_nothing(trial: Trial) -> None:
    state = trial.begin()["state"]
    assert trial.come_back(state=state, error="access_denied").status_code == 400
    state = trial.begin()["state"]
    assert trial.come_back(state=state, code="no-such-code").status_code == 502
    assert teams(trial) == []


def test_a_workspace_that_removes_the_app_leaves_no_token_and_finds_its_incidents_again(trial: Trial) -> None:
    trial.install(ACME)
    trial.install(GLOBEX)
    with trial.harness(GLOBEX) as globex:
        globex.slash("/incident", "create Globex is slow", as_="zoe")
        globex.expect_message(channel="#incidents", containing="Globex is slow")
        globex.people.uninstall()
        wait_for(lambda: teams(trial) == [ACME.team_id], "the workspace to be forgotten")
        with connected(trial.environ["DATABASE_URL"]) as connection:
            assert connection.execute(sa.select(credentials.c.team_id)).scalars().all() == [ACME.team_id]
        trial.install(GLOBEX)
        found = trial.api("GET", "/incidents/INC-1", params={"team": GLOBEX.team_id})
        assert found.json()["title"] == "Globex is slow"
    assert verify_audit(trial.service.store)[1] == []


def test_tokens_can_be_handed_over(trial: Trial) -> None:
    bot_token = trial.server.platform.workspaces[GLOBEX.team_id].installation.bot_token
    answer = trial.set_up(bot_token=bot_token, app_token="", signing_secret="s" * 32)
    assert answer.status_code == 200
    assert answer.json()["team"] == GLOBEX.team_id
    assert answer.json()["bot_user"] == GLOBEX.bot_user_id
    assert isinstance(answer.json()["missing_scopes"], list)
    assert bot_token not in stored(trial)
    assert "s" * 32 not in stored(trial)
    created = trial.api("POST", "/incidents", json={"title": "Handed over"})
    assert created.status_code == 201
    with trial.harness(GLOBEX) as globex:
        wait_for(lambda: bool(globex.history("#incidents")), "the card")


def test_an_app_token_that_is_handed_over_connects_by_socket_mode(trial: Trial) -> None:
    trial.server.platform.app.socket_mode = True
    bot_token = trial.server.platform.workspaces[ACME.team_id].installation.bot_token
    assert trial.set_up(bot_token=bot_token, app_token=ACME.app.app_token).status_code == 200
    wait_for(lambda: trial.server.slack.sockets.connected > 0, "the socket")
    with trial.harness(ACME) as acme:
        acme.slash("/incident", "create By socket", as_="ana")
        acme.expect_message(channel="#incidents", containing="By socket")


def test_tokens_that_slack_does_not_take_or_that_are_none_are_refused(trial: Trial) -> None:
    assert trial.set_up(bot_token="xoxb-nobodys").status_code == 400
    answer = trial.set_up(bot_token="secret-in-the-wrong-place")
    assert answer.status_code == 400
    assert "secret-in-the-wrong-place" not in answer.text
    assert teams(trial) == []
