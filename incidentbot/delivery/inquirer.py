"""Asking NopeSight for one person, who waits: one try, and a reference number where it fails."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar
from uuid import uuid4

import structlog

from incidentbot.clients.errors import Absent, ClientError, Retryable, Unauthorised, Uncertain
from incidentbot.clients.nopesight import CiQuery, EventQuery, NopeSightClient
from incidentbot.domain.cmdb import Ci
from incidentbot.domain.impact import reached_from
from incidentbot.domain.inquiry import Ambiguous, CiInFull, Dependent, Findings, NotAnswered, Reason
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.nopesight import Page, Playbook, SystemStatus

T = TypeVar("T")

PAGE: Final = 5
PAGE_OF_CIS: Final = 10
SIMILAR: Final = 10
# Impact is followed so far; a business service is rarely further from a server, and every step costs a call.
HOPS: Final = 3
MOST_FOLLOWED: Final = 20
UNRESOLVED: Final = (EventStatus.OPEN, EventStatus.ACKNOWLEDGED)

log = structlog.get_logger(__name__)


class NopeSightInquirer:
    """Nothing here raises for what NopeSight does; it is logged under the number that the person is told."""

    def __init__(self, nopesight: NopeSightClient | None) -> None:
        self._nopesight = nopesight

    async def status(self) -> SystemStatus | NotAnswered:
        """How NopeSight is."""
        if self._nopesight is None:
            return NotAnswered("not_connected")
        return await _answered(self._nopesight.system_status())

    async def search(self, text: str, page: int, *, events: bool) -> Findings | NotAnswered:
        """What matches `text`; events and CIs are asked for at the same time."""
        if self._nopesight is None:
            return NotAnswered("not_connected")
        return await _answered(self._search(self._nopesight, text, page, events=events))

    async def _search(self, nopesight: NopeSightClient, text: str, page: int, *, events: bool) -> Findings:
        query = CiQuery(search=text, page=page, limit=PAGE if events else PAGE_OF_CIS)
        if not events:
            return Findings(await nopesight.search_cis(query))
        cis, found = await asyncio.gather(
            nopesight.search_cis(query), nopesight.list_events(EventQuery(search=text, page=page, limit=PAGE))
        )
        return Findings(cis, found)

    async def find_ci(self, name_or_id: str) -> Ci | Ambiguous | NotAnswered:
        """The one CI that is meant, as NopeSight has it now."""
        if self._nopesight is None:
            return NotAnswered("not_connected")
        return await _answered(self._find_ci(self._nopesight, name_or_id))

    async def _find_ci(self, nopesight: NopeSightClient, name_or_id: str) -> Ci | Ambiguous:
        found = await nopesight.find_cis(name_or_id)
        if len(found) == 1:
            return await nopesight.get_ci(found[0].id)
        if found:
            return Ambiguous(name_or_id, _refs(found), exact=True)
        return Ambiguous(name_or_id, _refs((await nopesight.search_cis(CiQuery(name_or_id, limit=SIMILAR))).items))

    async def ci_in_full(self, name_or_id: str) -> CiInFull | Ambiguous | NotAnswered:
        """The CI with what is around it; what cannot be had of that is left out."""
        ci = await self.find_ci(name_or_id)
        if self._nopesight is None or not isinstance(ci, Ci):
            return ci if not isinstance(ci, Ci) else NotAnswered("not_connected")
        nopesight = self._nopesight
        unresolved = EventQuery(statuses=UNRESOLVED, ci_id=ci.id, limit=PAGE)
        owners, relationships, events = await asyncio.gather(
            _answered(nopesight.owners_of(ci.id)),
            _answered(nopesight.relationships(ci)),
            _answered(nopesight.list_events(unresolved)),
        )
        known = None if isinstance(relationships, NotAnswered) else relationships
        dependents, more = await self._dependents(nopesight, ci.id, reached_from(ci.id, known or ()))
        return CiInFull(
            ci,
            None if isinstance(owners, NotAnswered) else owners,
            known,
            None if isinstance(events, NotAnswered) else _about(ci, events),
            dependents,
            more,
        )

    async def _dependents(
        self, nopesight: NopeSightClient, ci_id: str, nearest: tuple[CiRef, ...]
    ) -> tuple[tuple[Dependent, ...], bool]:
        """What stands on the CI, hop by hop, and whether there may be more than that."""
        found = {one.id: Dependent(one, 1) for one in nearest}
        followed, edge = 0, nearest
        for hops in range(2, HOPS + 1):
            edge, left = edge[: MOST_FOLLOWED - followed], edge[MOST_FOLLOWED - followed :]
            followed += len(edge)
            steps = await asyncio.gather(*(_answered(self._reached_from(nopesight, one.id)) for one in edge))
            if left or any(isinstance(step, NotAnswered) for step in steps):
                return tuple(found.values()), True
            reached = [ref for step in steps if not isinstance(step, NotAnswered) for ref in step]
            edge = tuple({ref.id: ref for ref in reached if ref.id not in found and ref.id != ci_id}.values())
            found.update({ref.id: Dependent(ref, hops) for ref in edge})
        return tuple(found.values()), bool(edge)

    async def _reached_from(self, nopesight: NopeSightClient, ci_id: str) -> tuple[CiRef, ...]:
        # Only the id of the CI is needed: where there is no list of relationships, nothing is known of its dependents.
        return reached_from(ci_id, await nopesight.relationships(Ci(ci_id, "", "", "", "")))

    async def playbooks(self, event_id: str) -> Page[Playbook] | NotAnswered:
        """The playbooks that suit the event."""
        if self._nopesight is None:
            return NotAnswered("not_connected")
        return await _answered(self._nopesight.playbooks(event_id))


def _about(ci: Ci, page: Page[MonitoringEvent]) -> Page[MonitoringEvent]:
    """The page without what was not asked for: a NopeSight that does not know a filter ignores it."""
    about = tuple(
        event
        for event in page.items
        if event.status in UNRESOLVED and any(ci.id == one.id or ci.name == one.name for one in event.cis)
    )
    return page if len(about) == len(page.items) else Page(about, 1, page.limit, len(about))


def _refs(cis: tuple[Ci, ...]) -> tuple[CiRef, ...]:
    return tuple(CiRef(ci.id, ci.name, ci.type) for ci in cis[:SIMILAR])


async def _answered(call: Awaitable[T]) -> T | NotAnswered:
    try:
        return await call
    except ClientError as error:
        return not_answered(error)


def not_answered(error: ClientError) -> NotAnswered:
    """What a person is told of the failure; the log has the rest under the same number."""
    number = uuid4().hex[:8].upper()
    reason = _reason(error)
    log.warning("nopesight.not_answered", number=number, kind=reason, reason=error.reason)
    return NotAnswered(reason, number)


def _reason(error: ClientError) -> Reason:
    match error:
        case Unauthorised():
            return "token_refused"
        case Absent():
            return "not_there"
        case Retryable(after=after) if after is not None:
            return "busy"
        case Retryable() | Uncertain():
            return "unreachable"
        case _:
            return "refused"
