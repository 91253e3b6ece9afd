"""Bodies are decoded once, exactly, and within limits."""

import json
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.slack.form import BadBody, read_body

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

text = st.text(st.characters(codec="utf-8"))


@given(
    st.dictionaries(text.filter(bool).filter(str.isascii), text, max_size=20).filter(lambda form: "payload" not in form)
)
def test_a_flat_form_reads_as_every_other_reader_reads_it(form: dict[str, str]) -> None:
    raw = urlencode(form)
    assert read_body(FORM, raw.encode()) == form == dict(parse_qsl(raw, keep_blank_values=True))


@given(st.dictionaries(text, text, max_size=20))
@pytest.mark.parametrize("escape", (quote, quote_plus))
def test_a_payload_comes_out_as_it_went_in(escape: Any, payload: dict[str, str]) -> None:
    raw = f"payload={escape(json.dumps(payload))}"
    assert read_body(FORM, raw.encode()) == payload


def test_escapes_are_decoded_exactly_once() -> None:
    assert read_body(FORM, b"text=100%2525+%253D%2B&command=%2Fincident") == {
        "text": "100%25 %3D+",
        "command": "/incident",
    }


def test_json_is_read_as_it_is() -> None:
    assert read_body(JSON, b'{"type":"event_callback","event":{"text":"100%25"}}') == {
        "type": "event_callback",
        "event": {"text": "100%25"},
    }


MALFORMED = {
    "no content type": ("", b"a=1"),
    "another content type": ("text/plain", b"a=1"),
    "multipart": ("multipart/form-data", b"--x"),
    "broken JSON": (JSON, b"{bad"),
    "a list": (JSON, b"[1,2]"),
    "a number": (JSON, b"1"),
    "nothing": (JSON, b""),
    "depth": (JSON, b"[" * 200_000),
    "depth in an object": (JSON, b'{"a":' * 40 + b"1" + b"}" * 40),
    "a number of 5,000 digits": (JSON, b'{"a":' + b"1" * 5000 + b"}"),
    "NaN": (JSON, b'{"a":NaN}'),
    "Infinity": (JSON, b'{"a":-Infinity}'),
    "a key twice": (JSON, b'{"a":1,"a":2}'),
    "1,001 keys": (JSON, json.dumps({str(number): 1 for number in range(1001)}).encode()),
    "JSON outside UTF-8": (JSON, b'{"a":"\xff"}'),
    "a form outside UTF-8": (FORM, b"text=%ff%fe"),
    "a payload outside UTF-8": (FORM, b"payload=%7B%22a%22%3A%22%ff%22%7D"),
    "a payload that is no JSON": (FORM, b"payload=hello"),
    "a payload that is a list": (FORM, b"payload=[]"),
    "two payloads": (FORM, b"payload=%7B%7D&payload=%7B%7D"),
    "a field twice": (FORM, b"text=a&text=b"),
    "a broken escape": (FORM, b"text=%zz"),
    "half an escape": (FORM, b"text=%4"),
    "many fields": (FORM, b"&".join(b"f%d=1" % number for number in range(500))),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_slack_never_sends_is_refused(name: str) -> None:
    content_type, raw = MALFORMED[name]
    with pytest.raises(BadBody):
        read_body(content_type, raw)


@given(st.sampled_from((FORM, JSON)), st.binary())
def test_no_body_can_break_it(content_type: str, raw: bytes) -> None:
    try:
        assert isinstance(read_body(content_type, raw), dict)
    except BadBody:
        return
