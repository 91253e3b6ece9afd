"""POST /slack/workflows/{slug}: a workflow of the settings, started by whoever signs for it or bears the API token."""

import hashlib
import re
from typing import Any, Final
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from incidentbot.domain.guard import WORKFLOW, Turned, admit
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import Refused
from incidentbot.domain.strict_json import BadJson, read_json
from incidentbot.domain.workflows import (
    ActionOutcome,
    BadInputs,
    DeliveryReused,
    Given,
    Run,
    TooManyRuns,
    Workflow,
    read_given,
    rehearse,
)
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import workspace
from incidentbot.usecases.run_workflow import run_workflow, workflow_cause
from incidentbot.web.bearer import check_bearer
from incidentbot.web.headers import single
from incidentbot.web.parts import WebParts
from incidentbot.web.problems import Problem

SURFACE: Final = "workflow"
_DELIVERY_ID: Final = re.compile(r"[\x21-\x7e]{1,200}\Z")


class Workflows:
    """The endpoint. 202 means that the run is stored, with everything that it sets off."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts

    def routes(self) -> list[Route]:
        """One path for all of them."""
        return [Route("/slack/workflows/{slug}", self.start, methods=["POST"])]

    async def start(self, request: Request) -> Response:
        """A run. Who may start nothing is not told which workflows there are."""
        slug, body = str(request.path_params["slug"]), await request.body()
        signed = self._admit(request, slug, body)
        workflow = self._parts.store.policy.workflows.get(slug)
        if workflow is None:
            raise Problem(404, "no_such_workflow", "No workflow of the settings has this slug.")
        given = _read(workflow, body)
        if given.dry_run:
            planned = rehearse(workflow, given, self._parts.store.policy.permissions)
            return JSONResponse({"run": None, "workflow": slug, "dry_run": True, "actions": _actions(planned)})
        return await self._run(workflow, given, _key(request, body, signed=signed), body)

    def _admit(self, request: Request, slug: str, body: bytes) -> bool:
        """Whether it is signed; without a signature it must bear a token that may start workflows."""
        headers = request.headers.raw
        if "x-incidentbot-signature" not in request.headers and "authorization" in request.headers:
            check_bearer(request, self._parts, Right.RUN_WORKFLOW, SURFACE)
            return False
        try:
            admit(WORKFLOW, headers, body, self._parts.workflow_secrets.get(slug, ()), self._parts.now().timestamp())
        except Turned as turned:
            if turned.status != 401:  # noqa: PLR2004 - HTTP's own number
                raise Problem(turned.status) from None
            message = "Sign the request with the workflow's secret, or send the API token as Authorization: Bearer …"
            raise Problem(401, "unverified", message, headers={"WWW-Authenticate": "Bearer"}) from None
        return True

    async def _run(self, workflow: Workflow, given: Given, key: str, body: bytes) -> Response:
        home = await self._parts.store.ask(workspace, workflow.team or None)
        if not isinstance(home, Workspace):
            raise Refused(home)
        cause = workflow_cause(home.team_id, key, workflow, SURFACE, hashlib.sha256(body).hexdigest())
        outcome = await self._parts.store.run(run_workflow, cause, workflow, given)
        match outcome:
            case Run():
                return JSONResponse(run_shape(outcome), 202)
            case TooManyRuns():
                raise _too_many(outcome)
            case DeliveryReused():
                message = "This delivery came before with another body. The first one is kept."
                raise Problem(409, "delivery_conflict", message)
            case _:
                raise Refused(outcome)


def _read(workflow: Workflow, body: bytes) -> Given:
    try:
        return read_given(workflow, read_json(body))
    except BadJson as error:
        raise Problem(400, "bad_json", f"{error}.") from None
    except BadInputs as error:
        fields = [{"field": one.field, "problem": one.problem} for one in error.problems[:50]]
        message = "; ".join(f"{one.field}: {one.problem}" for one in error.problems[:5])
        raise Problem(400, "bad_input", f"{message}.", {"fields": fields}) from None


def _key(request: Request, body: bytes, *, signed: bool) -> str:
    """By what a repeat is known: the delivery's id; without one, the very request that was signed."""
    delivery = single(request.headers.raw, b"x-incidentbot-delivery")
    if delivery:
        if not _DELIVERY_ID.match(delivery):
            raise Problem(400, "bad_delivery_id", "X-Incidentbot-Delivery names the delivery in 1 to 200 characters.")
        return delivery
    if not signed:
        return uuid4().hex
    timestamp = request.headers["x-incidentbot-timestamp"]
    return hashlib.sha256(timestamp.encode() + b"." + body).hexdigest()


def _too_many(outcome: TooManyRuns) -> Problem:
    message = f"The workflow was started {outcome.limit} times within a minute. Try again in {outcome.seconds} s."
    return Problem(429, "too_many_runs", message, headers={"Retry-After": str(outcome.seconds)})


def run_shape(run: Run) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "run": run.id,
        "workflow": run.slug,
        "dry_run": False,
        "created_at": run.created_at.isoformat().replace("+00:00", "Z"),
        "title": run.title or run.name,
        "inputs": dict(run.inputs),
        "redelivery_of": run.redelivery_of or None,
        "actions": _actions(run.outcomes),
    }


def _actions(outcomes: tuple[ActionOutcome, ...]) -> list[dict[str, Any]]:
    return [action_shape(one) for one in outcomes]


def action_shape(one: ActionOutcome) -> dict[str, Any]:
    """What came of one action; what does not apply is left out."""
    told = {"detail": one.detail, "incident": one.incident, "message_ts": one.message_ts, "job": one.job}
    return {"type": one.type, "outcome": one.outcome.value, **{name: value for name, value in told.items() if value}}
