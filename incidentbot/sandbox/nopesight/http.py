"""NopeSight's API over HTTP: who may call, what goes wrong on request, the envelope, and the log of calls."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from incidentbot.sandbox.nopesight.api import OPERATIONS, File, Listed, One, Operation, Reply, Request
from incidentbot.sandbox.nopesight.dialects import write_list, write_one
from incidentbot.sandbox.nopesight.faults import Fault, FaultKind
from incidentbot.sandbox.nopesight.refusals import Refused, invalid
from incidentbot.sandbox.nopesight.world import Sight

_PAGE = "<!doctype html><title>Gateway</title><h1>The service is being moved</h1>"


class Hangup(Response):
    """No answer: the headers begin and the connection closes, which no client can mistake for an answer."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Begin an answer that promises one byte, and end without it."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def create_app(sight: Sight) -> Starlette:
    """The API as an ASGI application, without its base path."""
    return Starlette(routes=[_route(sight, *row) for row in OPERATIONS])


def _route(sight: Sight, method: str, path: str, operation: Operation) -> Route:
    async def endpoint(http: HttpRequest) -> Response:
        return await _serve(sight, operation, http)

    return Route(path, endpoint, methods=[method], name=operation.__name__)


async def _serve(sight: Sight, operation: Operation, http: HttpRequest) -> Response:
    raw = await http.body()
    faults = sight.faults.pick(operation.__name__)
    await asyncio.sleep(sight.latency + sum(fault.seconds for fault in faults))
    body, response = _respond(sight, operation, http, raw, faults)
    status = 0 if isinstance(response, Hangup) else response.status_code
    sight.log_call(operation.__name__, http, body, status)
    return response


def _respond(
    sight: Sight, operation: Operation, http: HttpRequest, raw: bytes, faults: list[Fault]
) -> tuple[Any, Response]:
    body: Any = None
    try:
        body = _parsed(raw)
        refusal = _struck(faults)
        if refusal is not None:
            return body, refusal
        _authorise(sight, http.headers, faults)
        request = Request(http.path_params.get("id", ""), http.query_params, http.headers, body)
        response = _once(sight, operation, request)
    except Refused as refused:
        response = JSONResponse(refused.body(), refused.status)
    if any(fault.kind is FaultKind.LOST_REPLY for fault in faults):
        return body, Hangup()
    return body, response


def _parsed(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise invalid("body", "is not JSON") from None
    if not isinstance(body, dict):
        raise invalid("body", "must be an object")
    return body


def _struck(faults: list[Fault]) -> Response | None:
    """The answer of whatever stands before NopeSight and fails."""
    for fault in faults:
        if fault.kind is FaultKind.RESET:
            return Hangup()
        if fault.kind is FaultKind.HTML:
            return HTMLResponse(_PAGE)
        if fault.kind is FaultKind.STATUS:
            told = Refused(fault.status, fault.code, "on request")
            waits = {"Retry-After": fault.retry_after, "X-RateLimit-Reset": fault.reset_at}
            return JSONResponse(told.body(), fault.status, {name: text for name, text in waits.items() if text})
    return None


def _authorise(sight: Sight, headers: Mapping[str, str], faults: list[Fault]) -> None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    told = token if scheme.lower() == "bearer" else headers.get("x-api-key", "")
    if told != sight.token or any(fault.kind is FaultKind.REVOKED for fault in faults):
        raise Refused(401, "UNAUTHORIZED", "the token is not valid")


def _once(sight: Sight, operation: Operation, request: Request) -> Response:
    """Carry the call out, or answer what the first call with the same idempotency key was answered."""
    key = (operation.__name__, request.headers.get("idempotency-key", ""))
    with sight.lock:
        known = sight.answered.get(key) if key[1] else None
        reply = known or operation(sight, request)
        if key[1]:
            sight.answered[key] = reply
        return _written(sight, reply)


def _written(sight: Sight, reply: Reply) -> Response:
    match reply:
        case One(thing, status):
            return JSONResponse(write_one(thing, sight.dialect), status)
        case Listed(items, page, limit, total):
            return JSONResponse(write_list(items, page, limit, total, sight.dialect))
        case File(content, kind):
            return Response(content, media_type=kind)
