"""Bolt may rely on the outline of what passes."""

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.kwargs_injection.async_utils import build_async_required_kwargs
from slack_bolt.request.async_request import AsyncBoltRequest

from incidentbot.slack.app import bolt_request
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
        {
            "type": "button",
            "action_id": "acknowledge_incident",
            "block_id": "b",
            "value": "INC-1",
            "text": {"type": "plain_text"},
        },
    ],
}
SUBMISSION: dict[str, Any] = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {
        "id": "V1",
        "type": "modal",
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
    "event_id": "Ev2",
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
    "event_id": "Ev3",
    "event": {"type": "reaction_added", "user": "U1", "item": {"type": "message", "channel": "C1", "ts": "1.2"}},
}

DELETED: dict[str, Any] = {
    **PINNED,
    "event": {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.2"},
}


STEP: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev4",
    "event": {
        "type": "function_executed",
        "function": {"id": "Fn1", "callback_id": "create_incident_step", "type": "app"},
        "inputs": {"title": "Till 4 is dead"},
        "function_execution_id": "Fx1",
        "bot_access_token": "xwfp-1",
    },
}


@pytest.mark.parametrize(
    "payload",
    (
        CLICK,
        SUBMISSION,
        MENTION,
        CHANGED,
        PINNED,
        STEP,
        DELETED,
        {"command": "/incident", "text": "", "trigger_id": "1.2"},
    ),
)
def test_what_slack_sends_passes(payload: dict[str, Any]) -> None:
    assert check_shape(payload)


LONG = "U" + "0" * 32


@pytest.mark.parametrize(
    "payload",
    (
        {**CLICK, "user": {"id": LONG}},
        {**CLICK, "channel": {"id": LONG}},
        {**SUBMISSION, "user": {"id": "U1", "team_id": LONG}},
        {"command": "/incident", "text": "", "trigger_id": "1.2", "user_id": LONG},
        {**MENTION, "event": {**MENTION["event"], "ts": "1" * 33}},
        {**PINNED, "event": {**PINNED["event"], "item": {"type": "message", "channel": LONG, "ts": "1.2"}}},
        {**DELETED, "event": {**DELETED["event"], "deleted_ts": "1" * 33}},
        {**DELETED, "event": {**DELETED["event"], "deleted_ts": "\ud800"}},
    ),
    ids=("who clicks", "where", "whose", "who types", "when", "what", "what is gone", "what no database takes"),
)
def test_an_id_that_no_column_holds_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(BadBody):
        check_shape(payload)


@pytest.mark.parametrize("function", (None, "create_incident_step", [], {}, {"callback_id": 7}), ids=repr)
def test_a_run_that_does_not_say_of_what_is_not_served(function: Any) -> None:
    with pytest.raises(BadBody):
        check_shape({**STEP, "event": {**STEP["event"], "function": function}})


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

    payload = draw(st.sampled_from((CLICK, SUBMISSION, MENTION, CHANGED, PINNED, STEP)))
    name = draw(st.sampled_from(sorted(payload)))
    return {**payload, name: mutate(payload[name])}


def read_by_bolt(payload: dict[str, Any]) -> AsyncBoltRequest | None:
    """The payload as Bolt hands it to a listener; None where it does not get that far."""
    try:
        served = check_shape(payload)
    except BadBody:
        return None
    if not served:
        return None
    request = bolt_request(payload)
    names = ["body", "event", "action", "command", "view", "shortcut", "options", "step", "message"]
    build_async_required_kwargs(
        logger=logging.getLogger(__name__),
        required_arg_names=names,
        request=request,
        response=None,
        next_func=None,
    )
    return request


@given(mutated())
def test_bolt_can_read_whatever_passes(payload: dict[str, Any]) -> None:
    request = read_by_bolt(payload)
    if request is not None:
        context = request.context
        assert all(word is None or isinstance(word, str) for word in (context.team_id, context.user_id))
        assert context.channel_id is None or isinstance(context.channel_id, str)


@given(st.dictionaries(st.sampled_from(sorted({*CLICK, *MENTION, *MENTION["event"], *SUBMISSION})), anything))
def test_nothing_can_break_it(payload: dict[str, Any]) -> None:
    read_by_bolt(payload)


@pytest.mark.parametrize("kind", ("dialog_submission", "interactive_message", "workflow_step_edit", "of_tomorrow"))
def test_what_slack_has_retired_or_not_yet_invented_is_not_served(kind: str) -> None:
    assert not check_shape({"type": kind, "callback_id": "x", "actions": []})


@pytest.mark.parametrize(
    "payload",
    (
        CLICK | {"actions": []},
        CLICK | {"actions": [{"type": "button"}]},
        SUBMISSION | {"view": {"id": "V1", "type": "modal"}},
        MENTION | {"event": {}},
        {"type": "shortcut"},
        {"command": None, "trigger_id": "1.2"},
        {"command": "/incident"},
        CLICK | {"trigger_id": ""},
        CLICK | {"trigger_id": None},
        MENTION | {"event_id": "x" * 201},
        SUBMISSION | {"view": SUBMISSION["view"] | {"id": "\x00"}},
    ),
)
def test_what_a_listener_is_found_by_has_to_be_there(payload: dict[str, Any]) -> None:
    with pytest.raises(BadBody):
        check_shape(payload)
