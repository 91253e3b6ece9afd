"""Calls about everything else: system status, playbooks, reports, questions in words, webhooks."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from incidentbot.clients.errors import Absent
from incidentbot.clients.nopesight.download import Downloads
from incidentbot.clients.nopesight.failures import Repeat
from incidentbot.clients.nopesight.reading import (
    read_ai_answer,
    read_execution,
    read_page,
    read_playbook,
    read_report,
    read_system_status,
)
from incidentbot.clients.nopesight.requests import PlaybookRun, Question, actor_body
from incidentbot.clients.nopesight.wire import Call, Wire
from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.nopesight import AiAnswer, Execution, Page, Playbook, Report, SystemStatus
from incidentbot.domain.nopesight_event import EventActor

AI_SECONDS: Final = 30.0
WEBHOOK_EVENTS: Final = ("event.created", "event.updated", "event.resolved")


class AutomationCalls:
    """Calls about what NopeSight does by itself; each is one request unless it says otherwise."""

    def __init__(self, wire: Wire, downloads: Downloads, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._downloads = downloads
        self._now = now

    async def system_status(self) -> SystemStatus:
        """How NopeSight is: as it says itself, or measured by one small call where it does not say."""
        call = Call("GET", "system_status")
        try:
            return await self._wire.object(call, read_system_status)
        except Absent:
            return await self._measured_status()

    async def playbooks(self, event_id: str = "", page: int = 1, limit: int = 100) -> Page[Playbook]:
        """One page of playbooks, of those that suit the event if one is given."""
        params = {"page": str(page), "limit": str(limit)} | ({"eventId": event_id} if event_id else {})
        return await self._wire.page(
            Call("GET", "playbooks", params=params), limit, partial(read_page, read=read_playbook)
        )

    async def execute_playbook(self, run: PlaybookRun, idempotency_key: str) -> Execution:
        """The execution that was started; its progress is asked for by its id."""
        headers = {"Idempotency-Key": idempotency_key}
        call = Call(
            "POST", "playbook_execute", run.playbook_id, body=run.body(), headers=headers, repeat=Repeat.HARMFUL
        )
        return await self._wire.object(call, read_execution)

    async def execution(self, execution_id: str) -> Execution:
        """How far a started playbook is."""
        return await self._wire.object(Call("GET", "playbook_execution", execution_id), read_execution)

    async def reports(self, report_type: str = "", page: int = 1, limit: int = 20) -> Page[Report]:
        """One page of reports, of one type if it is given."""
        params = {"page": str(page), "limit": str(limit)} | ({"type": report_type} if report_type else {})
        return await self._wire.page(Call("GET", "reports", params=params), limit, partial(read_page, read=read_report))

    async def generate_report(self, report_type: str, period: str, actor: EventActor, idempotency_key: str) -> Report:
        """The report that was ordered, not yet ready as a rule."""
        body = {"type": report_type, "period": period, "format": "pdf", "actor": actor_body(actor)}
        headers = {"Idempotency-Key": idempotency_key}
        call = Call("POST", "report_generate", body=body, headers=headers, repeat=Repeat.HARMFUL)
        return await self._wire.object(call, read_report)

    async def report(self, report_id: str) -> Report:
        """The report as it is now."""
        return await self._wire.object(Call("GET", "report", report_id), read_report)

    async def download_report(self, report_id: str) -> bytes:
        """The report's PDF, at most 25 MiB. Follows at most one redirect, and never with our token."""
        return await self._downloads.pdf(report_id)

    async def ai_query(self, question: Question) -> AiAnswer:
        """The answer of NopeSight's AI within 30 s. Absent where it has none; Retryable while it is busy."""
        return await self._wire.object(
            Call("POST", "ai_query", body=question.body(), seconds=AI_SECONDS), read_ai_answer
        )

    async def register_webhook(self, url: str, secret: str, events: Sequence[str] = WEBHOOK_EVENTS) -> str:
        """The registration's id ("" if none is told). Absent where it has to be done by hand in NopeSight."""
        body = {"url": url, "events": list(events), "secret": secret}
        call = Call("POST", "webhooks", body=body, repeat=Repeat.HARMFUL)
        return await self._wire.object(call, lambda raw: fields.line(raw, "id", "_id", limit=fields.ID_LENGTH))

    async def _measured_status(self) -> SystemStatus:
        started = self._now()
        call = Call("GET", "events", params={"status": "open", "limit": "1"})
        total = await self._wire.page(call, 1, lambda page: page.total)
        took = (self._now() - started) / timedelta(milliseconds=1)
        return SystemStatus("operational", max(0, round(took)), total)
