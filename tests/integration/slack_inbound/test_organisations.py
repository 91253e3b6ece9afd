"""An organisation installs the app for all of its workspaces, those that nobody has heard of yet included."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.delivery.tokens import TeamTokens
from incidentbot.domain.installing import Signer
from incidentbot.domain.policy import Policy
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import list_incidents, verify_audit
from incidentbot.settings_file import ConfigFile
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from incidentbot.store.credentials import Credentials
from incidentbot.store.secret_box import SecretBox, make_key
from incidentbot.usecases.install import install, install_everywhere
from tests.integration.slack_inbound.conftest import ANA, JSON, SECRET, Clock, FakeAnswerer, Slack

ORGANISATION, FIRST, NEW = "E0ORG", "T0FIRST", "T0NEW"


@pytest.fixture
def organised(database_url: str, clock: Clock, answerer: FakeAnswerer) -> Iterator[Slack]:
    policy = Policy(permissions=permissions_of(ConfigFile()))
    store = Store(database_url, clock=clock, policy=policy, secrets=SecretBox([make_key()]))
    told = Workspace("", "Org", enterprise_id=ORGANISATION, bot_user_id="U0BOT", scopes=("chat:write",))
    install_everywhere(store, told, [(FIRST, "First")], Credentials("xoxb-of-the-organisation"), "oauth")
    parts = SlackParts(store, answerer, NopeSightInquirer(None), clock.now)
    yield Slack(build_slack(parts, signing_secrets=(SECRET,)), store, clock, answerer)
    store.close()


def teams(slack: Slack) -> list[str]:
    with slack.store.read("") as tx:
        return sorted(home.team_id for home in tx.installations.all())


async def departs(slack: Slack, **event: Any) -> None:
    body = {"type": "event_callback", "event_id": f"Ev{event['type']}", "enterprise_id": ORGANISATION, "event": event}
    assert (await slack.post(json.dumps(body).encode(), JSON)).status == 200


async def test_all_of_its_workspaces_share_its_token(organised: Slack) -> None:
    tokens = TeamTokens(organised.store, None)
    assert teams(organised) == [FIRST]
    assert await tokens(FIRST) == "xoxb-of-the-organisation"


async def test_a_workspace_that_was_added_later_is_known_when_it_is_used(organised: Slack) -> None:
    answer = await organised.slash("create Something", team_id=NEW, enterprise_id=ORGANISATION)
    assert "INC-1" in answer
    assert teams(organised) == [FIRST, NEW]
    assert list_incidents(organised.store, NEW).total == 1
    assert list_incidents(organised.store, FIRST).total == 0
    assert await TeamTokens(organised.store, None)(NEW) == "xoxb-of-the-organisation"


async def test_another_organisation_s_workspace_is_nobody_s(organised: Slack) -> None:
    await organised.slash("create Something", team_id="T0ELSE", enterprise_id="E0ELSE")
    assert teams(organised) == [FIRST]


async def test_when_it_leaves_all_of_them_do(organised: Slack) -> None:
    await organised.slash("create Something", team_id=NEW, enterprise_id=ORGANISATION)
    await departs(organised, type="app_uninstalled")
    assert teams(organised) == []
    with organised.store.read("") as tx:
        assert not tx.credentials.has(ORGANISATION)
    assert verify_audit(organised.store)[1] == []


async def test_an_event_that_names_the_workspace_on_its_envelope_alone_is_of_that_workspace(organised: Slack) -> None:
    await organised.slash("create Something", team_id=FIRST, enterprise_id=ORGANISATION)
    with organised.store.begin(FIRST) as tx:
        tx.incidents.place_card(1, "C0INCIDENTS", "1.5")
    said = {"type": "app_mention", "user": ANA, "text": "<@U0BOT> ack", "channel": "C0INCIDENTS", "thread_ts": "1.5"}
    whose = {"enterprise_id": ORGANISATION, "team_id": None, "user_id": "U0BOT", "is_enterprise_install": True}
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": FIRST, "authorizations": [whose], "event": said}
    assert (await organised.post(json.dumps(body).encode(), JSON)).status == 200
    assert [one.state.value for one in list_incidents(organised.store, FIRST).items] == ["acknowledged"]


async def test_an_uninstall_of_the_organisation_is_no_workspace_s_own(organised: Slack) -> None:
    whose = {"enterprise_id": ORGANISATION, "team_id": None, "is_enterprise_install": True}
    body = {"type": "event_callback", "event_id": "Ev2", "team_id": FIRST, "authorizations": [whose]}
    told = {**body, "event": {"type": "app_uninstalled"}}
    assert (await organised.post(json.dumps(told).encode(), JSON)).status == 200
    assert teams(organised) == []


async def test_revoked_tokens_of_people_are_not_ours(organised: Slack) -> None:
    await departs(organised, type="tokens_revoked", tokens={"oauth": [ANA], "bot": []})
    with organised.store.read("") as tx:
        assert tx.credentials.has(ORGANISATION)
    await departs(organised, type="tokens_revoked", tokens={"bot": ["U0BOT"]}, event_ts="2")
    with organised.store.read("") as tx:
        assert not tx.credentials.has(ORGANISATION)


async def test_a_secret_of_one_workspace_signs_for_no_other(organised: Slack) -> None:
    install(organised.store, Workspace("T0OWN", "Own"), Credentials("xoxb-own", signing_secret="o" * 32), "rest")

    async def installed() -> tuple[Signer, ...]:
        return (Signer("T0OWN", "o" * 32),)

    parts = SlackParts(organised.store, organised.answerer, NopeSightInquirer(None), organised.clock.now)
    organised.entry = build_slack(parts, signing_secrets=(SECRET,), installed=installed)
    for team, incidents in ((FIRST, 0), ("T0OWN", 1)):
        body = organised.slash_body("create Something", team_id=team)
        assert (await organised.post(body, secret="o" * 32)).status == 200
        assert list_incidents(organised.store, team).total == incidents
