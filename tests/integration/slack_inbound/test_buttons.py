"""The buttons on the card and in the thread."""

import pytest

from incidentbot.domain.lifecycle import State
from tests.integration.slack_inbound.conftest import ANA, BEN, FakeAnswerer, Slack


@pytest.fixture(autouse=True)
async def incident(slack: Slack) -> None:
    await slack.slash("create DB down")


async def test_a_click_acknowledges_and_says_nothing_more(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.click("acknowledge_incident")
    assert slack.incident().state is State.ACKNOWLEDGED
    assert slack.incident().acknowledged_by is not None
    assert slack.incident().state_by.id == ANA
    assert not answerer.responses


async def test_the_same_click_delivered_again_changes_and_says_nothing(slack: Slack, answerer: FakeAnswerer) -> None:
    click = slack.click_payload("acknowledge_incident")
    for _ in range(3):
        await slack.interact(click)
    assert slack.kinds() == ["created", "acknowledged"]
    assert not answerer.responses


async def test_who_comes_second_is_told_who_was_first(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.click("acknowledge_incident", as_=BEN)
    await slack.click("acknowledge_incident", as_=ANA)
    assert slack.kinds() == ["created", "acknowledged"]
    [message] = answerer.responses
    assert f"<@{BEN}>" in message.text


async def test_resolve_opens_a_form_that_resolves_that_incident(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.slash("create another")
    await slack.click("resolve_incident", "INC-1")
    [view] = answerer.views
    assert slack.kinds() == ["created"]
    assert await slack.submit(view, {"resolution": "replaced the disk"}) == {}
    assert slack.incident().resolution == "replaced the disk"
    assert slack.kinds("INC-2") == ["created"]


async def test_an_old_card_of_a_resolved_incident_says_so(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.slash("resolve INC-1", as_=BEN)
    for action in ("acknowledge_incident", "resolve_incident"):
        await slack.click(action)
        assert f"<@{BEN}>" in answerer.responses[-1].text
    assert not answerer.views
    assert slack.kinds() == ["created", "resolved"]


async def test_update_opens_the_form_of_that_incident(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.click("update_incident")
    [view] = answerer.views
    assert await slack.submit(view, {"title": "DB and cache down", "note": "both"}) == {}
    assert slack.kinds() == ["created", "title_changed", "note"]


async def test_reopen_opens_the_incident_again(slack: Slack) -> None:
    await slack.slash("resolve INC-1")
    await slack.click("reopen_incident")
    assert slack.incident().state is State.OPEN


@pytest.mark.parametrize("action", ("resolve_incident", "update_incident"))
async def test_a_form_that_came_too_late_is_replaced_by_what_to_type(
    slack: Slack, answerer: FakeAnswerer, action: str
) -> None:
    answerer.opens = False
    await slack.click(action)
    [message] = answerer.responses
    assert "INC-1" in message.text


@pytest.mark.parametrize("action", ("acknowledge_incident", "resolve_incident", "update_incident", "reopen_incident"))
@pytest.mark.parametrize("value", ("", "INC-99", "nonsense", "INC-1; DROP TABLE", "INC-1\u200b\u202e"))
async def test_a_value_that_was_tampered_with_touches_nothing(
    slack: Slack, answerer: FakeAnswerer, action: str, value: str
) -> None:
    await slack.click(action, value)
    assert len(answerer.responses) == 1
    assert not answerer.views
    assert slack.kinds() == ["created"]


async def test_a_link_button_is_acknowledged_without_a_word(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.click("open_thread")
    assert not answerer.responses


async def test_a_button_of_another_release_is_answered(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.click("frobnicate")
    assert len(answerer.responses) == 1


async def test_what_is_chosen_in_a_form_is_acknowledged_without_a_word(slack: Slack, answerer: FakeAnswerer) -> None:
    click = slack.click_payload("priority_select")
    click["container"] = {"type": "view", "view_id": "V1"}
    await slack.interact(click)
    assert not answerer.responses


async def test_a_guest_from_another_workspace_is_told_and_changes_nothing(slack: Slack, answerer: FakeAnswerer) -> None:
    click = slack.click_payload("acknowledge_incident")
    click["user"]["team_id"] = "T0OTHER"
    await slack.interact(click)
    assert len(answerer.responses) == 1
    assert slack.kinds() == ["created"]


async def test_a_click_in_a_workspace_that_is_not_installed_is_told(slack: Slack, answerer: FakeAnswerer) -> None:
    click = slack.click_payload("acknowledge_incident")
    click["team"] = {"id": "T0OTHER"}
    click["user"]["team_id"] = "T0OTHER"
    await slack.interact(click)
    assert len(answerer.responses) == 1
    assert slack.kinds() == ["created"]
