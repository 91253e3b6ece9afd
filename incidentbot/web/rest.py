"""/v1/incidents: the use cases over HTTP, with a token of the API and an Idempotency-Key."""

import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Path, Query, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.requests import Request

from incidentbot.domain.incident import Draft, Edit, Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Actor
from incidentbot.domain.permissions import Right, acts_as_admin
from incidentbot.domain.reference import parse_reference
from incidentbot.domain.refusals import IncidentNotFound, Refused, Unchanged
from incidentbot.domain.severity import Severity
from incidentbot.domain.story import Document
from incidentbot.domain.text import clean_line
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import list_incidents, workspace
from incidentbot.queries.story import story
from incidentbot.render.export import SCHEMA, filename, written
from incidentbot.store import Store
from incidentbot.usecases import (
    Cause,
    Done,
    Outcome,
    acknowledge,
    add_note,
    correct,
    create,
    reopen,
    resolve,
    unacknowledge,
    update,
)
from incidentbot.usecases.denied import denied
from incidentbot.usecases.permit import not_permitted
from incidentbot.web.bearer import bearer_of
from incidentbot.web.body import StrictRequest
from incidentbot.web.models import (
    Changes,
    Correction,
    EntryPage,
    IncidentPage,
    IncidentShape,
    NewIncident,
    NewNote,
    ProblemShape,
    Transition,
)
from incidentbot.web.parts import WebParts
from incidentbot.web.problems import Problem
from incidentbot.web.refused import KEY_PREFIX
from incidentbot.web.shapes import incident_by_ref, page_of, shape_by_ref, shape_of, timeline_by_ref

P = ParamSpec("P")
T = TypeVar("T")

SURFACE: Final = "rest"
TransitionCase = Callable[[Store, Cause, str, str], Outcome]
# Keys of all ways in share a column of 255 characters.
LONGEST_KEY: Final = 200


class GuardedRoute(APIRoute):
    """Asks for the API token before anything of the request is read, and then reads its JSON strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the checks."""
        serve = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            parts: WebParts = request.app.state.parts
            request.state.bearer = bearer_of(request, parts)
            strict = StrictRequest(request.scope, request.receive)
            if await strict.body() and not _is_json(request):
                raise Problem(415)
            return await serve(strict)

        return guarded


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


# --- what endpoints ask for -------------------------------------------------------------------------------------------


class Calling:
    """One call: the workspace it is about, the cause it is, and the store."""

    def __init__(self, store: Store, home: Workspace, cause: Cause) -> None:
        self.workspace: Final = home
        self.cause: Final = cause
        self._store: Final = store

    async def ask(self, query: Callable[Concatenate[Store, Workspace, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a query about this workspace; Refused where who asks may not see it."""
        refused = await self._store.ask(not_permitted, self.cause, Right.VIEW)
        if refused:
            await self._store.run(denied, self.cause, Right.VIEW, refused)
            raise Refused(refused)
        return await self._store.ask(query, self.workspace, *args, **kwargs)

    async def perform(
        self, use_case: Callable[Concatenate[Store, Cause, P], Outcome], *args: P.args, **kwargs: P.kwargs
    ) -> Done:
        """What was done; Refused where it was refused."""
        outcome = await self._store.run(use_case, self.cause, *args, **kwargs)
        if not isinstance(outcome, Done):
            raise Refused(outcome)
        return outcome

    async def look(self, query: Callable[Concatenate[Store, Workspace, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a query, for who changed what it is about, or found that to be as they want it."""
        return await self._store.ask(query, self.workspace, *args, **kwargs)

    async def shape(self, incident: Incident) -> IncidentShape:
        """The incident as it is answered to who changed it."""
        return await self._store.ask(shape_of, self.workspace, incident)


async def _calling(
    request: Request,
    team: Annotated[
        str | None, Query(description="Id of the workspace, where several are installed", examples=["T012AB3CD"])
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=LONGEST_KEY,
            pattern=r"^[\x21-\x7e]+$",
            description="The same key with the same request changes nothing again and gets the first answer",
        ),
    ] = None,
) -> Calling:
    parts: WebParts = request.app.state.parts
    home = await parts.store.ask(workspace, team)
    if not isinstance(home, Workspace):
        raise Refused(home)
    key, bearer = idempotency_key or uuid4().hex, request.state.bearer
    return Calling(
        parts.store, home, Cause(home.team_id, f"{KEY_PREFIX}{key}", bearer, SURFACE, await _fingerprint(request))
    )


async def _fingerprint(request: Request) -> str:
    """What has to be the same when a key comes again: method, path, body, and whose token it is."""
    bearer: Actor = request.state.bearer
    whose = "" if acts_as_admin(bearer) else f"{bearer.name}\n"
    heading = f"{whose}{request.method} {request.url.path}\n".encode("utf-8", "surrogateescape")
    return hashlib.sha256(heading + await request.body()).hexdigest()


def _reference(ref: Annotated[str, Path(description="INC-42, in any case, or its number", examples=["INC-42"])]) -> str:
    # To the use cases "no reference" is the only incident that is not resolved; a path always means one in particular.
    if parse_reference(ref) is None:
        raise Refused(IncidentNotFound(clean_line(ref, 80)))
    return ref


Call = Annotated[Calling, Depends(_calling)]
Ref = Annotated[str, Depends(_reference)]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[
    str,
    Query(
        max_length=100,
        description="The `next_cursor` of the page before",
        examples=["23"],
        json_schema_extra={"pattern": "^[0-9]{0,9}$"},
    ),
]

PROBLEMS: Final[dict[int | str, str]] = {
    400: "The request cannot be understood, or a value cannot be taken",
    401: "The API token is missing or wrong",
    403: "The token's role lacks the right, or no token is set at all, so that the API is off",
    404: "There is no such incident, or nothing of it that is named so",
    409: "The lifecycle has no such move now, or the Idempotency-Key came before with another request",
    413: "The body is larger than 1 MiB",
    415: "The body is compressed or is not JSON",
    503: "The database does not answer; nothing was done",
    "default": "Something else went wrong, told in the same shape",
}


def guarded_router(tag: str) -> APIRouter:
    """A router of paths about incidents, each of which asks for a token of the API."""
    return APIRouter(
        prefix="/v1/incidents",
        tags=[tag],
        route_class=GuardedRoute,
        responses={status: {"model": ProblemShape, "description": text} for status, text in PROBLEMS.items()},
        # Checked by GuardedRoute; here it tells OpenAPI.
        dependencies=[
            Security(HTTPBearer(auto_error=False, description="INCIDENTBOT_API_TOKEN, or a token of the file"))
        ],
    )


router: Final = guarded_router("incidents")


# --- endpoints --------------------------------------------------------------------------------------------------------


_A_STATE: Final = f"({'|'.join(State)})"
_STATES_PATTERN: Final = f"^({_A_STATE}(,{_A_STATE})*)?$"


@router.get("", operation_id="list_incidents")
async def list_(
    call: Call,
    state: Annotated[
        str,
        Query(
            description="States, separated by commas",
            examples=["open,acknowledged"],
            json_schema_extra={"pattern": _STATES_PATTERN},
        ),
    ] = "",
    severity: Severity | None = None,
    q: Annotated[
        str, Query(max_length=200, description="Words of title or description; of the last one the beginning is enough")
    ] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> IncidentPage:
    """Incidents, the newest first."""
    states, text = _states(state), clean_line(q, 200)

    def query(store: Store, home: Workspace) -> IncidentPage:
        page = list_incidents(store, home.team_id, states=states, severity=severity, q=text, limit=limit, cursor=cursor)
        return page_of(store, home, page)

    return await call.ask(query)


def _states(text: str) -> tuple[State, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = sorted(set(names) - {state.value for state in State})
    if unknown:
        choices = ", ".join(State)
        raise Problem(400, "bad_field", f"state is a list of {choices}.", {"field": "state", "choices": list(State)})
    return tuple(State(name) for name in names)


@router.post(
    "",
    status_code=201,
    operation_id="create_incident",
    responses={200: {"model": IncidentShape, "description": "An unresolved incident has this dedupe_key already"}},
)
async def create_(call: Call, body: NewIncident, response: Response) -> IncidentShape:
    """A new incident, or the unresolved one with the same `dedupe_key`."""
    draft = Draft(
        title=body.title,
        severity=body.severity,
        description=body.description,
        assignee=body.assignee,
        cis=tuple(CiRef(ci_id, ci_id) for ci_id in dict.fromkeys(body.ci_ids)),
        dedupe_key=body.dedupe_key,
        drill=body.drill,
    )
    done = await call.perform(create, draft)
    response.status_code = 201 if done.created else 200
    return await call.shape(done.incident)


@router.get("/{ref}", operation_id="get_incident")
async def get(call: Call, ref: Ref) -> IncidentShape:
    """One incident."""
    return await call.ask(shape_by_ref, ref)


@router.patch("/{ref}", operation_id="update_incident")
async def patch(call: Call, ref: Ref, body: Changes) -> IncidentShape:
    """The incident with these values; also where it had all of them already."""
    wanted = Edit(title=body.title, severity=body.severity, assignee=body.assignee, description=body.description)
    try:
        done = await call.perform(update, ref, wanted)
    except Refused as refused:
        if not isinstance(refused.refusal, Unchanged):
            raise
        return await call.look(shape_by_ref, ref)
    return await call.shape(done.incident)


@router.get("/{ref}/timeline", operation_id="get_timeline")
async def get_timeline(call: Call, ref: Ref, limit: Limit = 20, cursor: Cursor = "") -> EntryPage:
    """What happened to the incident, in order."""
    return await call.ask(timeline_by_ref, ref, limit, cursor)


_TEXT: Final[dict[str, Any]] = {"schema": {"type": "string", "examples": ["# INC-42 · Checkout answers 502\n"]}}
_DOCUMENT: Final[dict[str, Any]] = {"schema": {"type": "object", "examples": [{"schema": SCHEMA, "ref": "INC-42"}]}}


@router.get(
    "/{ref}/export",
    operation_id="export_incident",
    response_class=Response,
    responses={
        200: {
            "description": "The document. JSON is as docs/export.schema.json has it",
            "content": {"text/markdown": _TEXT, "application/json": _DOCUMENT},
        }
    },
)
async def get_export(
    call: Call,
    ref: Ref,
    document: Annotated[Document, Query(alias="format", description="All of it, or the draft of a retrospective")] = (
        Document.MARKDOWN
    ),
) -> Response:
    """All of the incident with its timeline, or the draft of a retrospective, as a document."""

    def query(store: Store, home: Workspace) -> tuple[str, str]:
        incident = incident_by_ref(store, home, ref)
        return incident.reference, written(story(store, home, incident), document)

    reference, text = await call.ask(query)
    kind = "application/json" if document is Document.JSON else "text/markdown; charset=utf-8"
    name = filename(reference, document)
    return Response(text, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


@router.post("/{ref}/notes", operation_id="add_note")
async def post_note(call: Call, ref: Ref, body: NewNote) -> IncidentShape:
    """The incident with a note in its timeline."""
    done = await call.perform(add_note, ref, body.text)
    return await call.shape(done.incident)


@router.post("/{ref}/corrections", operation_id="correct_time")
async def post_correction(call: Call, ref: Ref, body: Correction) -> IncidentShape:
    """The incident with another time; its timeline tells both."""
    done = await call.perform(correct, ref, body.what, body.time)
    return await call.shape(done.incident)


def _transition(use_case: TransitionCase) -> Callable[..., Awaitable[IncidentShape]]:
    """An endpoint that moves an incident by `use_case`."""

    async def transition(call: Call, ref: Ref, body: Transition | None = None) -> IncidentShape:
        done = await call.perform(use_case, ref, body.note if body else "")
        return await call.shape(done.incident)

    return transition


_TRANSITIONS: Final[dict[str, tuple[TransitionCase, str]]] = {
    "acknowledge": (acknowledge, "open → acknowledged"),
    "resolve": (resolve, "open or acknowledged → resolved"),
    "reopen": (reopen, "resolved → open"),
    "unacknowledge": (unacknowledge, "acknowledged → open"),
}
for _name, (_use_case, _summary) in _TRANSITIONS.items():
    router.add_api_route(
        f"/{{ref}}/{_name}", _transition(_use_case), methods=["POST"], summary=_summary, operation_id=_name
    )
