"""The configuration items of the company, as NopeSight keeps them."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from incidentbot.sandbox.company import CIS, PEOPLE, CompanyCi
from incidentbot.sandbox.nopesight.dialects import Dialect, write_ci, write_relationship
from incidentbot.sandbox.nopesight.records import Ci, user_of
from incidentbot.sandbox.nopesight.refusals import Refused, conflict, invalid, not_found

STATUSES = ("active", "inactive", "maintenance")
_EDITABLE = {"name", "type", "status", "description", "attributes", "custom_fields", "updated_by"}
_DAY = 86_400.0


class Cmdb:
    """CIs by id. `owners_shown` is where owners can be read besides their list: relationship, custom_field."""

    def __init__(self, now: Callable[[], float], cis: tuple[CompanyCi, ...] = CIS) -> None:
        self._now = now
        self._cis = {one.id: _stocked(one, now()) for one in cis}
        self.owners_shown = "relationship"

    def all(self) -> list[Ci]:
        """Every CI, by name."""
        return sorted(self._cis.values(), key=lambda ci: ci.name.casefold())

    def get(self, ci_id: str) -> Ci:
        """The CI with this id; refused if there is none."""
        if ci_id not in self._cis:
            raise not_found(f"Configuration item {ci_id}")
        return self._cis[ci_id]

    def named(self, name_or_id: str) -> Ci:
        """The CI with this id or name (any case); refused if there is none."""
        for ci in self._cis.values():
            if name_or_id.casefold() in (ci.id.casefold(), ci.name.casefold()):
                return ci
        raise not_found(f"Configuration item {name_or_id}")

    def known(self, ci_ids: tuple[str, ...]) -> list[Ci]:
        """Those of the CIs that there are."""
        return [self._cis[one] for one in ci_ids if one in self._cis]

    def add(self, ci: Ci) -> Ci:
        """One more CI, or another one under the same id."""
        self._cis[ci.id] = ci
        return ci

    def edit(self, ci_id: str, by: str = "discovery@acme.example", **changes: Any) -> Ci:
        """Change a CI here, as somebody at NopeSight's own screen would; its `updated_at` moves."""
        return self.add(_touched(replace(self.get(ci_id), **changes), self._now(), by))

    def put(self, ci_id: str, body: dict[str, Any], if_match: str) -> Ci:
        """Change a CI as a call asks: what the body names is replaced, the rest stays."""
        present = self.get(ci_id)
        shown = write_ci(present, Dialect.CLOUD, [], whole=True)["updated_at"]
        if if_match and if_match.strip('"') != shown:
            refusal = conflict("the configuration item was changed meanwhile", current=shown)
            raise Refused(412, refusal.code, refusal.message, refusal.details)
        _check(body)
        changes = {name: value for name, value in body.items() if name != "updated_by"}
        return self.edit(ci_id, str(body.get("updated_by") or "api"), **changes)

    def search(self, text: str, kind: str, status: str) -> list[Ci]:
        """CIs whose name or description has this text, of this type and status (each may be empty)."""
        found = self.all()
        return [
            ci
            for ci in found
            if text.casefold() in f"{ci.name} {ci.description}".casefold()
            and kind in ("", ci.type)
            and status in ("", ci.status)
        ]

    def write(self, ci: Ci, dialect: Dialect, *, whole: bool = True) -> dict[str, Any]:
        """A CI as this dialect writes it."""
        told = write_ci(ci, dialect, self.relationships(ci, dialect), whole=whole)
        if self.owners_shown == "custom_field" and ci.owners:
            key = "customFields" if dialect is Dialect.INSTANCE else "custom_fields"
            told[key] = {**told[key], "owner_email": ci.owners[0][0].email}
        return told

    def relationships(self, ci: Ci, dialect: Dialect) -> list[dict[str, Any]]:
        """What the CI stands on and, if they are shown so, who owns it."""
        targets = [("depends_on", (one.id, one.name), "") for one in self.known(ci.depends_on)]
        if self.owners_shown == "relationship":
            targets += [("owned_by", (one.id, one.name), one.email) for one, _ in ci.owners]
        told = []
        for number, (kind, target, email) in enumerate(targets, 1):
            written = write_relationship(f"rel_{ci.id}_{number}", kind, target, dialect)
            told.append(written | ({"target_email": email} if email else {}))
        return told

    def owners(self, ci: Ci) -> list[dict[str, Any]]:
        """The owners' list of a CI."""
        team = ci.custom_fields.get("department", "")
        return [
            {"id": one.id, "name": one.name, "email": one.email, "role": role, "team": team, "via": "relationship"}
            for one, role in ci.owners
        ]

    def depending_on(self, ci_id: str) -> list[Ci]:
        """CIs that stand on this one."""
        return [ci for ci in self.all() if ci_id in ci.depends_on]


def _check(body: dict[str, Any]) -> None:
    for name, value in body.items():
        if name not in _EDITABLE:
            raise invalid(name, "is not a field that can be changed")
        if name in ("attributes", "custom_fields") and not isinstance(value, dict):
            raise invalid(name, "must be an object")
    if "status" in body and body["status"] not in STATUSES:
        raise invalid("status", f"must be one of {', '.join(STATUSES)}")
    if "name" in body and not str(body["name"]).strip():
        raise invalid("name", "must not be empty")


def _touched(ci: Ci, moment: float, by: str) -> Ci:
    """Two changes within a millisecond are still two: each version has its own time."""
    return replace(ci, updated_at=max(moment, ci.updated_at + 0.001), updated_by=by, revision=ci.revision + 1)


def _stocked(one: CompanyCi, moment: float) -> Ci:
    """A CI with the attributes that a discovery would have found, always the same for the same CI."""
    seed = zlib.crc32(one.id.encode())
    people = {person.key: person for person in PEOPLE}
    roles = ("owner", "technical_owner", "on_call")
    owners = tuple((user_of(people[key]), roles[min(place, 2)]) for place, key in enumerate(one.owners))
    return Ci(
        id=one.id,
        name=one.name,
        type=one.type,
        status="active",
        created_at=moment - 200 * _DAY,
        updated_at=moment - 2 * _DAY,
        description=f"{one.service}, {one.environment}",
        attributes=_attributes(one.type, seed),
        custom_fields={
            "department": one.department,
            "environment": one.environment,
            "service": one.service,
            "cost_center": f"CC-{1000 + seed % 9000}",
        },
        owners=owners,
        depends_on=one.depends_on,
    )


def _attributes(kind: str, seed: int) -> dict[str, Any]:
    address = f"10.20.{seed % 200}.{seed // 200 % 250 + 1}"
    if kind == "server":
        cores = 4 << seed % 3
        return {"os": "Ubuntu 24.04", "ip_address": address, "cpu_cores": cores, "memory_gb": cores * 4, "disk_gb": 500}
    if kind == "database":
        return {"engine": "PostgreSQL 17", "ip_address": address, "memory_gb": 128, "disk_gb": 4000}
    if kind == "network":
        return {"manufacturer": "Arista", "model": f"7050-{seed % 90 + 10}", "ip_address": address}
    return {"criticality": "high" if seed % 2 else "medium"}
