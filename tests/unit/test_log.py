"""The log: nothing secret in it, and nobody else's words can forge a line of it."""

import io
import json
import logging
from typing import Any

import pytest
import structlog

from incidentbot import log

KNOWN = "0123456789abcdef-no-pattern-finds-this"
# Put together here, so that no scan of the source takes them for real ones.
CANARIES = {
    "bot token": "xox" + "b-1234567890-canaryCANARY",
    "rotated token": "xox" + "e.xox" + "b-1-canaryCANARY",
    "app token": "xapp" + "-1-A0-canaryCANARY",
    "bearer": "Bearer canary.CANARY-canary==",
    "webhook": "https://hooks." + "slack.com/services/T0/B0/canary",
    "escaped webhook": "https:\\/\\/hooks." + "slack.com\\/commands\\/canary",
    "signature": "v0=" + "ab12" * 16,
    "NopeSight's signature": "sha256=" + "ab12" * 16,
    "Fernet": "gAAAAA" + "BcanaryCANARY_-1234567890==",
    "trigger id": "13345224609.738474920.8088930838d88f008e0",
    "password in a URL": "postgresql://bot:canary-password@db/incidents",
    "known": KNOWN,
}
SECRET_PARTS = ("canary", "ab12ab12", "8088930838d88f008e0", "no-pattern-finds-this")


@pytest.fixture(params=("json", "console"))
def stream(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    log.configure(request.param, "info", secrets=[KNOWN], stream=stream)
    return stream


def said(stream: io.StringIO) -> str:
    return stream.getvalue().casefold()


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_a_secret_is_struck_out_wherever_it_stands(stream: io.StringIO, canary: str) -> None:
    structlog.get_logger().info(
        f"said {canary}", text=f"a {canary} b", nested={"list": [{"deep": (canary,)}], canary: 1}, raw=canary.encode()
    )
    logging.getLogger("some.library").warning("said %s", canary)
    assert not [part for part in SECRET_PARTS if part in said(stream)]
    assert log.STRUCK in said(stream)


@pytest.mark.parametrize(
    "name", ("token", "bot_token", "X-Slack-Signature", "Authorization", "response_url", "trigger_id", "signing_secret")
)
def test_what_stands_under_a_secrets_name_is_struck_out(stream: io.StringIO, name: str) -> None:
    structlog.get_logger().info("request.seen", headers={name: "canary"}, **{name: "canary"})
    logging.getLogger("slack").error('body {"%s": "canary"} %s=canary&x=1', name, name)
    assert "canary" not in said(stream)


def test_a_traceback_shows_neither_secrets_nor_local_variables(stream: io.StringIO) -> None:
    local_variable = "a-value-that-nothing-would-recognise"
    try:
        raise ValueError(f"refused {CANARIES['bot token']} " + str(len(local_variable)))
    except ValueError:
        structlog.get_logger().exception("call.failed")
        logging.getLogger("some.library").exception("failed")
    assert "valueerror" in said(stream)
    assert "canary" not in said(stream)
    assert local_variable not in said(stream)


def test_foreign_text_cannot_start_a_line_or_move_the_cursor(stream: io.StringIO) -> None:
    hostile = "x\r\n2026-01-01 [info] incident.resolved\x1b[2K\u2028y\x85z"
    structlog.get_logger().info(hostile, title=hostile)
    logging.getLogger("some.library").warning(hostile)
    assert len(stream.getvalue().splitlines()) == 2
    assert "\x1b" not in stream.getvalue()


def test_an_exceptions_own_lines_cannot_pose_as_events() -> None:
    stream = io.StringIO()
    log.configure("console", stream=stream)
    try:
        raise ValueError("x\n2026-01-01 [info] incident.resolved")
    except ValueError:
        structlog.get_logger().exception("call.failed")
    assert [line for line in stream.getvalue().splitlines() if line.startswith("2026-01-01 ")] == []


def test_an_event_is_one_json_object_with_its_facts() -> None:
    stream = io.StringIO()
    log.configure("json", stream=stream)
    structlog.get_logger().info("incident.created", incident="INC-1", team="T1", seconds=0.25)
    event: dict[str, Any] = json.loads(stream.getvalue())
    assert (
        event.items()
        >= {
            "event": "incident.created",
            "incident": "INC-1",
            "team": "T1",
            "seconds": 0.25,
            "level": "info",
        }.items()
    )
    assert event["timestamp"].endswith("Z")


def test_a_level_leaves_out_what_is_below_it_for_libraries_too() -> None:
    stream = io.StringIO()
    log.configure("json", "warning", stream=stream)
    structlog.get_logger().info("nothing.happened")
    logging.getLogger("some.library").info("nothing")
    logging.getLogger("httpx").info("GET https://slack.example")
    assert stream.getvalue() == ""


def test_libraries_that_log_their_requests_are_quiet_even_when_we_are_not() -> None:
    stream = io.StringIO()
    log.configure("json", "debug", stream=stream)
    logging.getLogger("slack_sdk.web.base_client").debug("Sending a request - body_params: {}")
    assert stream.getvalue() == ""
