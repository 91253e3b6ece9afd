"""Whether the process lives, and whether it can work."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from incidentbot.queries import slack_problems, workspace
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.web.parts import Check, WebParts

CHECK_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Finding:
    check: Check
    problem: str

    @property
    def prevents(self) -> bool:
        return self.check.needed and bool(self.problem)

    def __str__(self) -> str:
        verdict = "ok" if not self.problem else f"{'failing' if self.check.needed else 'degraded'}: {self.problem}"
        return f"{self.check.name}: {verdict}"


class Health:
    """/healthz answers as long as the process does; /readyz asks the database and everything else first."""

    def __init__(self, parts: WebParts, *, seconds: float = CHECK_SECONDS) -> None:
        self._checks = (_database(parts.store), _slack(parts.store), *parts.checks)
        self._seconds = seconds

    def routes(self) -> list[Route]:
        """Both paths."""
        return [Route("/healthz", self.alive), Route("/readyz", self.ready)]

    async def alive(self, _request: Request) -> Response:
        """200 and nothing more."""
        return PlainTextResponse("ok\n")

    async def ready(self, _request: Request) -> Response:
        """A line a dependency; 503 where one that is needed fails."""
        findings = await asyncio.gather(*(self._find(check) for check in self._checks))
        text = "".join(f"{finding}\n" for finding in findings)
        return PlainTextResponse(text, 503 if any(finding.prevents for finding in findings) else 200)

    async def _find(self, check: Check) -> _Finding:
        try:
            async with asyncio.timeout(self._seconds):
                return _Finding(check, await check.probe())
        except TimeoutError:
            return _Finding(check, f"no answer within {self._seconds:g} s")


def _database(store: Store) -> Check:
    async def probe() -> str:
        try:
            await store.ask(workspace)
        except DatabaseUnavailable:
            return "it does not answer"
        return ""

    return Check("database", probe, needed=True)


def _slack(store: Store) -> Check:
    """What is known of Slack, without calling it: while it is away, incidents are handled all the same."""

    async def probe() -> str:
        try:
            return "; ".join(await store.ask(slack_problems))
        except DatabaseUnavailable:
            return "unknown without the database"

    return Check("slack", probe)
