"""From one failed attempt to the error that says what may be done about it. Pure."""

from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from typing import Final

from incidentbot.clients.errors import (
    Absent,
    ClientError,
    Conflict,
    Permanent,
    Retryable,
    Unauthorised,
    Uncertain,
)
from incidentbot.clients.nopesight.envelope import ToldError


class Repeat(Enum):
    """Whether the same call may be sent twice without harm."""

    HARMLESS = "harmless"
    HARMFUL = "harmful"


NO_ERROR_TOLD: Final = ToldError("", "", {})
_ABSENT: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE, HTTPStatus.NOT_IMPLEMENTED}
_CONFLICT: Final = {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}
# The server says itself that it did not take the call.
_NOT_TAKEN: Final = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
# Codes that mean something even where a gateway answers 200 with `success: false`.
_STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "VALIDATION_ERROR": HTTPStatus.BAD_REQUEST,
    "UNAUTHORIZED": HTTPStatus.UNAUTHORIZED,
    "FORBIDDEN": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "CONFLICT": HTTPStatus.CONFLICT,
    "RATE_LIMITED": HTTPStatus.TOO_MANY_REQUESTS,
    "INTERNAL_ERROR": HTTPStatus.INTERNAL_SERVER_ERROR,
}


def unclear(reason: str, repeat: Repeat) -> ClientError:
    """What became of the call is not known: harmless calls are repeated, others must be looked up first."""
    return Retryable(reason) if repeat is Repeat.HARMLESS else Uncertain(reason)


def failure(
    status: int, told: ToldError, repeat: Repeat, *, after: float | None = None, request_id: str = ""
) -> ClientError:
    """The error for an answer with this HTTP status and body.

    Its reason names the request, by the id that NopeSight's own log has.
    """
    if status < HTTPStatus.BAD_REQUEST:
        status = _STATUS_OF_CODE.get(told.code, HTTPStatus.UNPROCESSABLE_ENTITY)
    code = told.code or f"HTTP_{status}"
    message = f": {told.message}" if told.message else ""
    reason = f"NopeSight answered {status} {code}{message} (request {request_id})"
    if status == HTTPStatus.UNAUTHORIZED:
        return Unauthorised(reason)
    if status in _NOT_TAKEN:
        return Retryable(reason, after)
    if status in _ABSENT:
        return Absent(reason, code)
    if status in _CONFLICT:
        return Conflict(reason, code, told.details)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Retryable(reason, after) if repeat is Repeat.HARMLESS else Uncertain(reason)
    return Permanent(reason, code)
