"""Who may not is told so, whichever way they come, and nothing happens."""

from collections.abc import Iterator

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.permissions import Permissions
from incidentbot.domain.policy import Policy
from incidentbot.render import ids
from incidentbot.render.modals import update_modal
from incidentbot.settings_file import read_config
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from tests.integration.slack_inbound.conftest import ANA, BEN, SECRET, TEAM, Clock, FakeAnswerer, Slack

ONCALL = "S0ONCALL1"


def _permissions() -> Permissions:
    return permissions_of(read_config(f"permissions: {{user_mappings: {{{ANA}: admin, {ONCALL}: operator}}}}"))


@pytest.fixture
def guarded(database_url: str, store: Store, clock: Clock, answerer: FakeAnswerer) -> Iterator[Slack]:
    """The workspace under a file that lets Ana do everything, on-call operate, and everybody else look."""
    strict = Store(database_url, clock=clock, policy=Policy(permissions=_permissions()))
    entry = build_slack(SlackParts(strict, answerer, NopeSightInquirer(None), clock.now), signing_secrets=(SECRET,))
    yield Slack(entry, strict, clock, answerer)
    strict.close()


def _join(store: Store, *people: str) -> None:
    with store.begin(TEAM) as tx:
        tx.groups.replace(ONCALL, people)


@pytest.mark.parametrize(
    "text",
    (
        "create Down",
        "create",
        "ack INC-1",
        "unack INC-1",
        "resolve INC-1",
        "reopen INC-1",
        "update INC-1 --severity low",
        "update INC-1",
        f"assign INC-1 <@{ANA}>",
        "note INC-1 text",
        f"invite INC-1 <@{ANA}>",
    ),
)
async def test_a_viewer_who_types_is_told_what_is_missing(guarded: Slack, text: str) -> None:
    await guarded.slash("create Database is down")
    answer = await guarded.slash(text, as_=BEN)
    assert "viewer" in answer
    assert f"<@{ANA}>" in answer
    assert guarded.answerer.views == []
    assert guarded.kinds() == ["created"]


@pytest.mark.parametrize("text", ("list", "show INC-1", "help"))
async def test_a_viewer_may_look(guarded: Slack, text: str) -> None:
    await guarded.slash("create Database is down")
    assert "viewer" not in await guarded.slash(text, as_=BEN)


@pytest.mark.parametrize("button", (ids.ACKNOWLEDGE_INCIDENT, ids.RESOLVE_INCIDENT, ids.UPDATE_INCIDENT))
async def test_a_viewer_who_clicks_sees_the_refusal_instead_of_a_form(guarded: Slack, button: str) -> None:
    await guarded.slash("create Database is down")
    await guarded.click(button, as_=BEN)
    assert "viewer" in guarded.answerer.responses[-1].text
    assert guarded.answerer.views == []
    assert guarded.kinds() == ["created"]


@pytest.mark.parametrize("said", ("ack", "unack", "resolve done", "note text"))
async def test_a_viewer_who_mentions_the_bot_is_told(guarded: Slack, said: str) -> None:
    await guarded.slash("create Database is down")
    guarded.place_card("1.5")
    await guarded.mention(said, thread_ts="1.5", as_=BEN)
    assert "viewer" in guarded.answerer.ephemerals[-1][3].text
    assert guarded.kinds() == ["created"]


async def test_a_role_that_is_taken_away_while_the_form_is_open_is_missing_at_its_submission(guarded: Slack) -> None:
    await guarded.slash("create Database is down")
    _join(guarded.store, BEN)
    await guarded.click(ids.UPDATE_INCIDENT, as_=BEN)
    assert len(guarded.answerer.views) == 1
    _join(guarded.store)
    told = await guarded.submit(update_modal(guarded.incident()), {ids.NOTE: "too late"}, as_=BEN)
    assert told["response_action"] == "update"
    assert "viewer" in str(told["view"])
    assert guarded.kinds() == ["created"]


async def test_members_of_a_group_have_its_role_as_long_as_they_are_in_it(guarded: Slack) -> None:
    await guarded.slash("create Database is down")
    _join(guarded.store, BEN)
    await guarded.click(ids.ACKNOWLEDGE_INCIDENT, as_=BEN)
    assert guarded.kinds() == ["created", "acknowledged"]
    _join(guarded.store, "U0OTHER")
    await guarded.slash("note INC-1 no longer", as_=BEN)
    assert guarded.kinds() == ["created", "acknowledged"]


async def test_a_form_s_choices_are_not_shown_to_who_may_not_create(guarded: Slack) -> None:
    payload = guarded.interaction("block_suggestion", as_=BEN, action_id=ids.CIS_SELECT, block_id=ids.CIS, value="p")
    assert await guarded.interact(payload) == {"options": []}


async def test_what_a_payload_says_of_roles_is_nothing(guarded: Slack) -> None:
    await guarded.slash("create Database is down")
    payload = guarded.click_payload(ids.ACKNOWLEDGE_INCIDENT, as_=BEN)
    payload["user"] |= {"role": "admin", "is_admin": True}
    payload["role"] = "admin"
    await guarded.interact(payload)
    assert guarded.kinds() == ["created"]
