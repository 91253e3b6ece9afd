"""An organisation installs the app once for its workspaces: one token, workspaces that come later, and the end."""

from dataclasses import replace

import pytest

from incidentbot.queries import list_incidents, verify_audit
from incidentbot.sandbox.slack.organisation import Organisation
from incidentbot.sandbox.world import World
from tests.functional.installing.conftest import ACME, GLOBEX, Trial
from tests.functional.stories.running import wait_for

# The bot is one and the same in all workspaces of an organisation.
SISTER = replace(GLOBEX, bot_user_id=ACME.bot_user_id, bot_id=ACME.bot_id)
CORP = "E0CORP0001"


@pytest.fixture
def worlds() -> tuple[World, ...]:
    return ACME, SISTER


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Who is installed is looked up alike on both."""
    return sqlite_url


@pytest.fixture
def organised(trial: Trial) -> Trial:
    """The organisation approved the app for Acme alone, and its administrator installs it."""
    platform = trial.server.platform
    platform.organisation = Organisation(CORP, "Corp", "corp", ACME.installed_by, teams=[ACME.team_id], most=1)
    state = trial.begin()["state"]
    answer = trial.come_back(state=state, code=trial.allow(state, CORP))
    assert answer.status_code == 200, answer.text
    return trial


def teams(trial: Trial) -> list[str]:
    with trial.service.store.read("") as tx:
        return sorted(home.team_id for home in tx.installations.all())


def test_one_install_serves_every_workspace_of_it_also_one_that_is_added_later(organised: Trial) -> None:
    assert teams(organised) == [ACME.team_id]
    with organised.harness(ACME) as acme:
        acme.slash("/incident", "create Acme is down", as_="ana")
        acme.expect_message(channel="#incidents", containing="Acme is down")
    organised.server.platform.approve(SISTER.team_id)
    with organised.harness(SISTER) as sister:
        sister.slash("/incident", "create The sister is slow", as_="zoe")
        card = sister.expect_message(channel="#incidents", containing="The sister is slow")
        sister.click(card, "acknowledge_incident", as_="yusuf")
        sister.expect_edit(card, containing="cknowledged")
    assert teams(organised) == [ACME.team_id, SISTER.team_id]
    store = organised.service.store
    assert [one.title for one in list_incidents(store, ACME.team_id).items] == ["Acme is down"]
    assert [one.title for one in list_incidents(store, SISTER.team_id).items] == ["The sister is slow"]


def test_every_page_of_its_workspaces_is_read(trial: Trial) -> None:
    platform = trial.server.platform
    platform.organisation = Organisation(
        CORP, "Corp", "corp", ACME.installed_by, teams=[ACME.team_id, SISTER.team_id], most=1
    )
    state = trial.begin()["state"]
    assert trial.come_back(state=state, code=trial.allow(state, CORP)).status_code == 200
    assert teams(trial) == [ACME.team_id, SISTER.team_id]
    asked = [call for call in platform.records.calls if call.method == "auth.teams.list"]
    assert len(asked) == 2


def test_when_the_organisation_removes_it_nothing_is_left_in_any_workspace(organised: Trial) -> None:
    organised.server.platform.approve(SISTER.team_id)
    with organised.harness(SISTER) as sister:
        sister.slash("/incident", "create The sister is slow", as_="zoe")
        sister.expect_message(channel="#incidents", containing="The sister is slow")
        sister.people.uninstall()
        wait_for(lambda: teams(organised) == [], "the organisation to be forgotten")
    with organised.service.store.read("") as tx:
        assert not tx.credentials.has(CORP)
    assert verify_audit(organised.service.store)[1] == []
