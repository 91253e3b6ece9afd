"""Answers reach the one who asked, also while Slack asks for patience."""

from datetime import timedelta
from typing import Any

import pytest

from incidentbot.clients.errors import Permanent, Retryable, Uncertain
from incidentbot.delivery import pace
from incidentbot.delivery.answerer import SlackAnswerer
from incidentbot.render.unserved import button_unknown
from incidentbot.store import Store
from tests.integration.slack_inbound.conftest import ANA, CHANNEL, TEAM, Clock


class ScriptedSlack:
    """Slack's client, failing as told and then no more."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.sent: list[Any] = []
        self.calls = 0

    async def respond(self, response_url: str, body: Any) -> None:
        self._take(body)

    async def post_ephemeral(self, team_id: str, channel: str, user: str, body: Any) -> None:
        self._take(body)

    def _take(self, body: Any) -> None:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(body)


async def tell(store: Store, slack: Any) -> None:
    answerer = SlackAnswerer(store, slack, None)
    await answerer.respond("https://hooks.slack.com/actions/1", button_unknown())
    await answerer.answer_ephemeral(TEAM, CHANNEL, ANA, button_unknown(), "1.0")


async def test_an_answer_waits_as_long_as_slack_asks(store: Store) -> None:
    slack = ScriptedSlack(Retryable("slow down", 0.0), Retryable("slow down", 0.0))
    await tell(store, slack)
    assert len(slack.sent) == 2
    assert slack.calls == 4


@pytest.mark.parametrize(
    "failure", (Uncertain("lost"), Permanent("no", "user_not_in_channel"), Retryable("later", 900.0))
)
async def test_what_may_have_arrived_or_would_come_far_too_late_is_not_sent_again(
    store: Store, failure: Exception
) -> None:
    slack = ScriptedSlack(failure)
    await tell(store, slack)
    assert len(slack.sent) == 1
    assert slack.calls == 2


async def test_an_answer_takes_its_turn_in_the_channel_and_the_next_message_comes_after_it(
    store: Store, clock: Clock
) -> None:
    await tell(store, ScriptedSlack())
    now = clock.now()
    with store.begin(TEAM) as tx:
        turns = [tx.limits.book(pace.of_post(tx.policy.pace, CHANNEL), now) for _ in range(3)]
        assert tx.limits.reserve(pace.of_post(tx.policy.pace, CHANNEL), now) == turns[-1] + timedelta(seconds=1)
    assert turns == [now, now + timedelta(seconds=0.25), now + timedelta(seconds=1.25)]


async def test_an_answer_is_given_up_after_a_few_tries(store: Store) -> None:
    slack = ScriptedSlack(*[Retryable("slow down", 0.0)] * 8)
    await tell(store, slack)
    assert not slack.sent
