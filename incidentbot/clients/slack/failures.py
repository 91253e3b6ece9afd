"""What Slack's refusals mean for the call that met them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from incidentbot.clients.errors import ClientError, Faulty, Permanent, Retryable, Unauthorised, Uncertain
from incidentbot.clients.retry_after import retry_after

# Nothing for the workspace can succeed until somebody installs the app again.
_TOKEN_REFUSED: Final = frozenset(
    {
        "not_authed",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "org_login_required",
        "team_access_not_granted",
        "two_factor_setup_required",
    }
)
# The documentation says of these that part of the work may have been done.
_PERHAPS_DONE: Final = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "update_failed"}
)
_OVER: Final = _PERHAPS_DONE - {"request_timeout"}
# It passes by itself.
_PASSES: Final = frozenset({"external_channel_migrating", "streaming_state_conflict"})
_TOO_MANY: Final = frozenset({"ratelimited", "rate_limited"})
# The whole workspace has to wait, not one channel.
_WORKSPACE_WAITS: Final = frozenset({"message_limit_exceeded", "team_added_to_org"})
_DEFAULT_WAIT: Final = 5.0
_WORKSPACE_WAIT: Final = 15.0
_FIRST_ERROR: Final = 300
_SERVER_ERROR: Final = 500
_GATEWAY_TIMEOUT: Final = 504
_TOO_MANY_REQUESTS: Final = 429


def classify(method: str, error: SlackApiError, now: datetime) -> ClientError:
    """The typed error of a refusal; `now` is for a Retry-After that is a date."""
    response: Any = error.response
    # Where the body could not be read, the SDK hands over aiohttp's response instead of its own.
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    headers = {name.lower(): str(value) for name, value in dict(getattr(response, "headers", {}) or {}).items()}
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    if status == _TOO_MANY_REQUESTS or code in _TOO_MANY:
        return Limited(f"{method}: Slack limits us", retry_after(headers, now) or _DEFAULT_WAIT)
    if code in _WORKSPACE_WAITS:
        return Limited(f"{method}: {code}", retry_after(headers, now) or _WORKSPACE_WAIT, everywhere=True)
    if code in _PASSES:
        return Retryable(f"{method}: {code}", _WORKSPACE_WAIT)
    if code in _TOKEN_REFUSED:
        return Unauthorised(code)
    if status >= _SERVER_ERROR or code in _PERHAPS_DONE or not code:
        # Where it was a gateway that lost its patience, or nobody knows who answered, the call may still go on.
        over = (status >= _SERVER_ERROR and status != _GATEWAY_TIMEOUT) or code in _OVER
        return (Faulty if over else Uncertain)(f"{method}: Slack answered {status} {code}".rstrip())
    details = "; ".join(str(line) for line in _details(data))
    return Permanent(f"{method}: {code}" + (f" ({details})" if details else ""), code)


def refuse_webhook(status: int, headers: Mapping[str, Any], body: str, now: datetime) -> None:
    """Raise what an incoming webhook's answer means, unless it is its "ok"."""
    if status < _FIRST_ERROR:
        return
    if status == _TOO_MANY_REQUESTS:
        lower = {name.lower(): str(value) for name, value in headers.items()}
        raise Limited("incoming webhook: Slack limits us", retry_after(lower, now) or _DEFAULT_WAIT)
    if status >= _SERVER_ERROR:
        raise Uncertain(f"incoming webhook: Slack answered {status}")
    raise Permanent(f"incoming webhook: {status} {body[:80]}", f"HTTP_{status}")


class Limited(Retryable):
    """Slack limits us: nothing of the kind before `after` seconds have passed.

    A method is limited for the whole workspace; posting is limited by the channel, unless it is `everywhere`.
    """

    def __init__(self, reason: str, after: float, *, everywhere: bool = False) -> None:
        super().__init__(reason, after)
        self.seconds: Final = after
        self.everywhere: Final = everywhere


def _details(data: Any) -> list[Any]:
    metadata = data.get("response_metadata") if isinstance(data, Mapping) else None
    messages = metadata.get("messages") if isinstance(metadata, Mapping) else None
    return messages[:3] if isinstance(messages, list) else []
