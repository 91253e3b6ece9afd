"""NopeSight's answers as our types: pure, tolerant of kinds and spellings, BadShape where nothing can be made of it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from incidentbot.clients.nopesight.envelope import RawPage
from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.cmdb import Ci, Owner, Relationship
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.nopesight import (
    AiAnswer,
    Execution,
    Page,
    Playbook,
    PlaybookParameter,
    PlaybookStep,
    ProposedAction,
    Report,
    SystemStatus,
    Table,
)
from incidentbot.domain.text import clean_text

T = TypeVar("T")
Raw = Mapping[str, object]

RISKS: Final = ("low", "medium", "high")
MOST_ROWS: Final = 200
MOST_COLUMNS: Final = 20
CELL: Final = 300
ANSWER: Final = 12_000
URL: Final = 2_000


def read_page(raw: RawPage, read: Callable[[Raw], T]) -> Page[T]:
    """Each item of the page as `read` understands it; what it cannot read is left out and counted."""
    found: list[T] = []
    for item in raw.items:
        try:
            found.append(read(item))
        except BadShape:
            continue
    return Page(tuple(found), raw.page, raw.limit, max(raw.total, len(found)), len(raw.items) - len(found))


def read_ci(raw: Raw) -> Ci:
    """A configuration item, alone or as a member of a list."""
    ci_id = fields.required_id(raw, "id", "_id", path="ci.id")
    name = fields.line(raw, "name") or ci_id
    return Ci(
        id=ci_id,
        name=name,
        type=fields.word(raw, "type"),
        status=fields.word(raw, "status"),
        version=fields.line(raw, "updatedAt"),
        updated_at=fields.moment(raw, "updatedAt"),
        description=fields.text(raw, "description"),
        attributes=fields.nested(raw, "attributes"),
        custom_fields=fields.nested(raw, "customFields"),
        relationships=tuple(read_relationship(item, ci_id, name) for item in fields.objects(raw, "relationships")),
    )


def read_relationship(raw: Raw, ci_id: str, ci_name: str = "") -> Relationship:
    """A relationship, as a CI lists its own (`target_ci`) or as the database keeps it (`source`, `target`)."""
    source = _end(raw, "source", "sourceIdentifier")
    target = _end(raw, "target", "targetIdentifier")
    target_id = _line(raw, "targetCi", "targetId") or target.id
    return Relationship(
        id=_line(raw, "id", "_id"),
        type=fields.word(raw, "type"),
        source_id=_line(raw, "sourceCi", "sourceId") or source.id or ci_id,
        source_name=_line(raw, "sourceName") or source.name or ci_name,
        target_id=target_id,
        target_name=_line(raw, "targetName") or target.name or target_id,
        target_email=_line(raw, "targetEmail", "email") or target.email,
    )


def read_owner(raw: Raw) -> Owner:
    """A member of the owners' list; without name and e-mail address it cannot be read."""
    name, email = _line(raw, "name"), _line(raw, "email").lower()
    if not (name or email):
        raise BadShape("owner.email", "a name or an e-mail address")
    role, via = fields.word(raw, "role"), fields.word(raw, "via")
    return Owner(name or email, email, role or "owner", via or "relationship", _line(raw, "team"))


def read_system_status(raw: Raw) -> SystemStatus:
    """The system's status as its own path tells it."""
    api, agents = fields.nested(raw, "api"), fields.nested(raw, "agents")
    return SystemStatus(
        status=fields.word(api, "status") or "degraded",
        response_milliseconds=max(0, fields.integer(api, "responseTime")),
        open_events=max(0, fields.integer(fields.nested(raw, "events"), "open")),
        active_agents=fields.integer(agents, "active") if agents else None,
        all_agents=fields.integer(agents, "total") if agents else None,
    )


def read_playbook(raw: Raw) -> Playbook:
    """A playbook; where no risk is told, the highest is assumed."""
    playbook_id = fields.required_id(raw, "id", "_id", path="playbook.id")
    return Playbook(
        id=playbook_id,
        name=_line(raw, "name") or playbook_id,
        description=fields.text(raw, "description"),
        risk=_risk(raw),
        requires_approval=fields.boolean(raw, "requiresApproval"),
        parameters=tuple(_parameter(item) for item in fields.objects(raw, "parameters", limit=50) if item.get("name")),
    )


def read_execution(raw: Raw) -> Execution:
    """A started playbook, as starting it or asking after it tells."""
    return Execution(
        id=fields.required_id(raw, "executionId", "id", "_id", path="execution.id"),
        status=fields.word(raw, "status") or "queued",
        playbook_id=_line(raw, "playbookId"),
        event_id=_line(raw, "eventId"),
        progress=min(100, max(0, fields.integer(raw, "progress"))),
        steps=tuple(
            PlaybookStep(_line(item, "name"), fields.word(item, "status"), fields.text(item, "output"))
            for item in fields.objects(raw, "steps", limit=100)
        ),
        started_at=fields.moment(raw, "startedAt"),
        finished_at=fields.moment(raw, "finishedAt"),
        summary=fields.text(fields.nested(raw, "result"), "summary"),
        error=_told(raw, "error"),
    )


def read_report(raw: Raw) -> Report:
    """A report; one that has a PDF and says nothing of its status is ready."""
    pdf_url = fields.line(raw, "pdfUrl", limit=URL)
    return Report(
        id=fields.required_id(raw, "id", "_id", "reportId", path="report.id"),
        status=fields.word(raw, "status") or ("ready" if pdf_url else "pending"),
        name=_line(raw, "name"),
        type=fields.word(raw, "type"),
        period=_line(raw, "period"),
        summary=fields.text(raw, "summary"),
        preview_url=fields.line(raw, "previewUrl", limit=URL),
        pdf_url=pdf_url,
        web_url=fields.line(raw, "webUrl", limit=URL),
        created_at=fields.moment(raw, "createdAt"),
        error=_told(raw, "error"),
    )


def read_ai_answer(raw: Raw) -> AiAnswer:
    """An answer of any kind; what is neither data nor an action is text."""
    kind = fields.word(raw, "type")
    answer = fields.text(raw, "answer", limit=ANSWER)
    table = _table(fields.find(raw, "data")) if kind == "data" else None
    action = _action(fields.nested(raw, "action")) if kind == "action" else None
    if not answer and table is None and action is None:
        raise BadShape("answer", "an answer, data or an action")
    return AiAnswer(answer, table, action)


def _action(raw: Raw) -> ProposedAction | None:
    name = fields.word(raw, "name")
    if not name:
        return None
    description = fields.text(raw, "description")
    return ProposedAction(_line(raw, "id"), name, description, fields.nested(raw, "parameters"), _risk(raw))


def _table(value: object) -> Table | None:
    """`{columns, rows}`, or a list of objects, whose keys are the columns in order of appearance."""
    if isinstance(value, Mapping):
        columns = tuple(_cell(name) for name in fields.items(value, "columns", limit=MOST_COLUMNS))
        rows = [row for row in fields.items(value, "rows", limit=MOST_ROWS) if isinstance(row, list)]
        told = tuple(_row(row, len(columns)) for row in rows)
        return Table(columns, told, max(fields.integer(value, "total"), len(told))) if columns else None
    if not isinstance(value, list):
        return None
    records = [item for item in value if isinstance(item, Mapping)]
    keys = tuple(dict.fromkeys(key for item in records[:MOST_ROWS] for key in item))[:MOST_COLUMNS]
    cells = tuple(tuple(_cell(item.get(key)) for key in keys) for item in records[:MOST_ROWS])
    return Table(tuple(_cell(key) for key in keys), cells, len(records)) if keys else None


def _row(values: list[object], width: int) -> tuple[str, ...]:
    cells = [_cell(value) for value in values[:width]]
    return tuple(cells + [""] * (width - len(cells)))


def _cell(value: object) -> str:
    return clean_text(fields.as_text(value), CELL)


def _parameter(raw: Raw) -> PlaybookParameter:
    kind = fields.word(raw, "type") or "string"
    return PlaybookParameter(_line(raw, "name"), kind, fields.boolean(raw, "required"), _line(raw, "default"))


def _risk(raw: Raw) -> str:
    risk = fields.word(raw, "risk")
    return risk if risk in RISKS else "high"


def _told(raw: Raw, name: str) -> str:
    """An error as text, or the message of one that is an object."""
    return fields.text(raw, name) or fields.text(fields.nested(raw, name), "message")


class _End:
    """One end of a relationship: an object with more or less in it, or a bare id."""

    def __init__(self, value: object) -> None:
        raw = value if isinstance(value, Mapping) else {"id": value}
        self.id = _line(raw, "id", "_id")
        self.name = _line(raw, "name")
        self.email = _line(raw, "email") or _line(fields.nested(raw, "attributes"), "email")


def _end(raw: Raw, *names: str) -> _End:
    return _End(fields.find(raw, *names))


def _line(raw: Raw, *names: str) -> str:
    return fields.line(raw, *names, limit=fields.ID_LENGTH)
