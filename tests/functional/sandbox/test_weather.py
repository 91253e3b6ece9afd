"""Limits and faults, as a client meets them."""

from collections.abc import Callable
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.faults import Fault, FaultKind


def limited(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    assert caught.value.response.status_code == 429
    return str(caught.value.response.headers.get("Retry-After", ""))


def post(client: WebClient, channel: str = "#incidents") -> Any:
    return client.chat_postMessage(channel=channel, text="x")


def test_a_channel_takes_three_posts_at_once_and_then_says_how_long_to_wait(
    server: SandboxServer, client: WebClient, alone: Harness
) -> None:
    server.platform.rules.limits.tolerance = 0.0
    for _ in range(3):
        post(client)
    assert limited(lambda: post(client)) == "1"
    assert post(client, "#alerts")["ok"]
    alone.advance(1)
    assert post(client)["ok"]


def test_a_method_takes_its_tier_in_a_minute(client: WebClient, alone: Harness) -> None:
    for _ in range(20):
        client.usergroups_list()
    assert 1 <= int(limited(client.usergroups_list)) <= 60
    assert client.users_info(user="U0ANA00001")["ok"]
    alone.advance(60)
    assert client.usergroups_list()["ok"]


@pytest.mark.parametrize("retry_after", ("30", "", "-5", "abc", "1000000000", "Wed, 21 Oct 2026 07:28:00 GMT", "0.5"))
def test_a_429_says_what_it_was_told_to_say(server: SandboxServer, client: WebClient, retry_after: str) -> None:
    server.platform.faults.rate_limit("auth.test", retry_after=retry_after)
    assert limited(client.auth_test) == retry_after
    assert client.auth_test()["ok"]


def test_a_held_429_refuses_until_its_time_is_over(server: SandboxServer, client: WebClient) -> None:
    server.platform.faults.rate_limit("auth.test", retry_after="30", hold=True)
    limited(client.auth_test)
    assert limited(client.auth_test) == "30"
    server.clock.advance(30)
    assert client.auth_test()["ok"]


def test_a_lost_reply_means_posted_and_not_told(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    server.platform.faults.lose_replies()
    with pytest.raises(RemoteDisconnected):
        post(client)
    assert alone.expect_message().text == "x"


def test_the_official_client_posts_twice_when_it_may_retry(server: SandboxServer, alone: Harness) -> None:
    server.platform.faults.lose_replies()
    post(WebClient(server.workspace.installation.bot_token, base_url=server.api_url))
    assert len(alone.history("#incidents")) == 2


def test_a_reset_means_nothing_was_posted(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    server.platform.faults.reset()
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        post(client)
    assert alone.history("#incidents") == []


def test_a_stalled_reply_ends_without_one(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    server.platform.faults.add(Fault(FaultKind.STALLED, times=1, seconds=0.01))
    with pytest.raises(RemoteDisconnected):
        post(client)
    assert len(alone.history("#incidents")) == 1


@pytest.mark.parametrize("kind", (FaultKind.STATUS, FaultKind.HTML, FaultKind.EMPTY, FaultKind.REDIRECT))
def test_what_is_no_answer_of_the_api_posts_nothing(
    server: SandboxServer, client: WebClient, alone: Harness, kind: FaultKind
) -> None:
    server.platform.faults.add(Fault(kind, "chat.postMessage", times=1))
    with pytest.raises((SlackApiError, SlackClientError, OSError)):
        post(client)
    assert alone.history("#incidents") == []
    assert post(client)["ok"]


def test_an_ok_without_a_ts_hides_a_real_post(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    server.platform.faults.add(Fault(FaultKind.NO_TS, "chat.postMessage", times=1))
    assert post(client).data == {"ok": True}
    assert len(alone.history("#incidents")) == 1


def test_any_error_code_can_be_given_for_one_channel(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    server.platform.faults.fail("chat.postMessage", "fatal_error", channel="C0INCIDENT", times=None)
    with pytest.raises(SlackApiError, match="fatal_error"):
        post(client)
    assert post(client, "#alerts")["ok"]


def test_slack_is_down_until_it_is_not(server: SandboxServer, client: WebClient) -> None:
    number = server.platform.faults.down(503)
    for _ in range(2):
        with pytest.raises((SlackApiError, SlackClientError)):
            client.auth_test()
    server.platform.faults.remove(number)
    assert client.auth_test()["ok"]


def test_a_late_message_is_there_but_cannot_be_read_yet(
    server: SandboxServer, client: WebClient, alone: Harness
) -> None:
    server.platform.faults.late(5)
    root = post(client)["ts"]
    assert client.conversations_history(channel="C0INCIDENT")["messages"] == []
    with pytest.raises(SlackApiError, match="thread_not_found"):
        client.conversations_replies(channel="C0INCIDENT", ts=root)
    alone.advance(5)
    assert len(client.conversations_history(channel="C0INCIDENT")["messages"]) == 1


def test_every_call_is_logged_with_its_end_and_without_its_token(
    server: SandboxServer, client: WebClient, alone: Harness
) -> None:
    server.platform.faults.lose_replies()
    with pytest.raises(RemoteDisconnected):
        post(client)
    with pytest.raises(SlackApiError):
        post(client, "#nowhere")
    assert [call.result for call in alone.calls("chat.postMessage")] == ["lost after ok", "channel_not_found"]
    assert server.workspace.installation.bot_token not in str(alone.calls())
