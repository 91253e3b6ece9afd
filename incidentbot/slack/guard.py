"""The guard (domain/guard.py) as Slack's way in has it: which workspaces a request may be about, and refusals.

Refusals have one form and say nothing about which check failed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from incidentbot.domain.guard import SLACK, Headers, is_signed
from incidentbot.domain.installing import Signer

_REASONS: Final[Mapping[int, str]] = {
    400: "bad request",
    401: "invalid request",
    413: "request too large",
    415: "unsupported encoding",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP: a status, headers with lower-case names, and a body."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def turn_away(status: int) -> Answer:
    """What the sender of a request gets that goes no further: 400, 401, 413 or 415."""
    return Answer(status, json.dumps({"error": _REASONS[status]}), {"content-type": "application/json"})


def signed_for(
    headers: Headers, raw: bytes, secrets: Sequence[str], installed: Sequence[Signer], now: float
) -> frozenset[str]:
    """The workspaces that an admitted request may be about; none named = any, as one of `secrets` signed it."""
    headers = tuple(headers)
    if not installed or is_signed(SLACK, headers, raw, secrets, now):
        return frozenset()
    return frozenset(one.team_id for one in installed if is_signed(SLACK, headers, raw, (one.secret,), now))


def is_ssl_check(body: Mapping[str, Any]) -> bool:
    """Whether Slack only tries the certificate; answered empty, and only when signed."""
    return str(body.get("ssl_check", "")) == "1"
