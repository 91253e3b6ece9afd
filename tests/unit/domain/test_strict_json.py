"""JSON from outside, within limits."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.strict_json import BadJson, JsonLimits, read_json

SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=10)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(VALUES)
def test_ordinary_json_reads_as_any_reader_reads_it(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    (
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": 1} x',
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e400]",
        b"[" + b"9" * 5000 + b"]",
        b"[0." + b"9" * 19 + b"]",
        b"[" * 100_000,
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        json.dumps({str(number): 1 for number in range(1001)}).encode(),
        b'"\xff"',
        '{"a": 1}'.encode("utf-16"),
        b'\xef\xbb\xbf{"a": 1}',
    ),
    ids=lambda body: repr(body[:24]),
)
def test_what_two_readers_could_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(BadJson):
        read_json(body)


@pytest.mark.parametrize("body", (b"[" * 32 + b"]" * 32, b"[999999999999999999]", b"[0.30000000000000004, 1e300]"))
def test_limits_are_kept_to_the_letter(body: bytes) -> None:
    assert read_json(body) == json.loads(body)


def test_a_caller_may_allow_more_keys() -> None:
    body = json.dumps({str(number): 1 for number in range(1001)}).encode()
    assert len(dict.fromkeys(read_json(body, JsonLimits(keys=2000)))) == 1001  # type: ignore[call-overload]  # an object, as the test wrote it
