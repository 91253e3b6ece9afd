"""Deliveries that go wrong, and everything that comes back by a response URL."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.outbound import EVENT
from incidentbot.sandbox.world import demo_world, second_world
from tests.functional.sandbox.trial_app import over_socket

Json = dict[str, Any]


@dataclass
class Recorder:
    """A request URL that keeps what comes and answers as told: statuses in turn, the last for ever."""

    statuses: list[int] = field(default_factory=lambda: [200])
    headers: Json = field(default_factory=dict)
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def payloads(self) -> list[Json]:
        return [_payload(body) for _, body in self.seen]


def _payload(body: bytes) -> Json:
    if body.startswith(b"{"):
        found: Json = json.loads(body)
        return found
    form = parse_qs(body.decode(), keep_blank_values=True)
    if "payload" in form:
        loaded: Json = json.loads(form["payload"][0])
        return loaded
    return {name: values[0] for name, values in form.items()}


@contextmanager
def recording(server: SandboxServer, **options: Any) -> Iterator[Recorder]:
    recorder = Recorder(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            recorder.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = recorder.statuses.pop(0) if len(recorder.statuses) > 1 else recorder.statuses[0]
            self.send_response(status)
            for name, value in recorder.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        recorder.url = f"http://127.0.0.1:{running.server_port}/slack/events"
        server.platform.app.request_url = recorder.url
        yield recorder
        running.shutdown()
        thread.join()


def outcomes(server: SandboxServer, kind: str = EVENT) -> list[tuple[int, str]]:
    return [(one.attempt, one.outcome) for one in server.platform.records.deliveries if one.kind == kind]


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_every_delivery_is_signed(server: SandboxServer, alone: Harness) -> None:
    with recording(server) as recorder:
        alone.slash("/order", "tea & <cake>", as_="ana")
        verifier = SignatureVerifier(server.platform.app.seed.signing_secret)
        [(headers, body)] = recorder.seen
        assert verifier.is_valid_request(body, headers)
        assert not verifier.is_valid_request(body + b"x", headers)


def test_a_slash_command_brings_what_slack_sends(server: SandboxServer, alone: Harness) -> None:
    with recording(server) as recorder:
        alone.slash("/order", "for @ben in #incidents", as_="ana", channel="#alerts")
        [sent] = recorder.payloads()
    assert sent["text"] == "for <@U0BEN00002|ben> in <#C0INCIDENT|incidents>"
    assert (sent["command"], sent["user_id"], sent["channel_name"]) == ("/order", "U0ANA00001", "alerts")
    assert sent["team_id"] == server.workspace.team_id
    assert sent["response_url"].startswith(server.url)


def test_names_stay_names_where_the_command_does_not_escape(server: SandboxServer, alone: Harness) -> None:
    server.platform.app.commands = {"/order": False}
    with recording(server) as recorder:
        alone.slash("/order", "for @ben", as_="ana")
        assert recorder.payloads()[0]["text"] == "for @ben"


def test_the_apps_own_posts_come_back_as_events(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    with recording(server) as recorder:
        client.chat_postMessage(channel="#incidents", text="mine")
        alone.wait_until(recorder.payloads, what="the event")
        [event] = [one["event"] for one in recorder.payloads()]
    assert (event["type"], event["bot_id"], event["channel_type"]) == ("message", "B0INCBOT00", "channel")


def test_the_app_hears_only_where_it_is_and_what_it_may(server: SandboxServer, alone: Harness) -> None:
    with recording(server) as recorder:
        alone.say("elsewhere", as_="ana", channel="#general")
        said = alone.say("here", as_="ana", channel="#incidents")
        alone.react(said, "eyes", as_="ben")
        alone.delete(said, as_="ana")
        alone.wait_until(lambda: len(recorder.seen) == 3, what="three events")
        kinds = [(one["event"]["type"], one["event"].get("subtype")) for one in recorder.payloads()]
    assert sorted(kinds, key=str) == [("message", "message_deleted"), ("message", None), ("reaction_added", None)]


def test_an_event_that_was_not_asked_for_is_not_sent(server: SandboxServer, alone: Harness) -> None:
    server.platform.app.events = {"app_mention"}
    with recording(server) as recorder:
        alone.mention_in("#incidents", "hello", as_="ana")
        alone.wait_until(recorder.payloads, what="the mention")
        assert [one["event"]["type"] for one in recorder.payloads()] == ["app_mention"]


# --- what is not taken ------------------------------------------------------------------------------------------------


def test_an_event_is_sent_again_three_times_and_says_why(server: SandboxServer, alone: Harness) -> None:
    server.platform.rules.retry_scale = 0.0
    with recording(server, statuses=[500]) as recorder:
        alone.say("x", as_="ana", channel="#incidents")
        alone.wait_until(lambda: len(outcomes(server)) == 4, what="three more attempts")
        headers = [one.get("x-slack-retry-num") for one, _ in recorder.seen]
        reasons = [one.get("x-slack-retry-reason") for one, _ in recorder.seen]
        identities = {one["event_id"] for one in recorder.payloads()}
    assert headers == [None, "1", "2", "3"]
    assert reasons == [None, "http_error", "http_error", "http_error"]
    assert len(identities) == 1


def test_retries_wait_for_the_clock(server: SandboxServer, alone: Harness) -> None:
    server.platform.rules.retry_delays = (60.0, 300.0)
    with recording(server, statuses=[500, 200]):
        alone.say("x", as_="ana", channel="#incidents")
        alone.wait_until(lambda: outcomes(server) == [(0, "http_500")], what="the first attempt")
        alone.run(_once())
        alone.advance(60)
        alone.wait_until(lambda: outcomes(server)[1:] == [(1, "ok")], what="the second attempt")


async def _once() -> None:
    """Let the loop reach the wait for the next attempt."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_an_app_may_ask_not_to_be_sent_it_again(server: SandboxServer, alone: Harness) -> None:
    server.platform.rules.retry_scale = 0.0
    with recording(server, statuses=[500, 200], headers={"x-slack-no-retry": "1"}):
        alone.say("x", as_="ana", channel="#incidents")
        said = alone.say("y", as_="ana", channel="#incidents")
        alone.wait_until(lambda: len(outcomes(server)) == 2, what="both events")
        assert said.ts
    assert [attempt for attempt, _ in outcomes(server)] == [0, 0]


def test_nobody_there_fails_in_front_of_the_person(server: SandboxServer, alone: Harness) -> None:
    server.platform.app.request_url = "http://127.0.0.1:9/slack/events"
    assert alone.slash("/order", as_="ana").error == "dispatch_failed"
    alone.expect_notice("dispatch_failed")


# --- response URLs and webhooks ---------------------------------------------------------------------------------------


def response_url(server: SandboxServer, harness: Harness) -> str:
    with recording(server) as recorder:
        harness.slash("/order", as_="ana")
        return str(recorder.payloads()[0]["response_url"])


def test_a_response_url_works_five_times_in_thirty_minutes(server: SandboxServer, alone: Harness) -> None:
    server.platform.rules.limits.enabled = False
    hook = WebhookClient(response_url(server, alone), retry_handlers=[])
    answers = [hook.send(text=str(number)) for number in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    late = WebhookClient(response_url(server, alone), retry_handlers=[])
    alone.advance(1801)
    assert "expired_url" in late.send(text="x").body


def test_a_response_is_for_the_person_unless_it_says_in_channel(server: SandboxServer, alone: Harness) -> None:
    hook = WebhookClient(response_url(server, alone), retry_handlers=[])
    hook.send(text="only you")
    hook.send(text="everybody", response_type="in_channel")
    assert alone.expect_ephemeral("ana").text == "only you"
    assert alone.expect_message().text == "everybody"


def test_a_click_on_an_ephemeral_message_can_replace_and_delete_it(
    server: SandboxServer, client: WebClient, alone: Harness
) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    client.chat_postEphemeral(
        channel="#incidents", user="U0ANA00001", text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    shown = alone.expect_ephemeral("ana")
    with recording(server) as recorder:
        alone.click(shown, "go", as_="ana")
        sent = recorder.payloads()[0]
    assert sent["container"]["is_ephemeral"]
    hook = WebhookClient(sent["response_url"], retry_handlers=[])
    hook.send(text="new", replace_original=True)
    assert shown.shown == "new"
    hook.send(delete_original=True)
    assert shown.deleted


def test_an_incoming_webhook_posts_to_its_channel(server: SandboxServer, alone: Harness) -> None:
    hook = WebhookClient(server.platform.webhook_url("#alerts"), retry_handlers=[])
    assert hook.send(text="last resort").body == "ok"
    alone.expect_message(channel="#alerts", containing="last resort")
    assert WebhookClient(f"{server.url}/services/T/B/x", retry_handlers=[]).send(text="x").status_code == 400


def test_a_lost_reply_of_a_webhook_was_posted_all_the_same(server: SandboxServer, alone: Harness) -> None:
    hook = WebhookClient(server.platform.webhook_url("#alerts"), retry_handlers=[])
    server.platform.faults.lose_replies("webhook")
    with pytest.raises(RemoteDisconnected):
        hook.send(text="once")
    server.platform.faults.reset("webhook")
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        hook.send(text="never")
    assert [one.text for one in alone.history("#alerts")] == ["once"]


# --- Socket Mode ------------------------------------------------------------------------------------------------------


def test_a_refresh_makes_the_app_connect_anew_and_loses_nothing(server: SandboxServer) -> None:
    with over_socket(server), Harness(server) as harness:
        harness.wait_until(lambda: server.slack.sockets.connected, what="a connection")
        harness.run(server.slack.sockets.disconnect())
        harness.wait_until(lambda: server.slack.sockets.connected, what="another connection")
        harness.slash("/order", "tea", as_="ana")
        harness.expect_ephemeral("ana")
        harness.expect_message()


def test_a_deaf_socket_fails_commands_and_sends_events_again(server: SandboxServer) -> None:
    server.platform.rules.ack_timeout = 0.1
    server.platform.rules.retry_scale = 0.0
    with over_socket(server), Harness(server) as harness:
        harness.wait_until(lambda: server.slack.sockets.connected, what="a connection")
        server.platform.faults.deafen()
        assert harness.slash("/order", "tea", as_="ana").error == "operation_timeout"
        harness.expect_notice()
        root = harness.say("hello", as_="ana", channel="#incidents")
        harness.mention(root, "help", as_="ben")
        harness.wait_until(lambda: len(outcomes(server)) >= 3, what="attempts in vain")
        server.platform.faults.deafen(deaf=False)
        server.platform.rules.ack_timeout = 3.0
        root = harness.say("again", as_="ana", channel="#incidents")
        harness.mention(root, "help", as_="ben")
        harness.expect_reply(root, containing="You called?")
        harness.ignore(lambda shown: shown.thread_ts != "")


def test_a_ticket_opens_one_connection(server: SandboxServer) -> None:
    seed = server.platform.app.seed
    url = WebClient(seed.app_token, base_url=server.api_url).apps_connections_open(app_token=seed.app_token)["url"]

    async def twice() -> Json:
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            hello: Json = await socket.receive_json()
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
            return hello

    assert asyncio.run(twice())["type"] == "hello"


def test_envelopes_go_round_the_connections_and_wait_for_their_own_ack(server: SandboxServer) -> None:
    seed = server.platform.app.seed
    web = WebClient(seed.app_token, base_url=server.api_url)
    urls = [web.apps_connections_open(app_token=seed.app_token)["url"] for _ in range(2)]

    async def story() -> list[str]:
        async with aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(url) for url in urls]
            for socket in sockets:
                await socket.receive_json()
            people = server.slack.people()
            loop = asyncio.get_running_loop()
            acts = [
                loop.run_in_executor(None, server.run, people.slash("ana", "#incidents", "/order", text))
                for text in ("a", "b")
            ]
            envelopes = [await socket.receive_json() for socket in sockets]
            for socket, envelope in zip(sockets, envelopes, strict=True):
                text = envelope["payload"]["text"]
                await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": f"got {text}"}})
            done = await asyncio.gather(*acts)
            return [one.ack.body["text"] for one in done]

    assert asyncio.run(story()) == ["got a", "got b"]


def test_an_envelope_that_died_with_its_connection_comes_again_on_another(server: SandboxServer) -> None:
    server.platform.rules.retry_scale = 0.0
    seed = server.platform.app.seed
    web = WebClient(seed.app_token, base_url=server.api_url)
    urls = [web.apps_connections_open(app_token=seed.app_token)["url"] for _ in range(2)]

    async def story() -> list[Json]:
        async with aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(url) for url in urls]
            for socket in sockets:
                await socket.receive_json()
            said = server.slack.people().say("ana", "#incidents", "hello")
            first: Json = await sockets[0].receive_json()
            await sockets[0].close()
            second: Json = await sockets[1].receive_json()
            await sockets[1].send_json({"envelope_id": second["envelope_id"]})
            assert first["payload"]["event"]["ts"] == said.ts
            return [first, second]

    first, second = asyncio.run(story())
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "connection_failed")


# --- installs ---------------------------------------------------------------------------------------------------------


def authorised_code(server: SandboxServer, **more: str) -> str:
    query = {"client_id": server.platform.app.seed.client_id, "redirect_uri": "http://127.0.0.1/back", "state": "s"}

    async def follow() -> str:
        async with aiohttp.ClientSession() as session:
            address = f"{server.url}/oauth/v2/authorize"
            async with session.get(address, params={**query, **more}, allow_redirects=False) as answer:
                return answer.headers["location"]

    location = asyncio.run(follow())
    form = parse_qs(location.partition("?")[2])
    assert form["state"] == ["s"]
    return form["code"][0]


def test_a_code_is_exchanged_once_for_a_new_token(server: SandboxServer, client: WebClient) -> None:
    seed = server.platform.app.seed
    code = authorised_code(server, scope="chat:write,commands")
    keys = {"client_id": seed.client_id, "client_secret": seed.client_secret}
    web = WebClient(base_url=server.api_url)
    granted = web.oauth_v2_access(**keys, code=code, redirect_uri="http://127.0.0.1/back")
    assert granted["scope"] == "chat:write,commands"
    assert WebClient(granted["access_token"], base_url=server.api_url).auth_test()["ok"]
    with pytest.raises(SlackApiError, match="invalid_auth"):
        client.auth_test()
    with pytest.raises(SlackApiError, match="invalid_code"):
        web.oauth_v2_access(**keys, code=code)


def test_a_refresh_token_works_once(server: SandboxServer) -> None:
    server.platform.app.token_rotation = True
    seed = server.platform.app.seed
    keys = {"client_id": seed.client_id, "client_secret": seed.client_secret}
    web = WebClient(base_url=server.api_url)
    first = web.oauth_v2_access(**keys, code=authorised_code(server))
    assert first["expires_in"] == 43_200
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = web.oauth_v2_access(**keys, **refresh)
    assert second["access_token"] != first["access_token"]
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        web.oauth_v2_access(**keys, **refresh)


def test_two_workspaces_share_the_app_and_nothing_else() -> None:
    with SandboxServer(demo_world(), second_world()) as server:
        clients = {
            team: WebClient(workspace.installation.bot_token, base_url=server.api_url)
            for team, workspace in server.platform.workspaces.items()
        }
        [acme, globex] = clients.values()
        acme.chat_postMessage(channel="#incidents", text="of acme")
        assert globex.conversations_history(channel="C1GLOBEX01")["messages"] == []
        with pytest.raises(SlackApiError, match="channel_not_found"):
            globex.chat_postMessage(channel="C0INCIDENT", text="x")
        with pytest.raises(SlackApiError, match="users_not_found"):
            globex.users_lookupByEmail(email="ana@acme.example")
        with recording(server) as recorder, Harness(server, team="T1GLOBEX01") as harness:
            harness.slash("/order", as_="zoe")
            assert recorder.payloads()[0]["team_id"] == "T1GLOBEX01"
