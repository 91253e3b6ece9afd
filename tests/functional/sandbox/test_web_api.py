import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.world import demo_world

METADATA = {"event_type": "order", "event_payload": {"order": 42}}


def error_of(call: Callable[[], Any]) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        call()
    data = caught.value.response.data
    assert isinstance(data, dict)
    return data


def code_of(call: Callable[[], Any]) -> str:
    return str(error_of(call)["error"])


def post(server: SandboxServer, method: str, body: bytes, content_type: str, token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": content_type}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{server.api_url}{method}", data=body, headers=headers)  # noqa: S310 - the sandbox's own address
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        answered: dict[str, Any] = json.load(answer)
        return answered


# --- tokens and scopes ------------------------------------------------------------------------------------------------


def test_the_answer_tells_the_scopes_of_the_token(client: WebClient) -> None:
    answer = client.auth_test()
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert answer["bot_id"] == "B0INCBOT00"


async def test_the_asynchronous_client_is_understood_too(server: SandboxServer) -> None:
    client = AsyncWebClient(server.workspace.installation.bot_token, base_url=server.api_url)
    assert (await client.auth_test())["ok"]
    assert (await client.conversations_list(limit=2))["channels"]


def test_json_form_and_empty_bodies_are_read(server: SandboxServer) -> None:
    token = server.workspace.installation.bot_token
    form = "application/x-www-form-urlencoded"
    assert post(server, "auth.test", b"", "application/json", token)["ok"]
    assert post(server, "auth.test", f"token={token}".encode(), form)["ok"]
    assert post(server, "users.info", json.dumps({"user": "U0ANA00001"}).encode(), "application/json", token)["ok"]
    assert post(server, "auth.test", b"{", "application/json", token)["error"] == "invalid_json"
    assert post(server, "auth.test", b"[]", "application/json", token)["error"] == "json_not_object"


def test_a_token_that_is_missing_wrong_or_revoked_is_refused(server: SandboxServer) -> None:
    assert post(server, "auth.test", b"", "application/json")["error"] == "not_authed"
    assert code_of(WebClient("xoxb-wrong", base_url=server.api_url).auth_test) == "invalid_auth"
    client = WebClient(server.workspace.installation.bot_token, base_url=server.api_url)
    for error in ("token_revoked", "account_inactive"):
        server.platform.revoke(server.workspace.team_id, error)
        assert code_of(client.auth_test) == error
    again = server.platform.reinstall(server.workspace.team_id)
    assert WebClient(again.bot_token, base_url=server.api_url).auth_test()["ok"]


def test_a_missing_scope_is_named_with_what_is_there() -> None:
    with SandboxServer(demo_world().without_scope("users:read.email", "chat:write.public")) as server:
        client = WebClient(server.workspace.installation.bot_token, base_url=server.api_url)
        refused = error_of(lambda: client.users_lookupByEmail(email="ana@acme.example"))
        assert (refused["error"], refused["needed"]) == ("missing_scope", "users:read.email")
        assert "users:read" in refused["provided"].split(",")
        assert "email" not in client.users_info(user="U0ANA00001")["user"]["profile"]
        assert code_of(lambda: client.chat_postMessage(channel="#general", text="x")) == "not_in_channel"


def test_an_app_token_and_a_bot_token_are_not_the_same(server: SandboxServer, client: WebClient) -> None:
    assert code_of(lambda: client.api_call("apps.connections.open")) == "not_allowed_token_type"
    seed = server.platform.app.seed
    assert code_of(WebClient(seed.app_token, base_url=server.api_url).auth_test) == "not_allowed_token_type"


# --- messages ---------------------------------------------------------------------------------------------------------


def test_a_message_is_read_back_with_its_metadata_only_on_request(client: WebClient, alone: Harness) -> None:
    sent = client.chat_postMessage(channel="#incidents", text="hello", metadata=METADATA)
    channel = sent["channel"]
    [short] = client.conversations_history(channel=channel)["messages"]
    [full] = client.conversations_history(channel=channel, include_all_metadata=True)["messages"]
    assert (short["text"], short["metadata"]) == ("hello", {"event_type": "order"})
    assert full["metadata"] == METADATA


@pytest.mark.parametrize(
    ("arguments", "error"),
    (
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "C0NOWHERE0", "text": "x"}, "channel_not_found"),
        ({"channel": "leadership", "text": "x"}, "channel_not_found"),
        ({"channel": "C0LEADERS0", "text": "x"}, "channel_not_found"),
        ({"channel": "U0NOBODY00", "text": "x"}, "channel_not_found"),
        ({"channel": "U0JONAS010", "text": "x"}, "user_disabled"),
        ({"channel": "U0DEPLOY13", "text": "x"}, "cannot_dm_bot"),
        ({"channel": "#incidents"}, "no_text"),
        ({"channel": "#incidents", "text": "x", "thread_ts": "1700000000.000100"}, "thread_not_found"),
        ({"channel": "#incidents", "text": "x", "metadata": {"event_type": "y"}}, "invalid_metadata_schema"),
        ({"channel": "#incidents", "blocks": "no json"}, "invalid_blocks_format"),
        ({"channel": "#incidents", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    ),
)
def test_what_slack_would_not_post_is_refused(
    client: WebClient, alone: Harness, arguments: dict[str, Any], error: str
) -> None:
    assert code_of(lambda: client.api_call("chat.postMessage", json=arguments)) == error
    assert alone.unexpected() == []


def test_bad_blocks_are_refused_with_their_pointer(client: WebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    refused = error_of(lambda: client.chat_postMessage(channel="#incidents", text="x", blocks=blocks))
    assert refused["error"] == "invalid_blocks"
    assert "/blocks/0/text/text" in refused["response_metadata"]["messages"][0]


def test_an_archived_or_deleted_channel_takes_nothing(client: WebClient, alone: Harness) -> None:
    sent = client.chat_postMessage(channel="#incidents", text="x")
    alone.workspace.archive("#incidents")
    assert code_of(lambda: client.chat_postMessage(channel="#incidents", text="x")) == "is_archived"
    assert code_of(lambda: client.chat_update(channel=sent["channel"], ts=sent["ts"], text="y")) == "is_inactive"
    alone.workspace.delete_channel("#alerts")
    assert code_of(lambda: client.chat_postMessage(channel="C0ALERTS00", text="x")) == "channel_not_found"


def test_the_messages_tab_may_be_off(server: SandboxServer, client: WebClient) -> None:
    server.platform.app.messages_tab = False
    assert code_of(lambda: client.chat_postMessage(channel="U0ANA00001", text="x")) == "messages_tab_disabled"


def test_a_direct_message_goes_to_a_persons_id(client: WebClient, alone: Harness) -> None:
    sent = client.chat_postMessage(channel="U0BEN00002", text="for you")
    assert sent["channel"] == client.conversations_open(users="U0BEN00002")["channel"]["id"]
    assert alone.expect_dm("ben", containing="for you").ts == sent["ts"]


def test_long_text_is_cut_in_a_post_and_refused_in_an_edit(client: WebClient, alone: Harness) -> None:
    sent = client.chat_postMessage(channel="#incidents", text="x" * 40_010)
    assert len(sent["message"]["text"]) == 40_000
    update = {"channel": sent["channel"], "ts": sent["ts"]}
    assert code_of(lambda: client.chat_update(**update, text="x" * 4001)) == "msg_too_long"
    assert client.chat_update(**update, text="x" * 4000)["ok"]


def test_an_edit_without_blocks_removes_them_and_keeps_the_metadata(client: WebClient, alone: Harness) -> None:
    sent = client.chat_postMessage(channel="#incidents", text="x", blocks=[{"type": "divider"}], metadata=METADATA)
    client.chat_update(channel=sent["channel"], ts=sent["ts"], text="y")
    [message] = client.conversations_history(channel=sent["channel"], include_all_metadata=True)["messages"]
    assert "blocks" not in message
    assert message["metadata"] == METADATA
    client.chat_update(channel=sent["channel"], ts=sent["ts"], text="y", metadata={})
    [message] = client.conversations_history(channel=sent["channel"], include_all_metadata=True)["messages"]
    assert "metadata" not in message


def test_only_its_own_messages_are_the_apps_to_change(client: WebClient, alone: Harness) -> None:
    said = alone.say("mine", as_="ana", channel="#incidents")
    assert code_of(lambda: client.chat_update(channel=said.channel, ts=said.ts, text="x")) == "cant_update_message"
    assert code_of(lambda: client.chat_delete(channel=said.channel, ts=said.ts)) == "cant_delete_message"


def test_a_deleted_root_leaves_a_tombstone_with_its_thread(client: WebClient, alone: Harness) -> None:
    root = client.chat_postMessage(channel="#incidents", text="root")
    client.chat_postMessage(channel="#incidents", text="reply", thread_ts=root["ts"])
    client.chat_delete(channel=root["channel"], ts=root["ts"])
    thread = client.conversations_replies(channel=root["channel"], ts=root["ts"])["messages"]
    assert [one.get("subtype") for one in thread] == ["tombstone", None]
    assert code_of(lambda: client.chat_update(channel=root["channel"], ts=root["ts"], text="x")) == "message_not_found"


def test_an_ephemeral_message_is_for_a_member_and_not_read_back(client: WebClient, alone: Harness) -> None:
    client.chat_postEphemeral(channel="#incidents", user="U0ANA00001", text="psst")
    assert alone.expect_ephemeral("ana").text == "psst"
    assert client.conversations_history(channel="C0INCIDENT")["messages"] == []
    refused = code_of(lambda: client.chat_postEphemeral(channel="#incidents", user="U0NOBODY00", text="x"))
    assert refused == "user_not_in_channel"


def test_history_comes_in_pages_newest_first_and_threads_oldest_first(
    server: SandboxServer, client: WebClient, alone: Harness
) -> None:
    server.platform.rules.limits.enabled = False
    sent = [client.chat_postMessage(channel="C0INCIDENT", text=str(number))["ts"] for number in range(5)]
    pages = client.conversations_history(channel="C0INCIDENT", limit=2)
    assert [[one["text"] for one in page["messages"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]
    window = client.conversations_history(channel="C0INCIDENT", oldest=sent[1], latest=sent[3], inclusive=True)
    assert [one["text"] for one in window["messages"]] == ["3", "2", "1"]
    for number in range(4):
        client.chat_postMessage(channel="C0INCIDENT", text=f"r{number}", thread_ts=sent[0])
    pages = client.conversations_replies(channel="C0INCIDENT", ts=sent[0], limit=3)
    assert [[one["text"] for one in page["messages"]] for page in pages] == [["0", "r0", "r1"], ["0", "r2", "r3"]]
    assert [one["text"] for one in client.conversations_history(channel="C0INCIDENT")["messages"]] == list("43210")


def test_a_permalink_opens_the_message_in_its_thread(client: WebClient, alone: Harness) -> None:
    root = client.chat_postMessage(channel="C0INCIDENT", text="root")["ts"]
    reply = client.chat_postMessage(channel="C0INCIDENT", text="reply", thread_ts=root)["ts"]
    link = client.chat_getPermalink(channel="C0INCIDENT", message_ts=reply)["permalink"]
    path = f"archives/C0INCIDENT/p{reply.replace('.', '')}?thread_ts={root}&cid=C0INCIDENT"
    assert link == f"https://acme.slack.com/{path}"


# --- people, channels, marks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ("jonas@acme.example", "kira@partner.example", "nobody@nowhere.example"))
def test_nobody_who_left_or_never_came_is_found_by_address(client: WebClient, email: str) -> None:
    assert code_of(lambda: client.users_lookupByEmail(email=email)) == "users_not_found"


def test_people_are_found_by_address_in_any_case(client: WebClient) -> None:
    assert client.users_lookupByEmail(email="Chloe@ACME.example")["user"]["id"] == "U0CHLOE003"
    assert client.users_info(user="U0JONAS010")["user"]["deleted"]
    assert client.users_info(user="U0DEPLOY13")["user"]["is_bot"]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    (
        ("conversations.open", {"users": "U0JONAS010"}, "user_disabled"),
        ("conversations.open", {"users": "U0NOBODY00"}, "user_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.create", {"name": "Bad Name"}, "invalid_name_specials"),
        ("conversations.create", {"name": "incidents"}, "name_taken"),
        ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
        ("conversations.invite", {"channel": "C0INCIDENT", "users": "U0ANA00001"}, "already_in_channel"),
        ("conversations.archive", {"channel": "C0GENERAL0"}, "cant_archive_general"),
        ("conversations.setTopic", {"channel": "C0INCIDENT", "topic": "x" * 251}, "too_long"),
        ("conversations.history", {"channel": "C0GENERAL0"}, "not_in_channel"),
        ("conversations.history", {"channel": "C0INCIDENT", "cursor": "?"}, "invalid_cursor"),
        ("conversations.history", {"channel": "C0INCIDENT", "limit": "1001"}, "invalid_limit"),
        ("conversations.replies", {"channel": "C0INCIDENT", "ts": "1.1"}, "thread_not_found"),
        ("conversations.list", {"types": "secret"}, "invalid_types"),
        ("users.info", {"user": "U0NOBODY00"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S0NOBODY00"}, "no_such_subteam"),
        ("reactions.add", {"channel": "C0INCIDENT", "timestamp": "1.1", "name": "eyes"}, "message_not_found"),
        ("reactions.add", {"channel": "C0INCIDENT", "timestamp": "x", "name": "eyes"}, "bad_timestamp"),
        ("reactions.add", {"channel": "C0INCIDENT", "timestamp": "1.1", "name": "no emoji"}, "invalid_name"),
        ("pins.remove", {"channel": "C0INCIDENT", "timestamp": "1.1"}, "message_not_found"),
        ("bookmarks.add", {"channel_id": "C0INCIDENT", "title": "t", "type": "file"}, "invalid_bookmark_type"),
        ("files.info", {"file": "F0NOTHING0"}, "file_not_found"),
        ("files.completeUploadExternal", {"files": '[{"id": "F0NOTHING0"}]'}, "file_not_found"),
        ("views.open", {"trigger_id": "1", "view": '{"type": "modal"}'}, "invalid_arguments"),
        ("views.update", {"view_id": "V0NOTHING0", "view": "{}"}, "not_found"),
        ("functions.completeSuccess", {"function_execution_id": "Fx1"}, "function_execution_not_found"),
        ("bots.info", {"bot": "B0NOBODY00"}, "bot_not_found"),
    ),
)
def test_each_method_refuses_in_slacks_words(
    client: WebClient, method: str, arguments: dict[str, str], error: str
) -> None:
    assert code_of(lambda: client.api_call(method, params=arguments)) == error


def test_a_mark_is_made_once(client: WebClient, alone: Harness) -> None:
    ts = client.chat_postMessage(channel="C0INCIDENT", text="x")["ts"]
    item = {"channel": "C0INCIDENT", "timestamp": ts}
    client.reactions_add(**item, name="eyes")
    assert code_of(lambda: client.reactions_add(**item, name="eyes")) == "already_reacted"
    client.reactions_remove(**item, name="eyes")
    assert code_of(lambda: client.reactions_remove(**item, name="eyes")) == "no_reaction"
    client.pins_add(**item)
    assert code_of(lambda: client.pins_add(**item)) == "already_pinned"


def test_a_file_comes_in_three_steps_and_is_shared_in_a_thread(client: WebClient, alone: Harness) -> None:
    root = client.chat_postMessage(channel="C0INCIDENT", text="root")["ts"]
    done = client.files_upload_v2(channel="C0INCIDENT", thread_ts=root, content="a,b", filename="a.csv", title="A")
    file = alone.workspace.files[done["file"]["id"]]
    assert (file.data, file.title) == (b"a,b", "A")
    [_, shared] = client.conversations_replies(channel="C0INCIDENT", ts=root)["messages"]
    assert shared["files"][0]["mimetype"] == "text/csv"


# --- modals -----------------------------------------------------------------------------------------------------------

VIEW: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "T"},
    "blocks": [{"type": "divider"}],
}


def trigger(server: SandboxServer, who: str = "ana", view_id: str = "") -> str:
    person, now = server.workspace.person(who), server.clock.now()
    return server.platform.triggers.issue(person.id, server.workspace.team_id, now, view_id=view_id)


def test_a_trigger_that_is_too_old_or_used_opens_nothing(server: SandboxServer, client: WebClient) -> None:
    used = trigger(server)
    client.views_open(trigger_id=used, view=VIEW)
    assert code_of(lambda: client.views_open(trigger_id=used, view=VIEW)) == "exchanged_trigger_id"
    late = trigger(server)
    server.clock.advance(3.1)
    assert code_of(lambda: client.views_open(trigger_id=late, view=VIEW)) == "expired_trigger_id"


def test_modals_stack_three_high_and_close_one_by_one(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    client.views_open(trigger_id=trigger(server), view=VIEW)
    for _ in range(2):
        client.views_push(trigger_id=trigger(server), view=VIEW)
    assert code_of(lambda: client.views_push(trigger_id=trigger(server), view=VIEW)) == "push_limit_reached"
    alone.expect_modal("ana").close()
    assert len(alone.seat("ana").modals) == 2


def test_an_update_with_an_old_hash_is_a_conflict(server: SandboxServer, client: WebClient) -> None:
    view = client.views_open(trigger_id=trigger(server), view={**VIEW, "external_id": "mine"})["view"]
    client.views_update(external_id="mine", view=VIEW, hash=view["hash"])
    assert code_of(lambda: client.views_update(view_id=view["id"], view=VIEW, hash=view["hash"])) == "hash_conflict"


def test_an_external_id_is_taken_once(server: SandboxServer, client: WebClient) -> None:
    view = {**VIEW, "external_id": "mine"}
    client.views_open(trigger_id=trigger(server), view=view)
    assert code_of(lambda: client.views_open(trigger_id=trigger(server, "ben"), view=view)) == "duplicate_external_id"


def test_what_was_typed_survives_an_update(server: SandboxServer, client: WebClient, alone: Harness) -> None:
    block = {
        "type": "input",
        "block_id": "name",
        "label": {"type": "plain_text", "text": "Name"},
        "element": {"type": "plain_text_input", "action_id": "name_input", "initial_value": "?"},
    }
    submit = {"type": "plain_text", "text": "Send"}
    view = {**VIEW, "submit": submit, "blocks": [block]}
    opened = client.views_open(trigger_id=trigger(server), view=view)["view"]
    modal = alone.expect_modal("ana").fill(name="Ana")
    client.views_update(view_id=opened["id"], view={**view, "blocks": [{"type": "divider"}, block]})
    assert modal.value("name") == "Ana"


def test_an_upload_of_another_length_is_refused(server: SandboxServer, client: WebClient) -> None:
    address = client.files_getUploadURLExternal(filename="a", length=3)["upload_url"]
    request = urllib.request.Request(address, data=b"four")  # noqa: S310 - the sandbox's own address
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request)  # noqa: S310 - as above
