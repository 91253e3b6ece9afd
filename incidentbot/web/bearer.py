"""The API token: who bears it may do everything that an administrator may."""

import hmac

from incidentbot.web.headers import RawHeaders, single
from incidentbot.web.problems import Problem


def check_bearer(headers: RawHeaders, token: str) -> None:
    """Problem 403 where no `token` is set, 401 where the request does not bear it; compared in constant time."""
    if not token:
        raise Problem(
            403, "api_disabled", "The API is off. Set INCIDENTBOT_API_TOKEN to a secret of at least 32 characters."
        )
    scheme, _, given = single(headers, b"authorization").partition(" ")
    same = hmac.compare_digest(given.strip().encode("latin-1"), token.encode())
    if scheme.lower() != "bearer" or not same:
        raise Problem(
            401,
            "unauthorised",
            "Send the API token as Authorization: Bearer …",
            headers={"WWW-Authenticate": "Bearer"},
        )
