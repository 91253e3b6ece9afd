"""Tokens of the API: the operator's own, which may everything, and those of the file, each with a role."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import structlog
from starlette.requests import Request

from incidentbot.domain.guard import Turned, admit_bearer
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import Refused
from incidentbot.usecases.permit import token_refused
from incidentbot.web.parts import WebParts
from incidentbot.web.problems import Problem

_log = structlog.get_logger(__name__)

_PROBLEMS: Final[Mapping[int, tuple[str, str]]] = {
    401: ("unauthorised", "Send the API token as Authorization: Bearer …"),
    403: ("api_disabled", "The API is off. Set INCIDENTBOT_API_TOKEN to a secret of at least 32 characters."),
}


def bearer_of(request: Request, parts: WebParts) -> Actor:
    """Who bears the token: "api" for the operator's, else the name that the file gave it.

    Problem 403 where there is no token at all, 401 where the request bears none of them, 415 for a compressed body.
    """
    try:
        name = admit_bearer(request.headers.raw, parts.tokens)
    except Turned as turned:
        challenge = {"WWW-Authenticate": "Bearer"} if turned.status == HTTPStatus.UNAUTHORIZED else None
        code, message = _PROBLEMS.get(turned.status, ("", ""))
        raise Problem(turned.status, code, message, headers=challenge) from None
    return Actor(Source.API, name=name)


def check_bearer(request: Request, parts: WebParts, right: Right, surface: str = "rest") -> Actor:
    """The same, for what belongs to no workspace: Refused (NotPermitted) where the token's role has not `right`."""
    bearer = bearer_of(request, parts)
    refusal = token_refused(parts.store.policy, bearer, right, surface)
    if refusal:
        _log.warning("api.denied", bearer=bearer.name, right=right.value, surface=surface)
        raise Refused(refusal)
    return bearer
