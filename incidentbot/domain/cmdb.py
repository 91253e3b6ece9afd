"""Configuration items (CIs) of NopeSight's CMDB, what they stand on, and who answers for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Relationship:
    """From one CI to another. `type` is lower case with underscores (depends_on, runs_on, owned_by).

    `target_email` is set where the target is a person or a team that has an address.
    """

    id: str
    type: str
    source_id: str
    source_name: str
    target_id: str
    target_name: str
    target_email: str = ""


@dataclass(frozen=True, slots=True)
class Ci:
    """A configuration item. `version` is its `updated_at` exactly as told: what an update is checked against.

    `attributes` and `custom_fields` are NopeSight's own, with values of any JSON type, texts as they came.
    """

    id: str
    name: str
    type: str
    status: str
    version: str
    updated_at: datetime | None = None
    description: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    custom_fields: Mapping[str, object] = field(default_factory=dict)
    relationships: tuple[Relationship, ...] = ()

    @property
    def department(self) -> str:
        """The department that the CI belongs to, or ""."""
        value = self.custom_fields.get("department") or self.attributes.get("department")
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class CiChange:
    """What is to become different about a CI; what is None or not named stays as it is."""

    name: str | None = None
    status: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    custom_fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owner:
    """A person responsible for a CI. `email` may be empty: then the person is named, never guessed.

    `role` is owner, technical_owner, manager or on_call. `via` says how we know: relationship, custom_field,
    business_service, department, dependency (a CI that this one stands on) or assignment (the event's assignee).
    """

    name: str
    email: str
    role: str = "owner"
    via: str = "relationship"
    team: str = ""
