"""Who answers for a CI where NopeSight has no list of owners: what can be told from the CI itself. Pure.

Editors (`created_by`, `updated_by`) are never taken for owners.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.cmdb import Ci, Owner, Relationship

# Types of relationship that name who is responsible, and the role that each means.
RESPONSIBLE: Final[Mapping[str, str]] = {"owned_by": "owner", "managed_by": "manager"}
STANDS_ON: Final = ("depends_on", "runs_on")
# Fields that may hold an address, best first, and the role that each means.
FIELDS: Final[Mapping[str, str]] = {
    "owner_email": "owner",
    "owner": "owner",
    "technical_owner_email": "technical_owner",
    "technical_owner": "technical_owner",
    "support_email": "on_call",
}
_EMAIL: Final = r"[^\s<>@,;]+@[^\s<>@,;]+\.[^\s<>@,;]+"
_ADDRESS: Final = re.compile(rf"(?P<name>[^<>@]*)<(?P<named>{_EMAIL})>|(?P<bare>{_EMAIL})")


def responsible(ci: Ci, relationships: Sequence[Relationship]) -> tuple[tuple[Relationship, str], ...]:
    """The relationships of this CI that say who is responsible, each with the role."""
    return tuple(
        (item, RESPONSIBLE[item.type])
        for item in relationships
        if item.type in RESPONSIBLE and item.source_id in (ci.id, "")
    )


def foundations(ci: Ci, relationships: Sequence[Relationship]) -> tuple[str, ...]:
    """Ids of the CIs that this one stands on, one hop."""
    found = (item.target_id for item in relationships if item.type in STANDS_ON and item.source_id in (ci.id, ""))
    return tuple(dict.fromkeys(target for target in found if target and target != ci.id))


def owner_of_target(item: Relationship, role: str, target: Ci | None) -> Owner:
    """The person or team at the end of a relationship; the address is the relationship's, or its CI's `email`."""
    email = item.target_email or (fields.line(target.attributes, "email") if target else "")
    return Owner(item.target_name or email, email.lower(), role, "relationship")


def owners_in_fields(ci: Ci) -> tuple[Owner, ...]:
    """Everybody whom the CI's fields name: with an address where there is one, by name alone otherwise."""
    found: list[Owner] = []
    for holder in (ci.custom_fields, ci.attributes):
        for name, role in FIELDS.items():
            found.extend(_people(fields.line(holder, name), role))
    return once_each(found)


def owners_of_department(ci: Ci, addresses: Mapping[str, tuple[str, ...]]) -> tuple[Owner, ...]:
    """Who answers for the CI's department, by the operator's own setting (department names in any case)."""
    by_name = {name.casefold(): emails for name, emails in addresses.items()}
    emails = by_name.get(ci.department.casefold(), ()) if ci.department else ()
    return tuple(Owner(email, email.lower(), "owner", "department", ci.department) for email in emails)


def through(ci: Ci, owners: Sequence[Owner]) -> tuple[Owner, ...]:
    """Owners of a CI that another one stands on, as that other one's."""
    return tuple(replace(owner, via="dependency", team=owner.team or ci.name) for owner in owners)


def reachable(owners: Sequence[Owner]) -> bool:
    """Whether at least one of them has an address."""
    return any(owner.email for owner in owners)


def once_each(owners: Sequence[Owner]) -> tuple[Owner, ...]:
    """Each person once, by the first mention; somebody without an address is known by name."""
    found: dict[str, Owner] = {}
    for owner in owners:
        found.setdefault(owner.email or owner.name, owner)
    return tuple(found.values())


def _people(value: str, role: str) -> list[Owner]:
    """The people named in one field: addresses, `Name <address>`, several with commas or semicolons, or a bare name."""
    people = []
    for part in re.split(r"[;,]", value):
        match = _ADDRESS.fullmatch(part.strip())
        if match:
            email = (match["named"] or match["bare"]).lower()
            people.append(Owner((match["name"] or "").strip() or email, email, role, "custom_field"))
        elif part.strip():
            people.append(Owner(part.strip(), "", role, "custom_field"))
    return people
