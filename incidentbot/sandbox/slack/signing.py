"""How Slack signs what it sends."""

import hashlib
import hmac


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The `X-Slack-Signature` of a body sent at that time."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return f"v0={digest}"


def signed_headers(secret: str, body: bytes, now: float) -> dict[str, str]:
    """The headers that prove a body is Slack's."""
    timestamp = str(int(now))
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature(secret, timestamp, body)}
