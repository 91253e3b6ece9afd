"""Stands before everything that reads a request: who sent it is settled on the raw bytes, before any parsing.

One guard for all who call over HTTP. Whoever signs (Slack, NopeSight, a workflow) differs in a `Scheme` alone, whoever
bears a token in nothing. Which of the checks failed is nothing that a stranger has to know, so a refusal is a status
alone.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from incidentbot.domain.signing import dotted_message, slack_message, verify

LARGEST_BODY: Final = 1024 * 1024

Headers = Iterable[tuple[bytes, bytes]]


class Turned(Exception):
    """The request goes no further; `status` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status: Final = status


@dataclass(frozen=True, slots=True)
class Scheme:
    """How somebody signs: the names of their headers (lower case), what is signed, and how the signature begins."""

    timestamp: str
    signature: str
    message: Callable[[str, bytes], bytes]
    prefix: str


SLACK: Final = Scheme("x-slack-request-timestamp", "x-slack-signature", slack_message, "v0=")
NOPESIGHT: Final = Scheme("x-nopesight-timestamp", "x-nopesight-signature", dotted_message, "sha256=")
WORKFLOW: Final = Scheme("x-incidentbot-timestamp", "x-incidentbot-signature", dotted_message, "sha256=")


def admit(scheme: Scheme, headers: Headers, raw: bytes, secrets: Sequence[str], now: float) -> str:
    """The content type (without parameters, in lower case) of a request that was signed within 300 s of `now`.

    `headers` are pairs as ASGI has them, `now` is in epoch seconds. Raises Turned: 413 for a body over 1 MiB, 401 for a
    signature that is missing, wrong, too old or there twice, 415 for a compressed body.
    """
    if len(raw) > LARGEST_BODY:
        raise Turned(413)
    known = _single(headers, (scheme.timestamp, scheme.signature, *_READING))
    if not _is_signed(scheme, known, raw, secrets, now):
        raise Turned(401)
    _refuse_encoded(known)
    return known.get("content-type", "").partition(";")[0].strip().lower()


def is_signed(scheme: Scheme, headers: Headers, raw: bytes, secrets: Sequence[str], now: float) -> bool:
    """Whether one of `secrets` signed a request; raises Turned (401) where its headers have two readings."""
    return _is_signed(scheme, _single(headers, (scheme.timestamp, scheme.signature)), raw, secrets, now)


def admit_bearer(headers: Headers, tokens: Sequence[tuple[str, str]]) -> str:
    """The name of the token that a request bears; `tokens` are pairs of name and token, compared in constant time.

    Raises Turned: 403 where there is no token to bear, 401 where another one or none is borne, 415 for a compressed
    body. The body itself need not have been read.
    """
    if not tokens:
        raise Turned(403)
    known = _single(headers, ("authorization", *_READING))
    scheme, _, given = known.get("authorization", "").partition(" ")
    borne = given.strip().encode("latin-1")
    # All of them are compared, so that the time it takes does not tell which one was near.
    names = [name for name, token in tokens if hmac.compare_digest(borne, token.encode())]
    if scheme.lower() != "bearer" or not names:
        raise Turned(401)
    _refuse_encoded(known)
    return names[0]


# These decide how a request is read; each of them has one value, or the request has two readings.
_READING: Final = ("content-type", "content-encoding")


def _single(headers: Headers, names: Iterable[str]) -> dict[str, str]:
    wanted, known = frozenset(names), dict[str, str]()
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        if name not in wanted:
            continue
        if name in known:
            raise Turned(401)
        known[name] = raw_value.decode("latin-1")
    return known


def _is_signed(scheme: Scheme, known: Mapping[str, str], raw: bytes, secrets: Sequence[str], now: float) -> bool:
    timestamp, signature = known.get(scheme.timestamp, ""), known.get(scheme.signature, "")
    return verify(secrets, scheme.message(timestamp, raw), signature, timestamp, now, prefix=scheme.prefix)


def _refuse_encoded(known: Mapping[str, str]) -> None:
    """A compressed body could be of any size once opened, so none is."""
    if known.get("content-encoding", "identity").strip().lower() != "identity":
        raise Turned(415)
