"""Slack delivers a request up to four times, to whichever replica: it counts once, and each delivery is taken."""

import asyncio
import json
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.policy import Policy
from incidentbot.queries import list_incidents
from incidentbot.settings_file import ConfigFile
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from tests.integration.slack_inbound.conftest import (
    BOT,
    CHANNEL,
    FORM,
    JSON,
    SECRET,
    TEAM,
    Clock,
    FakeAnswerer,
    Slack,
)

THREAD = "1700000000.000100"


@pytest.fixture
def other(slack: Slack, database_url: str, clock: Clock) -> Iterator[Slack]:
    """The same workspace by way of another replica."""
    store = Store(database_url, clock=clock, policy=Policy(permissions=permissions_of(ConfigFile())))
    answerer = FakeAnswerer()
    entry = build_slack(SlackParts(store, answerer, NopeSightInquirer(None), clock.now), signing_secrets=(SECRET,))
    yield Slack(entry, store, clock, answerer)
    store.close()


def command(slack: Slack) -> tuple[bytes, str]:
    return slack.slash_body("note INC-1 seen"), FORM


def click(slack: Slack) -> tuple[bytes, str]:
    return urlencode({"payload": json.dumps(slack.click_payload("acknowledge_incident"))}).encode(), FORM


def form(slack: Slack) -> tuple[bytes, str]:
    payload = slack.submission(slack.answerer.views[-1], {"resolution": "Repaired"})
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


def event(_slack: Slack) -> tuple[bytes, str]:
    said = {"type": "app_mention", "user": "U0ANA", "text": f"<@{BOT}> note seen", "channel": CHANNEL, "ts": "9.9"}
    body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": {**said, "thread_ts": THREAD}}
    return json.dumps(body).encode(), JSON


@pytest.mark.parametrize(
    ("request_of", "kind"),
    ((command, "note"), (click, "acknowledged"), (form, "resolved"), (event, "note")),
    ids=("command", "click", "form", "event"),
)
async def test_it_counts_once_and_every_delivery_is_taken(
    slack: Slack, other: Slack, request_of: Callable[[Slack], tuple[bytes, str]], kind: str
) -> None:
    await slack.slash("create DB down")
    slack.place_card(THREAD)
    await slack.click("resolve_incident")
    raw, content_type = request_of(slack)
    at_once = [one.post(raw, content_type, retry=number) for number, one in enumerate((slack, other, slack, other))]
    answers = [*await asyncio.gather(*at_once), await other.post(raw, content_type, retry=3)]
    assert {answer.status for answer in answers} == {200}
    assert slack.kinds() == ["created", kind]


async def test_a_command_that_is_delivered_again_is_answered_as_it_was_the_first_time(
    slack: Slack, other: Slack
) -> None:
    raw = slack.slash_body("create DB down")
    answers = [(await one.post(raw, retry=number)).body for number, one in enumerate((slack, other, slack, other))]
    assert answers[0]
    assert set(answers) == {answers[0]}
    assert len(list_incidents(slack.store, TEAM).items) == 1
