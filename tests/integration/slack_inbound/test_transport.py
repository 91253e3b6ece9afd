"""HTTP and Socket Mode: one path, and what it does with what is not for it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.socket_mode.request import SocketModeRequest

from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.lifecycle import State
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from tests.integration.slack_inbound.conftest import JSON, SECRET, TEAM, Clock, FakeAnswerer, Slack


class Socket:
    """The other end of a Socket Mode connection."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.socket_mode_request_listeners: list[Any] = []

    async def send_socket_mode_response(self, response: Any) -> None:
        self.sent.append(response.to_dict())

    async def deliver(self, kind: str, payload: Any) -> None:
        for listener in self.socket_mode_request_listeners:
            await listener(self, SocketModeRequest(type=kind, envelope_id="E1", payload=payload))


@pytest.fixture
def socket(slack: Slack) -> Socket:
    socket = Socket()
    slack.entry.listen(socket)  # type: ignore[arg-type] # the listener sees no more of a socket than this
    return socket


async def test_both_ways_in_lead_to_the_same(slack: Slack, socket: Socket) -> None:
    over_http = json.loads((await slack.post(slack.slash_body("create first"))).body)
    await socket.deliver(
        "slash_commands",
        {"team_id": TEAM, "user_id": "U0ANA", "command": "/incident", "text": "create second", "trigger_id": "s.1"},
    )
    [over_socket] = socket.sent
    assert over_socket["envelope_id"] == "E1"
    assert set(over_socket["payload"]) == set(over_http)
    click = slack.click_payload("acknowledge_incident", "INC-2")
    await socket.deliver("interactive", click)
    await socket.deliver("interactive", click)
    assert socket.sent[1:] == [{"envelope_id": "E1"}] * 2
    assert slack.incident("INC-2").state is State.ACKNOWLEDGED
    assert slack.kinds("INC-2") == ["created", "acknowledged"]


async def test_one_cause_counts_once_whichever_way_it_comes(slack: Slack, socket: Socket) -> None:
    await slack.slash("create first")
    click = slack.click_payload("acknowledge_incident")
    await slack.interact(click)
    await socket.deliver("interactive", click)
    assert slack.kinds() == ["created", "acknowledged"]


async def test_slacks_own_questions_are_answered_when_signed(slack: Slack) -> None:
    challenge = b'{"type":"url_verification","challenge":"c","token":"t"}'
    assert json.loads((await slack.post(challenge, JSON)).body) == {"challenge": "c"}
    assert (await slack.post(challenge, JSON, secret="x" * 32)).status == 401
    assert (await slack.post(b"ssl_check=1&token=t")).status == 200
    assert (await slack.post(b"ssl_check=1&token=t", secret="x" * 32)).status == 401


@pytest.mark.parametrize(
    "event",
    (
        {"type": "reaction_added", "user": "U0ANA"},
        {"type": "message", "user": "U0ANA"},
        {"type": "of_tomorrow"},
        {"type": "app_uninstalled"},
    ),
)
async def test_events_that_nobody_listens_to_are_acknowledged(slack: Slack, event: dict[str, str]) -> None:
    body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
    assert (await slack.post(json.dumps(body).encode(), JSON)).status == 200


@pytest.mark.parametrize("kind", ("shortcut", "message_action", "view_closed", "dialog_submission", "of_tomorrow"))
async def test_interactions_that_nobody_listens_to_are_acknowledged(slack: Slack, kind: str) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "frobnicate"}
    await slack.interact(slack.interaction(kind, callback_id="frobnicate", view=view))


async def test_nothing_is_acknowledged_that_could_not_be_stored(tmp_path: Path, clock: Clock, socket: Socket) -> None:
    store = Store(f"sqlite:///{tmp_path / 'missing' / 'incidentbot.db'}", clock=clock)
    entry = build_slack(
        SlackParts(store, FakeAnswerer(), NopeSightInquirer(None), clock.now), signing_secrets=(SECRET,)
    )
    away = Slack(entry, store, clock, FakeAnswerer())
    answer = await away.post(away.slash_body("create DB down"))
    assert (answer.status, answer.body) == (503, "")
    connection = Socket()
    entry.listen(connection)  # type: ignore[arg-type] # as above
    await connection.deliver("interactive", away.click_payload("acknowledge_incident"))
    assert not connection.sent
    store.close()


anything: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(("\x00", "x\x00", "x" * 256, "x" * 200))
    | st.just([])
    | st.just({})
    | st.just([{}])
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_no_mutation_of_what_slack_sends_gets_past_as_an_error(slack: Slack, data: st.DataObject) -> None:
    payloads = {
        "click": slack.click_payload("acknowledge_incident"),
        "form": slack.submission({"type": "modal", "callback_id": "resolve_modal", "blocks": []}, {}),
        "mention": {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": "Ev1",
            "event": {"type": "app_mention", "user": "U0ANA", "text": "ack", "channel": "C1", "thread_ts": "1.0"},
        },
        "search": slack.interaction("block_suggestion", action_id="cis_select", value="x"),
    }
    payload = payloads[data.draw(st.sampled_from(sorted(payloads)))]
    target: Any = payload
    for _ in range(data.draw(st.integers(0, 3))):
        inner = [value for value in (target.values() if isinstance(target, dict) else target) if value]
        containers = [value for value in inner if isinstance(value, dict | list)]
        if not containers:
            break
        target = data.draw(st.sampled_from(containers))
    if isinstance(target, list):
        target[0] = data.draw(anything)
    else:
        target[data.draw(st.sampled_from(sorted(target)))] = data.draw(anything)
    answer = await slack.post(json.dumps(payload).encode(), JSON)
    assert answer.status in {200, 400}
