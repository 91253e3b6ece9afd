"""The operations of NopeSight's API over its state: what each call means, without HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidentbot.sandbox.nopesight.dialects import write_comment
from incidentbot.sandbox.nopesight.records import Event, User
from incidentbot.sandbox.nopesight.refusals import invalid
from incidentbot.sandbox.nopesight.world import Sight

MOST_PER_PAGE = 100
_EVENT_SORTS = {
    "timestamp": lambda event: event.created_at,
    "createdAt": lambda event: event.created_at,
    "created_at": lambda event: event.created_at,
    "updatedAt": lambda event: event.updated_at,
    "updated_at": lambda event: event.updated_at,
    "severity": lambda event: event.severity,
    "title": lambda event: event.title,
}


@dataclass(frozen=True, slots=True)
class Request:
    """A call that is allowed to be made: the identifier in its path, its query, headers (lower case) and body."""

    identifier: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def actor(self) -> User:
        """The person in whose name the call is made."""
        told = self.body.get("actor")
        if not isinstance(told, dict):
            return User("API", source="api")
        email, name = str(told.get("email") or ""), str(told.get("name") or "")
        source, external = str(told.get("source") or "api"), str(told.get("externalId") or "")
        return User(name or email or "API", email, source=source, external_id=external)

    @property
    def department(self) -> str:
        """The department that the call is limited to; empty for all."""
        return self.headers.get("x-department", "")


@dataclass(frozen=True, slots=True)
class One:
    """One object as the answer."""

    thing: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list as the answer, cut out of all its items by the call's own page and limit."""

    items: list[Any]
    page: int
    limit: int
    total: int


@dataclass(frozen=True, slots=True)
class File:
    """Bytes as the answer."""

    content: bytes
    kind: str


Reply = One | Listed | File
Operation = Callable[[Sight, Request], Reply]


def system_status(sight: Sight, _: Request) -> Reply:
    """How NopeSight is."""
    alive = sum(event.status == "open" for event in sight.events.all())
    down = sum(ci.status != "active" for ci in sight.cmdb.all())
    agents = {"active": 50 - down, "total": 50}
    return One({"api": {"status": sight.health, "response_time": 42}, "agents": agents, "events": {"open": alive}})


def list_events(sight: Sight, request: Request) -> Reply:
    """A page of events, filtered and sorted."""
    query = request.query
    since, until = _moment(query, "from"), _moment(query, "to")
    found = sight.events.find(dict(query), since, until, _moment(query, "updatedSince"))
    mine = [event for event in found if request.department in ("", event.department)]
    return _page(_sorted(mine, query.get("sort", "-timestamp")), query, sight.write_event)


def get_event(sight: Sight, request: Request) -> Reply:
    """One event."""
    return One(sight.write_event(sight.events.get(request.identifier)))


def set_event_status(sight: Sight, request: Request) -> Reply:
    """An event acknowledged, resolved, suppressed or opened again."""
    body = request.body
    notes, comment = str(body.get("resolutionNotes") or ""), str(body.get("comment") or "")
    status = str(body.get("status") or "")
    event = sight.events.set_status(request.identifier, status, request.actor, notes=notes, comment=comment)
    return One(sight.write_event(event))


def comment_event(sight: Sight, request: Request) -> Reply:
    """A new comment on an event."""
    made = sight.events.comment(request.identifier, str(request.body.get("text") or ""), request.actor)
    return One(write_comment(made), 201)


def assign_event(sight: Sight, request: Request) -> Reply:
    """An event given to somebody."""
    told = request.body.get("assignedTo")
    email = str(told.get("email") or "") if isinstance(told, dict) else str(told or "")
    if "@" not in email:
        raise invalid("assignedTo.email", "must be an e-mail address")
    event = sight.events.update(request.identifier, request.actor, assigned_to=sight.user(email))
    return One(sight.write_event(event))


def ingest_event(sight: Sight, request: Request) -> Reply:
    """An event taken in from outside."""
    return One(sight.write_event(sight.ingest(request.body)), 201)


def list_cis(sight: Sight, request: Request) -> Reply:
    """A page of CIs, filtered and sorted."""
    query = request.query
    found = sight.cmdb.search(query.get("search", ""), query.get("type", ""), query.get("status", ""))
    mine = [ci for ci in found if request.department in ("", ci.custom_fields.get("department"))]
    backwards = query.get("order") == "desc"
    if query.get("sort") in ("created_at", "updated_at"):
        mine.sort(key=lambda ci: ci.created_at if query["sort"] == "created_at" else ci.updated_at)
    return _page(mine[::-1] if backwards else mine, query, lambda ci: sight.write_ci(ci, whole=False))


def get_ci(sight: Sight, request: Request) -> Reply:
    """One CI with its relationships."""
    return One(sight.write_ci(sight.cmdb.get(request.identifier)))


def update_ci(sight: Sight, request: Request) -> Reply:
    """A CI with what the body names replaced, if it is still the version that the caller saw."""
    ci = sight.cmdb.put(request.identifier, request.body, request.headers.get("if-match", ""))
    return One(sight.write_ci(ci))


def list_relationships(sight: Sight, request: Request) -> Reply:
    """The relationships of a CI, and those of others to it."""
    return _page(sight.relationships(request.identifier), request.query, dict)


def list_owners(sight: Sight, request: Request) -> Reply:
    """Who answers for a CI."""
    return _page(sight.cmdb.owners(sight.cmdb.get(request.identifier)), request.query, dict)


def list_playbooks(sight: Sight, request: Request) -> Reply:
    """The playbooks that suit an event, or all of them."""
    if request.query.get("eventId"):
        sight.events.get(request.query["eventId"])
    return _page(sight.playbooks.listed(), request.query, dict)


def execute_playbook(sight: Sight, request: Request) -> Reply:
    """A playbook started."""
    return One(sight.playbooks.execute(request.identifier, request.body, request.actor), 202)


def get_execution(sight: Sight, request: Request) -> Reply:
    """How far a started playbook is."""
    return One(sight.playbooks.shown(request.identifier))


def list_reports(sight: Sight, request: Request) -> Reply:
    """The reports that were ordered."""
    return _page(sight.reports.listed(request.query.get("type", "")), request.query, dict)


def generate_report(sight: Sight, request: Request) -> Reply:
    """A report ordered."""
    return One(sight.reports.generate(request.body), 202)


def get_report(sight: Sight, request: Request) -> Reply:
    """How far a report is."""
    return One(sight.reports.shown(request.identifier))


def download_report(sight: Sight, request: Request) -> Reply:
    """A report's file."""
    counts = [f"{status}: {sum(one.status == status for one in sight.events.all())}" for status in ("open", "resolved")]
    return File(sight.reports.pdf(request.identifier, ["Events", *counts]), "application/pdf")


def ask(sight: Sight, request: Request) -> Reply:
    """An answer to a question in words."""
    query = str(request.body.get("query") or "")
    if not query.strip():
        raise invalid("query", "must not be empty")
    return One(sight.answers.answer(query))


def register_webhook(sight: Sight, request: Request) -> Reply:
    """An address that is told of events from now on."""
    url, secret = str(request.body.get("url") or ""), str(request.body.get("secret") or "")
    if not url.startswith(("http://", "https://")):
        raise invalid("url", "must be an address")
    if not secret:
        raise invalid("secret", "is required")
    events = tuple(str(one) for one in request.body.get("events") or ())
    made = sight.webhooks.subscribe(url, secret, events)
    return One({"id": made.id, "url": url, "events": list(events)}, 201)


# Method, path, operation. The name of the operation is what faults and the log of calls go by.
OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("GET", "/system/status", system_status),
    ("GET", "/events", list_events),
    ("POST", "/events/ingest", ingest_event),
    ("GET", "/events/{id}", get_event),
    ("PATCH", "/events/{id}", assign_event),
    ("PATCH", "/events/{id}/status", set_event_status),
    ("POST", "/events/{id}/comments", comment_event),
    ("GET", "/cmdb/ci", list_cis),
    ("GET", "/cmdb/ci/{id}", get_ci),
    ("PUT", "/cmdb/ci/{id}", update_ci),
    ("GET", "/cmdb/ci/{id}/relationships", list_relationships),
    ("GET", "/cmdb/ci/{id}/owners", list_owners),
    ("GET", "/playbooks", list_playbooks),
    ("POST", "/playbooks/{id}/execute", execute_playbook),
    ("GET", "/playbooks/executions/{id}", get_execution),
    ("GET", "/reports", list_reports),
    ("POST", "/reports/generate", generate_report),
    ("GET", "/reports/{id}", get_report),
    ("GET", "/reports/{id}/download", download_report),
    ("POST", "/ai/query", ask),
    ("POST", "/webhooks", register_webhook),
)


def _page(items: list[Any], query: Mapping[str, str], write: Callable[[Any], Any]) -> Listed:
    page, limit = _number(query, "page", 1), min(_number(query, "limit", 20), MOST_PER_PAGE)
    start = (page - 1) * limit
    return Listed([write(one) for one in items[start : start + limit]], page, limit, len(items))


def _sorted(events: list[Event], sort: str) -> list[Event]:
    name = sort.removeprefix("-")
    if name not in _EVENT_SORTS:
        raise invalid("sort", f"{name} is not a field to sort by")
    return sorted(events, key=_EVENT_SORTS[name], reverse=sort.startswith("-"))


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    told = query.get(name, "")
    if not told:
        return default
    if not told.isascii() or not told.isdigit() or not int(told):
        raise invalid(name, "must be a number from 1")
    return int(told)


def _moment(query: Mapping[str, str], name: str) -> float | None:
    if not query.get(name):
        return None
    try:
        return datetime.fromisoformat(query[name]).timestamp()
    except ValueError:
        raise invalid(name, "must be a time in ISO 8601") from None
