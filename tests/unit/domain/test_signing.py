import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.signing import dotted_message, sign, slack_message, verify

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_531_420_618.4


def test_a_slack_signature_is_the_one_of_slacks_own_example() -> None:
    # https://docs.slack.dev/authentication/verifying-requests-from-slack
    raw = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    assert (
        sign(SECRET, slack_message("1531420618", raw), prefix="v0=")
        == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


@pytest.mark.parametrize(
    ("age", "fresh"), ((-301, False), (-300, True), (0, True), (299, True), (300, True), (301, False))
)
def test_a_signature_holds_for_300_seconds_in_both_directions(age: int, fresh: bool) -> None:
    timestamp = str(int(NOW) - age)
    message = dotted_message(timestamp, b"{}")
    assert verify([SECRET], message, sign(SECRET, message, prefix="sha256="), timestamp, NOW, prefix="sha256=") is fresh


def test_any_of_several_secrets_will_do_while_one_is_replaced() -> None:
    timestamp = str(int(NOW))
    message = slack_message(timestamp, b"x")
    for signer in ("old" * 11, "new" * 11):
        signature = sign(signer, message, prefix="v0=")
        assert verify(["new" * 11, "old" * 11], message, signature, timestamp, NOW, prefix="v0=")
        assert not verify(["other" * 11], message, signature, timestamp, NOW, prefix="v0=")


@pytest.mark.parametrize("secrets", ((), ("",), ("", "")))
def test_without_a_secret_nothing_is_valid(secrets: tuple[str, ...]) -> None:
    timestamp = str(int(NOW))
    message = slack_message(timestamp, b"x")
    assert not verify(secrets, message, sign("", message, prefix="v0="), timestamp, NOW, prefix="v0=")


NOT_PLAIN_DIGITS = (
    *("", "abc", "-1531420618", "+1531420618", "1_531_420_618", " 1531420618", "1531420618\n", "1531420618.0", "1e9"),
    *("١٥٣١٤٢٠٦١٨", "9" * 5000),
)


@pytest.mark.parametrize("timestamp", NOT_PLAIN_DIGITS)
def test_a_timestamp_is_plain_digits(timestamp: str) -> None:
    message = slack_message(timestamp, b"x")
    assert not verify([SECRET], message, sign(SECRET, message, prefix="v0="), timestamp, NOW, prefix="v0=")


def test_a_changed_body_time_or_prefix_is_not_what_was_signed() -> None:
    timestamp = str(int(NOW))
    signature = sign(SECRET, slack_message(timestamp, b"x"), prefix="v0=")
    later = str(int(NOW) + 1)
    assert verify([SECRET], slack_message(timestamp, b"x"), signature, timestamp, NOW, prefix="v0=")
    assert not verify([SECRET], slack_message(timestamp, b"y"), signature, timestamp, NOW, prefix="v0=")
    assert not verify([SECRET], slack_message(later, b"x"), signature, later, NOW, prefix="v0=")
    assert not verify([SECRET], slack_message(timestamp, b"x"), "v1=" + signature[3:], timestamp, NOW, prefix="v0=")
    assert not verify([SECRET], slack_message(timestamp, b"x"), signature.upper(), timestamp, NOW, prefix="v0=")


@given(signature=st.text(), timestamp=st.text(), raw=st.binary(), now=st.floats(0, 4e9))
def test_nothing_that_comes_in_can_break_it(signature: str, timestamp: str, raw: bytes, now: float) -> None:
    encodable = timestamp.encode("utf-8", "ignore").decode()
    message = slack_message(encodable, raw)
    assert not verify([SECRET], message, signature, encodable, now, prefix="v0=")
