"""G14: whatever is done to a signed request, it is not taken for one: seeded mutations, by the thousand."""

import random
from typing import Final

from incidentbot.domain.guard import NOPESIGHT, SLACK, Scheme, Turned, admit
from incidentbot.domain.signing import sign
from tests.proofs.budget import Budget, hold

SECRETS: Final = ("the-new-secret-of-the-webhook-0123456789", "the-old-secret-of-the-webhook-0123456789")
NOW: Final = 1_768_920_300
SCHEMES: Final = (SLACK, NOPESIGHT)
ALPHABET: Final = "0123456789abcdefABCDEFv=sha:. -+_\x00\u00e9\u0661\uff11"

Signed = tuple[str, str, bytes]


def is_taken(scheme: Scheme, request: Signed) -> bool:
    """Whether the guard lets a request in that has this signature, timestamp and body."""
    signature, timestamp, raw = request
    headers = [(scheme.signature.encode(), signature.encode()), (scheme.timestamp.encode(), timestamp.encode())]
    try:
        admit(scheme, headers, raw, SECRETS, NOW)
    except Turned:
        return False
    return True


def genuine(scheme: Scheme, dice: random.Random) -> Signed:
    """Signature, timestamp and body as their sender makes them."""
    raw, timestamp = dice.randbytes(dice.randrange(200)), str(NOW + dice.randrange(-300, 301))
    return sign(dice.choice(SECRETS), scheme.message(timestamp, raw), prefix=scheme.prefix), timestamp, raw


def forged(scheme: Scheme, true: Signed, dice: random.Random) -> Signed:
    """A request of which one part was changed after it was signed, or that somebody else or somebody late signed."""
    signature, timestamp, raw = true
    stale = str(NOW + dice.choice((-301, -9_999, 301, 10**6)))
    return dice.choice(
        (
            (_mutated(signature, dice), timestamp, raw),
            (signature, _mutated(timestamp, dice), raw),
            (signature, timestamp, _mutated_bytes(raw, dice)),
            (_by(scheme, "another-secret-that-nobody-here-knows", timestamp, raw), timestamp, raw),
            (_by(scheme, SECRETS[0], stale, raw), stale, raw),
        )
    )


def _by(scheme: Scheme, secret: str, timestamp: str, raw: bytes) -> str:
    return sign(secret, scheme.message(timestamp, raw), prefix=scheme.prefix)


def _mutated(text: str, dice: random.Random) -> str:
    """`text` with something changed, dropped, added, swapped or turned to the other case."""
    at, character = dice.randrange(len(text) + 1), dice.choice(ALPHABET)
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


def _mutated_bytes(raw: bytes, dice: random.Random) -> bytes:
    at, one = dice.randrange(len(raw) + 1), bytes([dice.randrange(256)])
    return dice.choice((raw[:at] + one + raw[at + 1 :], raw[:at] + one + raw[at:], raw[:at], raw + one))


def run(seed: int, budget: Budget) -> dict[str, int]:
    """So many forgeries, of all who sign by turns; each is made of a request that would be taken."""
    dice, tried = random.Random(seed), 0
    for number in budget.rounds():
        scheme = SCHEMES[number % len(SCHEMES)]
        true = genuine(scheme, dice)
        attempt = forged(scheme, true, dice)
        wrong = [] if is_taken(scheme, true) else [f"the genuine one was turned away: {true}"]
        if attempt != true:
            tried += 1
            wrong += [f"taken: {attempt}, made of {true}"] if is_taken(scheme, attempt) else []
        hold(wrong, f"python -m tests.proofs forgeries --seed {seed}")
    return {"forgeries": tried}
