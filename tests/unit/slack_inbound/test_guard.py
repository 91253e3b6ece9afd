"""What reaches the parser, and what is turned away before it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.signing import sign, slack_message
from incidentbot.slack.guard import LARGEST_BODY, Turned, admit

SECRET = "s" * 32
NOW = 1_700_000_000.0
FORM = b"application/x-www-form-urlencoded"

Pairs = list[tuple[bytes, bytes]]


def signed(raw: bytes, *, at: float = NOW, secret: str = SECRET, content_type: bytes = FORM) -> Pairs:
    timestamp = str(int(at))
    signature = sign(secret, slack_message(timestamp, raw), prefix="v0=")
    return [
        (b"Content-Type", content_type),
        (b"X-Slack-Request-Timestamp", timestamp.encode()),
        (b"X-Slack-Signature", signature.encode()),
    ]


def status_of(headers: Pairs, raw: bytes, secrets: tuple[str, ...] = (SECRET,)) -> int:
    with pytest.raises(Turned) as turned:
        admit(headers, raw, secrets, NOW)
    answer = turned.value.answer
    assert set(json.loads(answer.body)) == {"error"}
    return answer.status


def test_a_signed_request_is_let_in_with_its_content_type() -> None:
    headers = signed(b"a=1", content_type=b"Application/JSON; charset=utf-8")
    assert admit(headers, b"a=1", [SECRET], NOW) == "application/json"


@pytest.mark.parametrize("age", range(-300, 301, 100))
def test_a_request_may_be_five_minutes_old_or_early(age: int) -> None:
    assert admit(signed(b"x", at=NOW - age), b"x", [SECRET], NOW)


@pytest.mark.parametrize("age", (-100_000, -301, 301, 100_000))
def test_a_request_from_further_away_is_not_let_in(age: int) -> None:
    assert status_of(signed(b"x", at=NOW - age), b"x") == 401


# Each of these made Slack's own framework raise or let somebody in, or is a near relation of one that did.
NOT_SLACKS: dict[str, Callable[[], tuple[Pairs, bytes]]] = {
    "unsigned ssl_check": lambda: ([(b"content-type", FORM)], b"ssl_check=1&token=x"),
    "unsigned broken JSON": lambda: ([(b"content-type", b"application/json")], b"{bad"),
    "unsigned list": lambda: ([(b"content-type", b"application/json")], b"[1,2]"),
    "unsigned depth": lambda: ([(b"content-type", b"application/json")], b"[" * 200_000),
    "unsigned challenge": lambda: (
        [(b"content-type", b"application/json")],
        b'{"type":"url_verification","challenge":"c"}',
    ),
    "timestamp of letters": lambda: (replaced(signed(b"x"), b"X-Slack-Request-Timestamp", b"abc"), b"x"),
    "empty timestamp": lambda: (replaced(signed(b"x"), b"X-Slack-Request-Timestamp", b""), b"x"),
    "timestamp in other digits": lambda: (
        replaced(signed(b"x"), b"X-Slack-Request-Timestamp", "١٧٠٠٠٠٠٠٠٠".encode()),
        b"x",
    ),
    "huge timestamp": lambda: (replaced(signed(b"x"), b"X-Slack-Request-Timestamp", b"1" * 60_000), b"x"),
    "signature outside ASCII": lambda: (replaced(signed(b"x"), b"X-Slack-Signature", b"v0=\xff\xfe" * 16), b"x"),
    "huge signature": lambda: (replaced(signed(b"x"), b"X-Slack-Signature", b"v0=" + b"a" * 60_000), b"x"),
    "empty signature": lambda: (replaced(signed(b"x"), b"X-Slack-Signature", b""), b"x"),
    "missing signature": lambda: (signed(b"x")[:2], b"x"),
    "missing timestamp": lambda: (signed(b"x")[::2], b"x"),
    "two signatures": lambda: ([*signed(b"x"), signed(b"x")[2]], b"x"),
    "two timestamps": lambda: ([*signed(b"x"), (b"x-slack-request-timestamp", b"1")], b"x"),
    "two content types": lambda: ([*signed(b"x"), (b"content-type", b"application/json")], b"x"),
    "another secret": lambda: (signed(b"x", secret="t" * 32), b"x"),
    "another body": lambda: (signed(b"x"), b"y"),
    "no headers": lambda: ([], b""),
}


def replaced(headers: Pairs, name: bytes, value: bytes) -> Pairs:
    return [(known, value if known == name else was) for known, was in headers]


@pytest.mark.parametrize("name", NOT_SLACKS)
def test_what_is_not_provably_slacks_is_turned_away(name: str) -> None:
    headers, raw = NOT_SLACKS[name]()
    assert status_of(headers, raw) == 401


def test_without_a_signing_secret_nobody_is_let_in() -> None:
    assert status_of(signed(b"x", secret=""), b"x", secrets=("",)) == 401
    assert status_of(signed(b"x"), b"x", secrets=()) == 401


def test_a_body_over_the_limit_is_refused_before_its_signature_is_computed() -> None:
    assert admit(signed(b"x" * LARGEST_BODY), b"x" * LARGEST_BODY, [SECRET], NOW)
    assert status_of([], b"x" * (LARGEST_BODY + 1)) == 413


def test_a_compressed_body_is_refused() -> None:
    assert status_of([*signed(b"x"), (b"Content-Encoding", b"gzip")], b"x") == 415


@given(st.lists(st.tuples(st.binary(), st.binary())), st.binary())
def test_no_headers_can_break_it(headers: Pairs, raw: bytes) -> None:
    assert status_of(headers, raw) == 401


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_no_value_of_its_own_headers_can_break_it(timestamp: bytes, signature: bytes, content_type: bytes) -> None:
    headers = [
        (b"content-type", content_type),
        (b"x-slack-request-timestamp", timestamp),
        (b"x-slack-signature", signature),
    ]
    assert status_of(headers, b"x") == 401
