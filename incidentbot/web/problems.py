"""Everything that goes wrong, as one shape: {"error": {"code", "message", "details"}}.

`code` is for programs and does not change, `message` is for people, `details` holds the facts. What an exception says
never leaves the process.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from incidentbot import tracing
from incidentbot.domain.refusals import Refused
from incidentbot.store import DatabaseUnavailable
from incidentbot.web.refused import as_problem_facts

RETRY_AFTER_SECONDS: Final = 5
_log = structlog.get_logger(__name__)

_CODES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("bad_request", "The request cannot be understood."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address does not take that method; the Allow header names those it takes."),
    408: ("request_timeout", "The body did not arrive in time. Send the request again."),
    413: ("too_large", "The body is larger than 1 MiB."),
    415: ("unsupported_media_type", "Send the body as it is, uncompressed, with Content-Type: application/json."),
}


class Problem(HTTPException):
    """A request that goes no further, and what its sender is told; without `message` the status's usual words."""

    def __init__(
        self,
        status: int,
        code: str = "",
        message: str = "",
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        usual_code, usual_message = _usual(status)
        self.code: Final = code or usual_code
        self.message: Final = message or usual_message
        self.details: Final[Mapping[str, Any]] = details or {}
        super().__init__(status, self.message, headers)


def problem_body(code: str, message: str, details: Mapping[str, Any] | None = None) -> bytes:
    """The body of a problem, in ASCII whatever the texts hold."""
    return json.dumps({"error": {"code": code, "message": message, "details": dict(details or {})}}).encode()


def problem_response(problem: Problem) -> Response:
    """The answer that tells of a problem."""
    body = problem_body(problem.code, problem.message, problem.details)
    return Response(body, problem.status_code, problem.headers, "application/json")


def install(app: FastAPI) -> None:
    """Let `app` answer with problems whatever happens in it."""
    handlers: Mapping[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
        HTTPException: _on_http_exception,
        RequestValidationError: _on_invalid,
        Refused: _on_refused,
        DatabaseUnavailable: _on_database_unavailable,
        Exception: _on_bug,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _usual(status: int) -> tuple[str, str]:
    phrase = HTTPStatus(status).phrase
    return _CODES.get(status, (phrase.lower().replace(" ", "_"), f"{phrase}."))


async def _on_http_exception(_request: Request, error: HTTPException) -> Response:
    if not isinstance(error, Problem):
        error = Problem(error.status_code, headers=error.headers)
    return problem_response(error)


async def _on_invalid(_request: Request, error: RequestValidationError) -> Response:
    fields = [_field(one) for one in error.errors()[:20]]
    message = "; ".join(f"{one['field']}: {one['problem']}" for one in fields[:3])
    return problem_response(Problem(400, "bad_request", message, {"fields": fields}))


def _field(error: Mapping[str, Any]) -> dict[str, str]:
    """Where the value stands and what is wrong with it; the value itself is not repeated."""
    place: Sequence[object] = error["loc"][1:] if len(error["loc"]) > 1 else error["loc"]
    return {"field": ".".join(map(str, place))[:200], "problem": str(error["msg"]).removeprefix("Value error, ")[:300]}


async def _on_refused(_request: Request, error: Refused) -> Response:
    return problem_response(Problem(*as_problem_facts(error.refusal)))


async def _on_database_unavailable(_request: Request, error: DatabaseUnavailable) -> Response:
    _log.warning("request.not_stored", reason=str(error))
    message = "The database does not answer, so nothing was done. Send the request again, with the same key."
    return problem_response(
        Problem(503, "database_unavailable", message, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    )


async def _on_bug(_request: Request, error: Exception) -> Response:
    """The last resort: what happened goes to the log, the id that its lines bear to the sender."""
    _log.error("request.failed", error=type(error).__name__, exc_info=error)
    trace_id = tracing.trace_id()
    message = f"Something went wrong on our side. The log tells more under {trace_id}."
    return problem_response(Problem(500, "internal_error", message, {"correlation_id": trace_id}))
