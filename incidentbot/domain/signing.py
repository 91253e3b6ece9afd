"""Signatures of inbound requests: HMAC-SHA256 over exactly what was sent, within a window of time, in constant time.

Slack, NopeSight and workflows sign alike; they differ in what is signed and in the prefix of the signature. What is
signed includes the timestamp, so an old request cannot be sent again with a new one.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

WINDOW_SECONDS: Final = 300
_LONGEST_TIMESTAMP: Final = 12
_DIGEST_LENGTH: Final = 64


def slack_message(timestamp: str, raw: bytes) -> bytes:
    """What Slack signs, with the prefix `v0=`."""
    return b"v0:" + timestamp.encode() + b":" + raw


def dotted_message(timestamp: str, raw: bytes) -> bytes:
    """What NopeSight and workflows sign, with the prefix `sha256=`."""
    return timestamp.encode() + b"." + raw


def sign(secret: str, message: bytes, *, prefix: str) -> str:
    """The signature of `message`, as its header carries it."""
    return prefix + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def sign_link(key: str, path: str, until: int) -> str:
    """The signature of a link to `path` that is good until then (epoch seconds)."""
    return sign(key, f"{path}\n{until}".encode(), prefix="")


def verify_link(keys: Sequence[str], path: str, until: str, signature: str) -> bool:
    """Whether one of `keys` signed such a link; whether it is still good is the caller's to see. Never raises."""
    digits = until.isascii() and until.isdigit() and len(until) <= _LONGEST_TIMESTAMP
    if not (digits and _is_well_formed(signature, "")):
        return False
    matches = [hmac.compare_digest(sign_link(key, path, int(until)), signature) for key in keys if key]
    return any(matches)


def verify(secrets: Sequence[str], message: bytes, signature: str, timestamp: str, now: float, *, prefix: str) -> bool:
    """Whether one of `secrets` (several while one is being replaced) signed `message` at most 300 s from `now`.

    `now` and `timestamp` are epoch seconds. Never raises, whatever `signature` and `timestamp` hold; without a secret
    nothing is valid. Every secret is tried, so the time taken does not tell which one matched.
    """
    if not (_is_fresh(timestamp, now) and _is_well_formed(signature, prefix)):
        return False
    matches = [hmac.compare_digest(sign(secret, message, prefix=prefix), signature) for secret in secrets if secret]
    return any(matches)


def _is_fresh(timestamp: str, now: float) -> bool:
    # int() also takes signs, blanks, underscores and the digits of other scripts; a timestamp has none of them.
    digits = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_TIMESTAMP
    return digits and abs(int(now) - int(timestamp)) <= WINDOW_SECONDS


def _is_well_formed(signature: str, prefix: str) -> bool:
    # compare_digest raises on text that is not ASCII.
    return signature.isascii() and len(signature) == len(prefix) + _DIGEST_LENGTH
