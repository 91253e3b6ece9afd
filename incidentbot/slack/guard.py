"""Stands before everything that reads a request: who sent it is settled on the raw bytes, before any parsing.

Refusals have one form and say nothing about which check failed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from incidentbot.domain.installing import Signer
from incidentbot.domain.signing import slack_message, verify

LARGEST_BODY: Final = 1024 * 1024
_PREFIX: Final = "v0="
# The headers that decide how a request is read; each of them has one value, or the request has two readings.
_SINGLE: Final = frozenset({"x-slack-signature", "x-slack-request-timestamp", "content-type", "content-encoding"})
_REASONS: Final[Mapping[int, str]] = {
    400: "bad request",
    401: "invalid request",
    413: "request too large",
    415: "unsupported encoding",
}

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP: a status, headers with lower-case names, and a body."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Turned(Exception):
    """The request goes no further; `answer` is what its sender gets."""

    def __init__(self, status: int) -> None:
        super().__init__(_REASONS[status])
        body = json.dumps({"error": _REASONS[status]})
        self.answer = Answer(status, body, {"content-type": "application/json"})


def admit(headers: Headers, raw: bytes, secrets: Sequence[str], now: float) -> str:
    """The content type (without parameters, in lower case) of a request that Slack signed within 300 s of `now`.

    `headers` are pairs as ASGI has them, `now` is in epoch seconds. Raises Turned: 413 for a body over 1 MiB, 401 for a
    signature that is missing, wrong, too old or there twice, 415 for a compressed body.
    """
    if len(raw) > LARGEST_BODY:
        raise Turned(413)
    known = _single(headers)
    timestamp = known.get("x-slack-request-timestamp", "")
    signature = known.get("x-slack-signature", "")
    if not verify(secrets, slack_message(timestamp, raw), signature, timestamp, now, prefix=_PREFIX):
        raise Turned(401)
    if known.get("content-encoding", "identity").lower() != "identity":
        raise Turned(415)
    return known.get("content-type", "").partition(";")[0].strip().lower()


def signed_for(
    headers: Headers, raw: bytes, secrets: Sequence[str], installed: Sequence[Signer], now: float
) -> frozenset[str]:
    """The workspaces that an admitted request may be about; none named = any, as one of `secrets` signed it."""
    known = _single(headers)
    timestamp, signature = known.get("x-slack-request-timestamp", ""), known.get("x-slack-signature", "")
    message = slack_message(timestamp, raw)
    if not installed or verify(secrets, message, signature, timestamp, now, prefix=_PREFIX):
        return frozenset()
    return frozenset(
        one.team_id for one in installed if verify((one.secret,), message, signature, timestamp, now, prefix=_PREFIX)
    )


def _single(headers: Headers) -> dict[str, str]:
    known: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        if name not in _SINGLE:
            continue
        if name in known:
            raise Turned(401)
        known[name] = raw_value.decode("latin-1")
    return known


def is_ssl_check(body: Mapping[str, Any]) -> bool:
    """Whether Slack only tries the certificate; answered empty, and only when signed."""
    return str(body.get("ssl_check", "")) == "1"
