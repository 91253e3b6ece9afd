"""NopeSight as listeners may ask it: only after they acknowledged, since it may take its time."""

from typing import Protocol

from incidentbot.domain.cmdb import Ci
from incidentbot.domain.inquiry import Ambiguous, CiInFull, Findings, NotAnswered
from incidentbot.domain.nopesight import Page, Playbook, SystemStatus


class Inquirer(Protocol):
    """Asks NopeSight. Nothing here raises for what NopeSight does; the answer then is NotAnswered."""

    async def status(self) -> SystemStatus | NotAnswered:
        """How NopeSight is."""
        ...

    async def search(self, text: str, page: int, *, events: bool) -> Findings | NotAnswered:
        """Page `page` (from 1) of the CIs, and with `events` of the events, that match `text`."""
        ...

    async def find_ci(self, name_or_id: str) -> Ci | Ambiguous | NotAnswered:
        """The one CI with this id or, in any case, this name."""
        ...

    async def ci_in_full(self, name_or_id: str) -> CiInFull | Ambiguous | NotAnswered:
        """The same with its owners, its relationships, its unresolved events, and what depends on it."""
        ...

    async def playbooks(self, event_id: str) -> Page[Playbook] | NotAnswered:
        """The playbooks that suit an event."""
        ...
