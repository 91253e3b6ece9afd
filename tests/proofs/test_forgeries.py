"""Whatever is done to a signed request, it is not taken for one: seeded mutations, by the thousand."""

import random
from collections.abc import Callable
from typing import Final

import pytest

from incidentbot.domain.signing import dotted_message, sign, slack_message, verify

SECRETS: Final = ("the-new-secret-of-the-webhook-0123456789", "the-old-secret-of-the-webhook-0123456789")
NOW: Final = 1_768_920_300
SENDERS: Final = {"slack": (slack_message, "v0="), "nopesight": (dotted_message, "sha256=")}
ALPHABET: Final = "0123456789abcdefABCDEFv=sha:. -+_\x00\u00e9\u0661\uff11"

Message = Callable[[str, bytes], bytes]


def mutated(text: str, dice: random.Random) -> str:
    """`text` with something changed, dropped, added, swapped or turned to the other case."""
    at = dice.randrange(len(text) + 1)
    character = dice.choice(ALPHABET)
    return dice.choice(
        (
            text[:at] + character + text[at + 1 :],
            text[:at] + character + text[at:],
            text[:at] + text[at + 1 :],
            text[at:] + text[:at],
            text.swapcase(),
            text[:at],
            text + text,
        )
    )


def mutated_bytes(raw: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw) + 1)
    one = bytes([dice.randrange(256)])
    return dice.choice((raw[:at] + one + raw[at + 1 :], raw[:at] + one + raw[at:], raw[:at], raw + one))


def forged(message: Message, prefix: str, dice: random.Random) -> tuple[str, str, bytes] | None:
    """Signature, timestamp and body of which one was changed after signing; None where the dice changed nothing."""
    raw = dice.randbytes(dice.randrange(200))
    timestamp = str(NOW + dice.randrange(-300, 301))
    signature = sign(dice.choice(SECRETS), message(timestamp, raw), prefix=prefix)
    genuine = (signature, timestamp, raw)
    changed = dice.choice(
        (
            (mutated(signature, dice), timestamp, raw),
            (signature, mutated(timestamp, dice), raw),
            (signature, timestamp, mutated_bytes(raw, dice)),
            (sign("another-secret-that-nobody-here-knows", message(timestamp, raw), prefix=prefix), timestamp, raw),
            (sign(SECRETS[0], message(stale := str(NOW - dice.choice((301, 9999))), raw), prefix=prefix), stale, raw),
        )
    )
    return None if changed == genuine else changed


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize(
    "number", (pytest.param(1_000, id="sample"), pytest.param(25_000, marks=pytest.mark.matrix, id="all"))
)
def test_no_forged_request_is_taken(sender: str, number: int) -> None:
    message, prefix = SENDERS[sender]
    dice = random.Random(f"{sender} {number}")
    taken = []
    for _ in range(number):
        attempt = forged(message, prefix, dice)
        if attempt is None:
            continue
        signature, timestamp, raw = attempt
        if verify(SECRETS, message(timestamp, raw), signature, timestamp, NOW, prefix=prefix):
            taken.append(attempt)
    assert taken == []


@pytest.mark.parametrize("sender", SENDERS)
def test_the_unchanged_request_would_have_been_taken(sender: str) -> None:
    message, prefix = SENDERS[sender]
    signature = sign(SECRETS[1], message(str(NOW), b"body"), prefix=prefix)
    assert verify(SECRETS, message(str(NOW), b"body"), signature, str(NOW), NOW, prefix=prefix)
