"""The API token: who bears it may do everything that an administrator may."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from incidentbot.domain.guard import Headers, Turned, admit_bearer
from incidentbot.web.problems import Problem

_PROBLEMS: Final[Mapping[int, tuple[str, str]]] = {
    401: ("unauthorised", "Send the API token as Authorization: Bearer …"),
    403: ("api_disabled", "The API is off. Set INCIDENTBOT_API_TOKEN to a secret of at least 32 characters."),
}


def check_bearer(headers: Headers, token: str) -> None:
    """Problem 403 where no `token` is set, 401 where the request does not bear it, 415 for a compressed body."""
    try:
        admit_bearer(headers, token)
    except Turned as turned:
        challenge = {"WWW-Authenticate": "Bearer"} if turned.status == HTTPStatus.UNAUTHORIZED else None
        code, message = _PROBLEMS.get(turned.status, ("", ""))
        raise Problem(turned.status, code, message, headers=challenge) from None
