"""Slack's own incident object: below links to incidents and in the side pane of who opens one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from slack_sdk.models.metadata import EntityMetadata

from incidentbot.domain.people import Actor, Source
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.world import World, demo_world
from incidentbot.store.tables import effects
from incidentbot.usecases import Cause
from incidentbot.usecases.present import present
from tests.functional.stories.running import Story, at_rest, story, wait_for

BASE = "https://incidents.acme.test"
TEAM = demo_world().team_id
NO_VIEW = """
permissions:
  roles:
    nobody: {commands: [help], actions: [capture]}
    staff: {commands: ["*"], actions: ["*"]}
  user_mappings: {U0BEN00002: staff}
  default: nobody
"""


@contextmanager
def linked(
    url: str, folder: Path, *, world: World | None = None, config: str = "", host: str = BASE
) -> Iterator[Story]:
    with story(url, folder, world=world, config=config, extra={"INCIDENTBOT_BASE_URL": BASE}) as s:
        s.slack.server.platform.app.unfurl_domains = (host.removeprefix("https://"),)
        yield s


def create(s: Story, title: str = "Shop is slow", *, as_: str = "ben") -> Shown:
    s.slack.slash("/incident", f"create {title}", as_=as_)
    s.slack.expect_ephemeral(as_, containing="INC-1")
    card = s.slack.expect_message(channel="#incidents", event_type="incident")
    s.slack.expect_reply(card, containing="#1")
    return card


def parked(s: Story) -> int:
    query = sa.select(sa.func.count()).where(effects.c.outcome == "parked")
    with s.service.store.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def address(reference: str = "INC-1", team: str = TEAM) -> str:
    return f"{BASE}/incidents/{team}/{reference}"


def shown_of(entity: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = entity["entity_payload"]["fields"]
    return fields


def test_a_link_to_an_incident_shows_it_and_whoever_opens_it_sees_its_details(
    database_url: str, tmp_path: Path
) -> None:
    with linked(database_url, tmp_path) as s:
        card = create(s)
        said = s.slack.say(f"look at {address()} please", as_="ana", channel="#general")
        entity = s.slack.expect_unfurl(said, address())
        EntityMetadata(**entity).validate_json()
        assert entity["entity_payload"]["attributes"]["title"]["text"] == "Shop is slow"
        assert shown_of(entity)["status"]["value"] == "Open"
        s.slack.slash("/incident", "ack INC-1", as_="ben")
        s.slack.expect_reply(card, containing="#2")
        s.slack.open_details(entity, as_="hugo")
        details = s.slack.expect_details("hugo")
        assert shown_of(details)["status"]["value"] == "Acknowledged"
        assert shown_of(details)["assigned_to"]["user"]["user_id"] == s.slack.person("ben").id
        button = details["entity_payload"]["actions"]["primary_actions"][0]
        assert "/archives/" in button["url"]
        s.slack.ignore(lambda _: True)


def test_a_link_of_the_api_shows_the_incident_too_and_others_show_nothing(sqlite_url: str, tmp_path: Path) -> None:
    with linked(sqlite_url, tmp_path) as s:
        create(s)
        api = f"{BASE}/v1/incidents/INC-1"
        others = f"{address('INC-77')} {address(team='T0OTHER')} {BASE}/reports/x/y {BASE}/incidents/{TEAM}/INC-1/more"
        said = s.slack.say(f"{others} {api}", as_="ana", channel="#general")
        s.slack.expect_unfurl(said, api)
        assert set(s.slack.workspace.conversations[said.channel].messages[said.ts].unfurled) == {api}


def test_what_others_wrote_is_text_and_no_longer_than_fits(sqlite_url: str, tmp_path: Path) -> None:
    with linked(sqlite_url, tmp_path) as s:
        s.slack.shortcut("create_incident_shortcut", as_="ben")
        form = s.slack.expect_modal("ben", callback_id="incident_modal")
        form.fill(title="<!channel> & *all*", description="x" * 2500).submit()
        s.slack.expect_reply(s.slack.expect_message(channel="#incidents", event_type="incident"), containing="#1")
        said = s.slack.say(address(), as_="ana", channel="#general")
        entity = s.slack.expect_unfurl(said, address())
        assert entity["entity_payload"]["attributes"]["title"]["text"].startswith("<!channel> & *all*")
        assert "format" not in str(entity)
        assert len(shown_of(entity)["description"]["value"]) <= 600


def test_who_may_see_no_incident_shows_none_and_is_told_so_in_the_pane(database_url: str, tmp_path: Path) -> None:
    with linked(database_url, tmp_path, config=NO_VIEW) as s:
        create(s)
        hidden = s.slack.say(address(), as_="ana", channel="#general")
        shown = s.slack.say(address(), as_="ben", channel="#general")
        entity = s.slack.expect_unfurl(shown, address())
        s.slack.open_details(entity, as_="ana")
        refused = s.slack.expect_details("ana")
        assert refused["error"]["status"] == "custom"
        assert refused["error"]["custom_message"]
        assert "Shop is slow" not in str(refused)
        wait_for(lambda: at_rest(s), "what is due to be told")
        assert s.slack.workspace.conversations[hidden.channel].messages[hidden.ts].unfurled == {}


@pytest.mark.parametrize("scope", ("links:read", "links:write"))
def test_without_the_right_a_link_stays_a_link_and_nothing_is_parked(
    sqlite_url: str, tmp_path: Path, scope: str
) -> None:
    with linked(sqlite_url, tmp_path, world=demo_world().without_scope(scope)) as s:
        card = create(s)
        said = s.slack.say(address(), as_="ana", channel="#general")
        s.slack.slash("/incident", "note INC-1 still going", as_="ana")
        s.slack.expect_ephemeral("ana")
        s.slack.expect_reply(card, containing="still going")
        wait_for(lambda: at_rest(s), "what is due to be told")
        assert s.slack.workspace.conversations[said.channel].messages[said.ts].unfurled == {}
        assert parked(s) == 0


def test_it_can_be_turned_off(sqlite_url: str, tmp_path: Path) -> None:
    off = "integrations: {slack: {formatting: {work_objects: false}}}"
    with linked(sqlite_url, tmp_path, config=off) as s:
        card = create(s)
        s.slack.say(address(), as_="ana", channel="#general")
        s.slack.slash("/incident", "note INC-1 still going", as_="ana")
        s.slack.expect_ephemeral("ana")
        s.slack.expect_reply(card, containing="still going")
        wait_for(lambda: at_rest(s), "what is due to be told")
        assert s.slack.calls("chat.unfurl") == []


@pytest.mark.parametrize(("age", "answer"), ((0.0, "exchanged_trigger_id"), (10.0, "expired_trigger_id")))
def test_a_pane_that_can_be_filled_no_more_is_let_go(sqlite_url: str, tmp_path: Path, age: float, answer: str) -> None:
    with linked(sqlite_url, tmp_path) as s:
        create(s)
        triggers, now = s.slack.server.platform.triggers, s.slack.server.platform.clock.now()
        ana, team = s.slack.person("ana").id, s.slack.workspace.team_id
        trigger = triggers.issue(ana, team, now - age, entity="INC-1")
        if not age:
            triggers.redeem(trigger, team, now)
        with pytest.raises(SlackError, match=answer):
            triggers.redeem(trigger, team, now)
        present(s.service.store, Cause(TEAM, "event:EvAgain", Actor(Source.SLACK, ana), "link"), 1, trigger)
        wait_for(lambda: bool(s.slack.calls("entity.presentDetails")), "it to be tried")
        wait_for(lambda: at_rest(s), "what is due to be told")
        assert parked(s) == 0


def test_opened_outside_slack_an_address_leads_to_the_workspace_and_tells_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    with linked(sqlite_url, tmp_path) as s:
        create(s)
        with httpx.Client(trust_env=False, follow_redirects=False) as client:
            there, not_there = (client.get(f"{s.url}/incidents/{TEAM}/{ref}") for ref in ("INC-1", "INC-99"))
            assert there.status_code == not_there.status_code == 302
            assert there.headers["location"] == not_there.headers["location"]
            assert client.get(f"{s.url}/incidents/..%2f..%2fevil.example/INC-1").status_code == 404
