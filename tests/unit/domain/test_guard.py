"""What reaches the parser, and what is turned away before it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.guard import LARGEST_BODY, NOPESIGHT, SLACK, Scheme, Turned, admit, admit_bearer
from incidentbot.domain.signing import sign

SECRET = "s" * 32
NOW = 1_700_000_000.0
FORM = b"application/x-www-form-urlencoded"

Pairs = list[tuple[bytes, bytes]]


SCHEMES = {"slack": SLACK, "nopesight": NOPESIGHT}


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return SCHEMES[request.param]


def signed(scheme: Scheme, raw: bytes, *, at: float = NOW, secret: str = SECRET, content_type: bytes = FORM) -> Pairs:
    timestamp = str(int(at))
    signature = sign(secret, scheme.message(timestamp, raw), prefix=scheme.prefix)
    return [
        (b"Content-Type", content_type),
        (scheme.timestamp.title().encode(), timestamp.encode()),
        (scheme.signature.title().encode(), signature.encode()),
    ]


def status_of(scheme: Scheme, headers: Pairs, raw: bytes, secrets: tuple[str, ...] = (SECRET,)) -> int:
    with pytest.raises(Turned) as turned:
        admit(scheme, headers, raw, secrets, NOW)
    return turned.value.status


def test_a_signed_request_is_let_in_with_its_content_type(scheme: Scheme) -> None:
    headers = signed(scheme, b"a=1", content_type=b"Application/JSON; charset=utf-8")
    assert admit(scheme, headers, b"a=1", [SECRET], NOW) == "application/json"


@pytest.mark.parametrize("age", range(-300, 301, 100))
def test_a_request_may_be_five_minutes_old_or_early(scheme: Scheme, age: int) -> None:
    assert admit(scheme, signed(scheme, b"x", at=NOW - age), b"x", [SECRET], NOW)


@pytest.mark.parametrize("age", (-100_000, -301, 301, 100_000))
def test_a_request_from_further_away_is_not_let_in(scheme: Scheme, age: int) -> None:
    assert status_of(scheme, signed(scheme, b"x", at=NOW - age), b"x") == 401


# Each of these made Slack's own framework raise or let somebody in, or is a near relation of one that did.
NOT_THEIRS: dict[str, Callable[[Scheme], tuple[Pairs, bytes]]] = {
    "unsigned ssl_check": lambda _: ([(b"content-type", FORM)], b"ssl_check=1&token=x"),
    "unsigned broken JSON": lambda _: ([(b"content-type", b"application/json")], b"{bad"),
    "unsigned list": lambda _: ([(b"content-type", b"application/json")], b"[1,2]"),
    "unsigned depth": lambda _: ([(b"content-type", b"application/json")], b"[" * 200_000),
    "unsigned challenge": lambda scheme: (
        [(b"content-type", b"application/json")],
        b'{"type":"url_verification","challenge":"c"}',
    ),
    "timestamp of letters": lambda scheme: (replaced(signed(scheme, b"x"), scheme.timestamp, b"abc"), b"x"),
    "empty timestamp": lambda scheme: (replaced(signed(scheme, b"x"), scheme.timestamp, b""), b"x"),
    "timestamp in other digits": lambda scheme: (
        replaced(signed(scheme, b"x"), scheme.timestamp, "١٧٠٠٠٠٠٠٠٠".encode()),
        b"x",
    ),
    "huge timestamp": lambda scheme: (replaced(signed(scheme, b"x"), scheme.timestamp, b"1" * 60_000), b"x"),
    "signature outside ASCII": lambda scheme: (
        replaced(signed(scheme, b"x"), scheme.signature, b"v0=\xff\xfe" * 16),
        b"x",
    ),
    "huge signature": lambda scheme: (replaced(signed(scheme, b"x"), scheme.signature, b"v0=" + b"a" * 60_000), b"x"),
    "empty signature": lambda scheme: (replaced(signed(scheme, b"x"), scheme.signature, b""), b"x"),
    "missing signature": lambda scheme: (signed(scheme, b"x")[:2], b"x"),
    "missing timestamp": lambda scheme: (signed(scheme, b"x")[::2], b"x"),
    "two signatures": lambda scheme: ([*signed(scheme, b"x"), signed(scheme, b"x")[2]], b"x"),
    "two timestamps": lambda scheme: ([*signed(scheme, b"x"), (scheme.timestamp.encode(), b"1")], b"x"),
    "two content types": lambda scheme: ([*signed(scheme, b"x"), (b"content-type", b"application/json")], b"x"),
    "another secret": lambda scheme: (signed(scheme, b"x", secret="t" * 32), b"x"),
    "another body": lambda scheme: (signed(scheme, b"x"), b"y"),
    "no headers": lambda _: ([], b""),
}


def replaced(headers: Pairs, name: str, value: bytes) -> Pairs:
    return [(known, value if known.lower() == name.encode() else was) for known, was in headers]


@pytest.mark.parametrize("name", NOT_THEIRS)
def test_what_is_not_provably_theirs_is_turned_away(scheme: Scheme, name: str) -> None:
    headers, raw = NOT_THEIRS[name](scheme)
    assert status_of(scheme, headers, raw) == 401


def test_without_a_signing_secret_nobody_is_let_in(scheme: Scheme) -> None:
    assert status_of(scheme, signed(scheme, b"x", secret=""), b"x", secrets=("",)) == 401
    assert status_of(scheme, signed(scheme, b"x"), b"x", secrets=()) == 401


def test_a_body_over_the_limit_is_refused_before_its_signature_is_computed(scheme: Scheme) -> None:
    assert admit(scheme, signed(scheme, b"x" * LARGEST_BODY), b"x" * LARGEST_BODY, [SECRET], NOW)
    assert status_of(scheme, [], b"x" * (LARGEST_BODY + 1)) == 413


def test_a_compressed_body_is_refused(scheme: Scheme) -> None:
    assert status_of(scheme, [*signed(scheme, b"x"), (b"Content-Encoding", b"gzip")], b"x") == 415


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@given(headers=st.lists(st.tuples(st.binary(), st.binary())), raw=st.binary())
def test_no_headers_can_break_it(scheme: Scheme, headers: Pairs, raw: bytes) -> None:
    assert status_of(scheme, headers, raw) == 401


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@given(timestamp=st.binary(max_size=80), signature=st.binary(max_size=80), content_type=st.binary(max_size=80))
def test_no_value_of_its_own_headers_can_break_it(
    scheme: Scheme, timestamp: bytes, signature: bytes, content_type: bytes
) -> None:
    headers = [
        (b"content-type", content_type),
        (scheme.timestamp.encode(), timestamp),
        (scheme.signature.encode(), signature),
    ]
    assert status_of(scheme, headers, b"x") == 401


def test_one_sender_s_signature_is_not_another_s() -> None:
    assert status_of(NOPESIGHT, signed(SLACK, b"x"), b"x") == 401
    assert status_of(SLACK, signed(NOPESIGHT, b"x"), b"x") == 401


BEARS = (b"Authorization", b"Bearer " + SECRET.encode())


def refused(headers: Pairs) -> int:
    with pytest.raises(Turned) as turned:
        admit_bearer(headers, [("dashboard", "another-0123456789abcdef-0123456789abcdef"), ("api", SECRET)])
    return turned.value.status


@pytest.mark.parametrize("scheme_of_it", (b"Bearer ", b"bearer ", b"BEARER   "))
def test_who_bears_the_token_is_let_in(scheme_of_it: bytes) -> None:
    tokens = [("api", "another-0123456789abcdef-0123456789abcdef"), ("dashboard", SECRET)]
    assert admit_bearer([(b"authorization", scheme_of_it + SECRET.encode())], tokens) == "dashboard"


@pytest.mark.parametrize(
    "headers",
    (
        [],
        [(b"authorization", SECRET.encode())],
        [(b"authorization", b"Basic " + SECRET.encode())],
        [(b"authorization", b"Bearer " + SECRET.encode()[:-1])],
        [(b"authorization", b"Bearer \xff\xfe")],
        [(b"authorization", b"Bearer ")],
        [BEARS, BEARS],
    ),
    ids=("none", "bare", "basic", "cut", "no ASCII", "empty", "twice"),
)
def test_who_does_not_is_not(headers: Pairs) -> None:
    assert refused(headers) == 401


def test_where_there_is_no_token_nobody_bears_it() -> None:
    with pytest.raises(Turned) as turned:
        admit_bearer([(b"authorization", b"Bearer ")], ())
    assert turned.value.status == 403


def test_a_compressed_body_is_refused_whoever_bears_the_token() -> None:
    assert refused([BEARS, (b"Content-Encoding", b"gzip")]) == 415
