"""Who does what in an incident: by command, by the card's button and form, and by leaving and handing over."""

from typing import Any

import pytest
import sqlalchemy as sa

from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.permissions import Permissions, Right, Role
from incidentbot.domain.policy import Policy
from incidentbot.effects.kinds import InvitationSent
from incidentbot.render import ids
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from incidentbot.store.tables import effects
from tests.integration.slack_inbound.conftest import ANA, BEN, BOT, SECRET, TEAM, FakeAnswerer, Slack

CARA = "U0CARA"


@pytest.fixture
async def opened(slack: Slack) -> Slack:
    await slack.slash("create The shop is down")
    return slack


def _told_directly(store: Store) -> list[str]:
    query = sa.select(effects.c.data).where(effects.c.kind == InvitationSent.kind).order_by(effects.c.lane)
    with store.database.engine.connect() as connection:
        return [str(data["person"]) for data in connection.execute(query).scalars()]


def _here(store: Store) -> set[str]:
    with store.read(TEAM) as tx:
        return {one.id for one in tx.responders.of(1)}


def _assigned(slack: Slack) -> list[tuple[str, str, str]]:
    told = [entry.data for entry in slack.entries() if entry.kind == "assigned"]
    return [(one.get("role", "assignee"), one["before"], one["after"]) for one in told]


async def test_a_role_is_given_by_command_and_its_holder_takes_part(opened: Slack, store: Store) -> None:
    await opened.slash(f"role INC-1 commander <@{BEN}>")
    assert opened.incident().commander == BEN
    assert _assigned(opened) == [("commander", "", BEN)]
    assert _here(store) == {BEN}
    assert _told_directly(store) == [BEN]
    await opened.slash("role INC-1 commander none")
    assert opened.incident().commander == ""
    assert _here(store) == {BEN}


async def test_who_takes_a_role_is_not_written_to_about_it(opened: Slack, store: Store) -> None:
    await opened.slash("role scribe me")
    assert opened.incident().scribe == ANA
    assert _told_directly(store) == []
    assert _here(store) == {ANA}


async def test_a_role_that_is_so_already_changes_nothing(opened: Slack) -> None:
    await opened.slash(f"role INC-1 scribe <@{BEN}>")
    answer = await opened.slash(f"role INC-1 scribe <@{BEN}>")
    assert "already scribe" in answer
    assert "nobody as commander" in await opened.slash("role INC-1 commander none")
    assert len(_assigned(opened)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    (
        ("role INC-1 comander <@U0BEN>", "commander"),
        ("role INC-1", "a role"),
        ("role INC-1 scribe", "a person"),
        ("role INC-1 scribe <@U0BEN> <@U0ANA>", "not understood"),
        ("role INC-9 scribe <@U0BEN>", "INC-9"),
        ("role INC-1 scribe <@U0GONE>", "deactivated"),
        (f"role INC-1 scribe <@{BOT}>", "bot"),
        ("role INC-1 scribe @nobody", "not found"),
        ("handover INC-1", "a person"),
        ("handover INC-1 <@U0BEN>", "no part"),
        ("handover INC-1 @nobody", "not found"),
        ("leave INC-1", "no part"),
        ("leave INC-9", "INC-9"),
        ("people INC-9", "INC-9"),
    ),
)
async def test_what_cannot_be_done_is_answered_and_changes_nothing(opened: Slack, words: str, said: str) -> None:
    assert said in await opened.slash(words)
    assert opened.kinds() == ["created"]


async def test_handing_over_gives_all_that_somebody_has_with_a_note(opened: Slack, store: Store) -> None:
    await opened.slash("ack INC-1")
    await opened.slash("role INC-1 commander me")
    await opened.slash(f"handover INC-1 <@{BEN}> the vendor calls at 4")
    after = opened.incident()
    assert (after.assignee, after.commander) == (BEN, BEN)
    assert _told_directly(store) == [BEN]
    assert opened.entries()[-1].data["text"] == "the vendor calls at 4"
    assert "no part" in await opened.slash(f"handover INC-1 <@{CARA}>")


async def test_who_leaves_gives_up_every_role_and_may_be_brought_back(opened: Slack, store: Store) -> None:
    await opened.slash("role INC-1 commander me")
    await opened.slash(f"assign INC-1 <@{ANA}>")
    await opened.slash("leave INC-1")
    after = opened.incident()
    assert (after.assignee, after.commander) == ("", "")
    assert ("responder", ANA, "") in _assigned(opened)
    assert _here(store) == set()
    await opened.slash(f"invite INC-1 <@{ANA}>", as_=BEN)
    assert _here(store) == {ANA}
    assert _told_directly(store) == []


async def test_the_cards_button_opens_the_form_and_what_was_changed_in_it_counts(
    opened: Slack, answerer: FakeAnswerer, store: Store
) -> None:
    await opened.slash(f"role INC-1 commander <@{ANA}>")
    await opened.click(ids.PEOPLE_INCIDENT)
    form = answerer.views[-1]
    await opened.slash(f"role INC-1 commander <@{CARA}>")
    assert await opened.submit(form, {"scribe": BEN, "assignee": BEN, "responders": [CARA, BEN]}) == {}
    after = opened.incident()
    assert (after.assignee, after.commander, after.scribe) == (BEN, CARA, BEN)
    assert _here(store) == {ANA, BEN, CARA}
    assert sorted(_told_directly(store)) == [BEN, CARA]


async def test_a_form_in_which_nothing_was_changed_says_so(opened: Slack, answerer: FakeAnswerer) -> None:
    await opened.slash("people INC-1")
    answer = await opened.submit(answerer.views[-1], {})
    assert answer["response_action"] == "update"
    assert opened.kinds() == ["created"]


async def test_the_error_of_a_form_stands_at_the_person_who_will_not_do(opened: Slack, answerer: FakeAnswerer) -> None:
    await opened.slash("people INC-1")
    view: Any = answerer.views[-1]
    for field, filled_in in (("commander", "U0GONE"), ("scribe", BOT), ("responders", ["U0GONE"])):
        answer = await opened.submit(view, {field: filled_in})
        assert list(answer["errors"]) == [field]
    assert opened.kinds() == ["created"]


async def test_a_form_that_slack_does_not_open_in_time_is_replaced_by_what_to_type(
    opened: Slack, answerer: FakeAnswerer
) -> None:
    answerer.opens = False
    await opened.click(ids.PEOPLE_INCIDENT)
    assert "/incident role INC-1" in str(answerer.responses[-1].text)


async def test_who_lost_the_right_meanwhile_is_told_so_and_nothing_changes(
    opened: Slack, answerer: FakeAnswerer, database_url: str
) -> None:
    await opened.slash("people INC-1")
    assigner = Role("assigner", actions=frozenset({Right.ASSIGN}))
    policy = Policy(permissions=Permissions({"assigner": assigner}, {}, "assigner"))
    strict = Store(database_url, clock=opened.clock, policy=policy)
    parts = SlackParts(strict, answerer, NopeSightInquirer(None), opened.clock.now)
    guarded = Slack(build_slack(parts, signing_secrets=(SECRET,)), strict, opened.clock, answerer)
    answer = await guarded.submit(answerer.views[-1], {"scribe": BEN, "responders": [CARA]})
    strict.close()
    assert answer["response_action"] == "update"
    assert opened.kinds() == ["created"]
