"""Bolt may rely on the outline of what passes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest

from incidentbot.slack.form import BadBody
from incidentbot.slack.shape import check_shape

CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1", "username": "ana", "name": "ana", "team_id": "T1"},
    "api_app_id": "A1",
    "team": {"id": "T1", "domain": "acme"},
    "enterprise": None,
    "is_enterprise_install": False,
    "container": {"type": "message", "message_ts": "1.2", "channel_id": "C1", "is_ephemeral": False},
    "trigger_id": "1.2.3",
    "channel": {"id": "C1", "name": "incidents"},
    "message": {"ts": "1.2", "user": "U0", "text": "card", "blocks": [{"type": "divider"}], "metadata": {}},
    "state": {"values": {}},
    "response_url": "https://hooks.slack.com/actions/1",
    "actions": [
        {"type": "button", "action_id": "acknowledge_incident", "value": "INC-1", "text": {"type": "plain_text"}},
    ],
}
SUBMISSION: dict[str, Any] = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {
        "id": "V1",
        "callback_id": "resolve_modal",
        "private_metadata": "{}",
        "state": {"values": {"resolution": {"resolution_input": {"type": "plain_text_input", "value": None}}}},
        "blocks": [{"type": "input", "block_id": "resolution", "element": {"type": "plain_text_input"}}],
    },
    "response_urls": [],
}
MENTION: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "authorizations": [{"team_id": "T1", "enterprise_id": None, "user_id": "U0", "is_bot": True}],
    "event": {
        "type": "app_mention",
        "user": "U1",
        "text": "<@U0> ack",
        "channel": "C1",
        "ts": "1.3",
        "thread_ts": "1.2",
    },
}
CHANGED: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T1",
    "event": {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "message": {"user": "U1", "text": "x", "ts": "1"},
        "previous_message": {"user": "U1", "text": "y", "ts": "1"},
    },
}
PINNED: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T1",
    "event": {"type": "reaction_added", "user": "U1", "item": {"type": "message", "channel": "C1", "ts": "1.2"}},
}


@pytest.mark.parametrize(
    "payload", (CLICK, SUBMISSION, MENTION, CHANGED, PINNED, {}, {"command": "/incident", "text": ""})
)
def test_what_slack_sends_passes(payload: dict[str, Any]) -> None:
    check_shape(payload)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A payload of Slack's in which one value, at any depth, is something else."""

    def mutate(value: Any) -> Any:
        if isinstance(value, dict) and value and draw(st.integers(0, 5)):
            name = draw(st.sampled_from(sorted(value)))
            return {**value, name: mutate(value[name])}
        if isinstance(value, list) and value and draw(st.integers(0, 5)):
            return [mutate(value[0]), *value[1:]]
        return draw(anything)

    payload = draw(st.sampled_from((CLICK, SUBMISSION, MENTION, CHANGED, PINNED)))
    name = draw(st.sampled_from(sorted(payload)))
    return {**payload, name: mutate(payload[name])}


@given(mutated())
def test_bolt_can_read_whatever_passes(payload: dict[str, Any]) -> None:
    try:
        check_shape(payload)
    except BadBody:
        return
    request = AsyncBoltRequest(body=payload, mode="socket_mode")
    for word in (request.context.team_id, request.context.user_id, request.context.channel_id):
        assert word is None or isinstance(word, str)


@given(st.dictionaries(st.sampled_from(sorted({*CLICK, *MENTION, *MENTION["event"], *SUBMISSION})), anything))
def test_nothing_can_break_it(payload: dict[str, Any]) -> None:
    try:
        check_shape(payload)
    except BadBody:
        return
    AsyncBoltRequest(body=payload, mode="socket_mode")
