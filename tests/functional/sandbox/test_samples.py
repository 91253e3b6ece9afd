"""Every answer of the fake holds only keys that stand in Slack's own samples and reference of the method."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.api import METHODS
from tests.functional.sandbox.trial_app import MODAL

REFERENCE = Path(__file__).parents[4] / "shared" / "slack-api-ref" / "methods"
EVERYWHERE = {"ok"}

pytestmark = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="Slack's samples (slack-api-ref) are not beside this checkout"
)


def examples(method: str) -> list[dict[str, Any]]:
    reference = json.loads((REFERENCE / f"{method}.json").read_text())
    return [one["example"] for one in reference.get("examples", {}).values() if isinstance(one.get("example"), dict)]


def sample_keys(method: str) -> set[str]:
    return {key for example in examples(method) for key in example}


@pytest.fixture
def answers(server: SandboxServer) -> Iterator[dict[str, Any]]:
    """What a story that calls every method of the fake was answered."""
    server.platform.rules.limits.enabled = False
    with Harness(server) as harness:
        yield Story(server, harness).play()
        harness.ignore(lambda _: True)


class Story:
    def __init__(self, server: SandboxServer, harness: Harness) -> None:
        self.server = server
        self.harness = harness
        self.client = WebClient(server.workspace.installation.bot_token, base_url=server.api_url, retry_handlers=[])
        self.answers: dict[str, Any] = {}

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        body: Any = self.client.api_call(method, params=_form(arguments)).data
        self.answers[method] = body
        return dict(body)

    def play(self) -> dict[str, Any]:
        self._talk()
        self._keep_channels()
        self._look_around()
        self._show_views()
        self._show_links()
        self._hand_over()
        self.call("blocks.validate", blocks=[{"type": "divider"}])
        self._connect()
        self.call("auth.teams.list")
        self.call("auth.revoke")
        return self.answers

    def _talk(self) -> None:
        channel = self.server.workspace.channel("incidents").id
        ts = self.call("chat.postMessage", channel=channel, text="root")["ts"]
        self.call("chat.postMessage", channel=channel, text="reply", thread_ts=ts)
        self.call("chat.update", channel=channel, ts=ts, text="root 2")
        self.call("chat.postEphemeral", channel=channel, user=self.harness.person("ana").id, text="you")
        self.call("chat.getPermalink", channel=channel, message_ts=ts)
        self.call("conversations.history", channel=channel, limit=1)
        self.call("conversations.replies", channel=channel, ts=ts)
        for method in ("reactions.add", "reactions.get", "reactions.remove"):
            self.call(method, channel=channel, timestamp=ts, name="eyes")
        self.call("pins.add", channel=channel, timestamp=ts)
        self.call("pins.list", channel=channel)
        self.call("pins.remove", channel=channel, timestamp=ts)
        bookmark = self.call("bookmarks.add", channel_id=channel, title="b", type="link", link="https://acme.example")
        identity = bookmark["bookmark"]["id"]
        self.call("bookmarks.edit", channel_id=channel, bookmark_id=identity, title="c")
        self.call("bookmarks.list", channel_id=channel)
        self.call("bookmarks.remove", channel_id=channel, bookmark_id=identity)
        self.call("chat.delete", channel=channel, ts=ts)
        content = json.dumps({"type": "markdown", "markdown": "# A canvas"})
        canvas = self.call("canvases.create", title="c", document_content=content)["canvas_id"]
        self.call("canvases.access.set", canvas_id=canvas, access_level="read", channel_ids=channel)

    def _keep_channels(self) -> None:
        made = self.call("conversations.create", name="war-room")["channel"]["id"]
        self.call("conversations.invite", channel=made, users=self.harness.person("ana").id)
        self.call("conversations.setTopic", channel=made, topic="t")
        self.call("conversations.setPurpose", channel=made, purpose="p")
        self.call("conversations.rename", channel=made, name="war-room-2")
        self.call("conversations.join", channel=self.server.workspace.channel("general").id)
        self.call("conversations.join", channel=made)
        self.call("conversations.info", channel=made)
        self.call("conversations.members", channel=made)
        self.call("conversations.archive", channel=made)
        self.call("conversations.leave", channel=self.server.workspace.channel("alerts").id)
        self.call("conversations.open", users=self.harness.person("ana").id, return_im=True)
        self.call("conversations.list", types="public_channel,im", limit=3)

    def _look_around(self) -> None:
        ana = self.harness.person("ana")
        self.call("auth.test")
        self.call("api.test")
        self.call("users.info", user=ana.id)
        self.call("users.list", limit=2)
        self.call("users.lookupByEmail", email=ana.email)
        self.call("users.conversations", limit=1)
        self.call("usergroups.list", include_users=True)
        self.call("usergroups.users.list", usergroup="S0ONCALL00")
        self.call("bots.info")
        self.call("team.info")

    def _show_views(self) -> None:
        ana = self.harness.person("ana").id
        platform = self.server.platform
        team, now = self.server.workspace.team_id, platform.clock.now()
        view = self.call("views.open", trigger_id=platform.triggers.issue(ana, team, now), view=MODAL)["view"]
        self.call("views.push", trigger_id=platform.triggers.issue(ana, team, now), view=MODAL)
        self.call("views.update", view_id=view["id"], view=MODAL)
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        self.call("views.publish", user_id=ana, view=home)

    def _show_links(self) -> None:
        url, ana, platform = "https://acme.example/incidents/1", self.harness.person("ana").id, self.server.platform
        said = self.harness.say(url, as_="ana", channel="#incidents")
        entity: dict[str, Any] = {
            "url": url,
            "external_ref": {"id": "INC-1"},
            "entity_type": "slack#/entities/incident",
            "entity_payload": {"attributes": {"title": {"text": "t"}}, "fields": {"status": {"value": "Open"}}},
        }
        shown = {"entities": [{**entity, "app_unfurl_url": url}]}
        self.call("chat.unfurl", channel=said.channel, ts=said.ts, metadata=shown)
        trigger = platform.triggers.issue(ana, self.server.workspace.team_id, platform.clock.now(), entity="INC-1")
        self.call("entity.presentDetails", trigger_id=trigger, metadata=entity)

    def _hand_over(self) -> None:
        channel = self.server.workspace.channel("incidents").id
        self.client.files_upload_v2(channel=channel, content="hello", filename="a.txt")
        announced = self.call("files.getUploadURLExternal", filename="b.txt", length=1)
        file = self.server.workspace.files[announced["file_id"]]
        file.data = b"x"
        self.call("files.completeUploadExternal", files=[{"id": file.id, "title": "B"}], channel_id=channel)
        self.call("files.info", file=file.id)
        self.call("files.delete", file=file.id)
        done = self.harness.run_step("step", name="x")
        self.call("functions.completeSuccess", function_execution_id=done.id, outputs={})
        failed = self.harness.run_step("step", name="x")
        self.call("functions.completeError", function_execution_id=failed.id, error="no")

    def _connect(self) -> None:
        seed = self.server.platform.app.seed
        client = WebClient(seed.app_token, base_url=self.server.api_url)
        self.answers["apps.connections.open"] = client.apps_connections_open(app_token=seed.app_token).data


def _form(arguments: dict[str, Any]) -> dict[str, str]:
    plain = (str, int)
    return {name: str(one) if isinstance(one, plain) else json.dumps(one) for name, one in arguments.items()}


def test_no_answer_has_a_key_that_slacks_samples_lack(answers: dict[str, Any]) -> None:
    surplus = {
        method: sorted(set(body) - sample_keys(method) - EVERYWHERE)
        for method, body in answers.items()
        if set(body) - sample_keys(method) - EVERYWHERE
    }
    assert surplus == {}


OBJECTS = ("channel", "channels", "user", "members", "team", "bot", "bookmark", "bookmarks", "file", "usergroups")
# `users` of a user group is there on request (`include_users`), as its reference says.
ON_REQUEST = {"usergroups.list": {"users"}}


def object_keys(body: dict[str, Any], name: str) -> set[str]:
    value = body.get(name)
    items = value if isinstance(value, list) else [value]
    return {key for item in items if isinstance(item, dict) for key in item}


def test_no_object_in_an_answer_has_a_key_that_slacks_samples_lack(answers: dict[str, Any]) -> None:
    surplus: dict[str, set[str]] = {}
    for method, body in answers.items():
        samples = examples(method)
        for name in OBJECTS:
            known = {key for sample in samples for key in object_keys(sample, name)} | ON_REQUEST.get(method, set())
            surplus[f"{method} {name}"] = object_keys(body, name) - known
    assert {where: keys for where, keys in surplus.items() if keys} == {}


def test_the_story_calls_every_method_of_the_fake(answers: dict[str, Any]) -> None:
    assert set(METHODS) - set(answers) == {"oauth.v2.access"}


def test_every_method_of_the_fake_is_one_of_slacks() -> None:
    assert [method for method in METHODS if not (REFERENCE / f"{method}.json").is_file()] == []


def test_every_method_needs_the_scopes_that_slack_lists() -> None:
    for method in METHODS.values():
        scopes = json.loads((REFERENCE / f"{method.name}.json").read_text())["scope"]
        bots = scopes.get("bot", ()) if isinstance(scopes, dict) else ()
        assert method.scope in ("", *bots), method.name


def test_an_unknown_method_is_told_so(server: SandboxServer) -> None:
    client = WebClient(server.workspace.installation.bot_token, base_url=server.api_url)
    with pytest.raises(SlackApiError, match="unknown_method"):
        client.api_call("chat.postEverywhere")
