"""What this NopeSight keeps: events, configuration items, executions, reports, and who calls it."""

from dataclasses import dataclass, field
from typing import Any

from incidentbot.sandbox.company import PEOPLE, CompanyPerson


@dataclass(frozen=True, slots=True)
class User:
    """Somebody as NopeSight knows them; `source` is where they acted ("slack", "nopesight", …)."""

    name: str
    email: str = ""
    id: str = ""
    source: str = "nopesight"
    external_id: str = ""


def user_of(person: CompanyPerson) -> User:
    """A person of the company as a NopeSight user."""
    return User(person.name, person.email, f"usr_{person.key}")


def user(key_or_email: str) -> User:
    """A user by the key or e-mail address of a person of the company, or somebody unknown with that name."""
    for person in PEOPLE:
        if key_or_email in (person.key, person.email):
            return user_of(person)
    return User(key_or_email, key_or_email if "@" in key_or_email else "")


@dataclass(slots=True)
class Event:
    """A monitoring event. `severity` is one of NopeSight's five words; times are epoch seconds."""

    id: str
    event_id: str
    title: str
    severity: str
    created_at: float
    source: str = "zabbix"
    source_id: str = ""
    status: str = "open"
    description: str = ""
    category: str = "infrastructure"
    service: str = ""
    environment: str = ""
    hostname: str = ""
    department: str = ""
    ci_ids: tuple[str, ...] = ()
    correlation_id: str = ""
    signature: str = ""
    occurrences: int = 1
    last_occurrence: float = 0.0
    assigned_to: User | None = None
    acknowledged_by: User | None = None
    acknowledged_at: float | None = None
    resolved_by: User | None = None
    resolved_at: float | None = None
    resolution_notes: str = ""
    ai_summary: str = ""
    recommended_action: str = ""
    anomaly_score: int = 0
    tags: tuple[str, ...] = ()
    updated_at: float = 0.0
    comments: list["Comment"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an event."""

    id: str
    text: str
    author: User
    created_at: float


@dataclass(slots=True)
class Ci:
    """A configuration item. `owners` are people with their role; `depends_on` are ids of other items."""

    id: str
    name: str
    type: str
    status: str
    updated_at: float
    created_at: float
    description: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    custom_fields: dict[str, Any] = field(default_factory=dict)
    owners: tuple[tuple[User, str], ...] = ()
    depends_on: tuple[str, ...] = ()
    updated_by: str = "discovery@acme.example"
    revision: int = 0


@dataclass(slots=True)
class Execution:
    """A playbook that was started. What it is doing now follows from the clock."""

    id: str
    playbook_id: str
    event_id: str
    started_at: float
    actor: User
    dry_run: bool = False
    fails: bool = False
    awaiting_approval: bool = False
    cancelled: bool = False


@dataclass(slots=True)
class Report:
    """A report that was ordered. Whether it is ready follows from the clock."""

    id: str
    type: str
    period: str
    created_at: float
    fails: bool = False


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call that somebody made, for tests and the page. `status` 0: the caller never saw the answer."""

    number: int
    operation: str
    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int
    at: float
    request_id: str = ""
    idempotency_key: str = ""
