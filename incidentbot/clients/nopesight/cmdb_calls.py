"""Calls about configuration items: search, read, update, relationships, owners."""

import re
from functools import partial
from typing import Final

from incidentbot.clients.errors import Absent, ClientError, Conflict
from incidentbot.clients.nopesight import owners
from incidentbot.clients.nopesight.config import NopeSightConfig
from incidentbot.clients.nopesight.failures import Repeat
from incidentbot.clients.nopesight.reading import read_ci, read_owner, read_page, read_relationship
from incidentbot.clients.nopesight.requests import CiQuery, ci_body
from incidentbot.clients.nopesight.wire import Call, Wire
from incidentbot.domain.cmdb import Ci, CiChange, Owner, Relationship
from incidentbot.domain.nopesight import Page

_CI_ID: Final = re.compile(r"ci_\w+|[0-9a-f]{24}", re.IGNORECASE | re.ASCII)
# Owners are looked up while somebody waits to be told: of a CI that stands on many others a few are enough.
MOST_HOPS: Final = 5


class CiConflict(Conflict):
    """Somebody changed the CI meanwhile; `ci` is what it is now."""

    def __init__(self, refusal: Conflict, ci: Ci) -> None:
        super().__init__(refusal.reason, refusal.code, refusal.details)
        self.ci: Final = ci


class CmdbCalls:
    """Calls about CIs; each is one request unless it says otherwise."""

    def __init__(self, config: NopeSightConfig, wire: Wire) -> None:
        self._config = config
        self._wire = wire

    async def search_cis(self, query: CiQuery) -> Page[Ci]:
        """One page of CIs by name."""
        call = Call("GET", "cis", params=query.params())
        return await self._wire.page(call, query.limit, partial(read_page, read=read_ci))

    async def get_ci(self, ci_id: str) -> Ci:
        """The CI with its attributes and relationships; Absent if there is none."""
        return await self._wire.object(Call("GET", "ci", ci_id), read_ci)

    async def find_cis(self, name_or_id: str) -> tuple[Ci, ...]:
        """The CI with this id, or all whose name is exactly this in any case; empty if there is none."""
        try:
            if _CI_ID.fullmatch(name_or_id):
                return (await self.get_ci(name_or_id),)
        except Absent:
            # A name may look like an id.
            pass
        found = await self.search_cis(CiQuery(search=name_or_id, limit=100))
        return tuple(ci for ci in found.items if ci.name.casefold() == name_or_id.strip().casefold())

    async def update_ci(self, ci_id: str, change: CiChange, version: str, actor_email: str) -> Ci:
        """The CI with the change made, if its `version` is still the one that the person saw; else CiConflict.

        Reads, compares and writes: two requests.
        """
        raw, present = await self._wire.object(Call("GET", "ci", ci_id), lambda raw: (raw, read_ci(raw)))
        if present.version != version:
            raise CiConflict(Conflict("the CI was changed meanwhile", "CONFLICT"), present)
        body = ci_body(raw, change, actor_email)
        headers = {"If-Match": f'"{version}"'}
        call = Call("PUT", "ci", ci_id, body=body, headers=headers, repeat=Repeat.HARMFUL)
        try:
            return await self._wire.object(call, read_ci)
        except Conflict as refusal:
            raise await self._settled(ci_id, refusal) from refusal

    async def relationships(self, ci: Ci) -> tuple[Relationship, ...]:
        """All relationships of the CI, both ways; where NopeSight has no list of them, those that the CI names."""
        call = Call("GET", "ci_relationships", ci.id, params={"limit": "100"})
        try:
            found = await self._wire.page(call, 100, lambda page: page.items)
        except Absent:
            return ci.relationships
        return tuple(read_relationship(item, ci.id, ci.name) for item in found if item)

    async def owners_of(self, ci_id: str) -> tuple[Owner, ...]:
        """Who answers for the CI, each once; empty if nobody is known. Absent if there is no such CI.

        NopeSight's own list where it has one. Otherwise, stopping at the first that yields an address: people that it
        is owned or managed by; its fields; the CIs that it stands on; its department. Without any address, those known
        by name.
        """
        try:
            listed = await self._wire.page(Call("GET", "ci_owners", ci_id), 100, partial(read_page, read=read_owner))
        except Absent:
            return await self._derived_owners(ci_id)
        return owners.once_each(listed.items)

    async def _derived_owners(self, ci_id: str) -> tuple[Owner, ...]:
        ci = await self.get_ci(ci_id)
        known = await self.relationships(ci)
        found = await self._direct_owners(ci, known)
        for foundation in owners.foundations(ci, known)[:MOST_HOPS]:
            if owners.reachable(found):
                return found
            found += await self._owners_below(foundation)
        if not owners.reachable(found):
            found += owners.owners_of_department(ci, self._config.owners_by_department)
        return owners.once_each(found)

    async def _direct_owners(self, ci: Ci, known: tuple[Relationship, ...]) -> tuple[Owner, ...]:
        named: list[Owner] = []
        for item, role in owners.responsible(ci, known):
            target = None if item.target_email else await self._ci_or_none(item.target_id)
            named.append(owners.owner_of_target(item, role, target))
        if owners.reachable(named):
            return owners.once_each(named)
        return owners.once_each([*named, *owners.owners_in_fields(ci)])

    async def _owners_below(self, ci_id: str) -> tuple[Owner, ...]:
        ci = await self._ci_or_none(ci_id)
        if ci is None:
            return ()
        return owners.through(ci, await self._direct_owners(ci, await self.relationships(ci)))

    async def _ci_or_none(self, ci_id: str) -> Ci | None:
        """A CI that something else refers to: that it is gone does not matter."""
        try:
            return await self.get_ci(ci_id) if ci_id else None
        except Absent:
            return None

    async def _settled(self, ci_id: str, refusal: Conflict) -> Conflict:
        try:
            return CiConflict(refusal, await self.get_ci(ci_id))
        except ClientError:
            return refusal
