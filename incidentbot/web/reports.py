"""GET /reports/{team}/{report}: a report of ours as a page, for whoever has its link, while the link is good."""

import json
import re
import zlib
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from incidentbot.domain.signing import verify_link
from incidentbot.store import Store
from incidentbot.store.reports import StoredReport
from incidentbot.web.parts import WebParts
from incidentbot.web.problems import Problem, problem_response
from incidentbot.web.report_page import POLICY, page

PATH: Final = "/reports/{team}/{report}"
# What is no id is not looked for: a database may refuse the very question.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
NOT_FOUND: Final = 404
GONE: Final = 410


class ReportPages:
    """The page of each report that is kept."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts

    def routes(self) -> list[Route]:
        """The one path."""
        return [Route(PATH, self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """The report; 404 for a link that nobody signed, 410 for one that was good and is no more."""
        team, report_id = request.path_params["team"], request.path_params["report"]
        until, signature = request.query_params.get("until", ""), request.query_params.get("signature", "")
        report = None
        if _ID.fullmatch(team) and _ID.fullmatch(report_id):
            report = await self._parts.store.ask(_report, team, report_id)
        path = f"/reports/{team}/{report_id}"
        if report is None or not verify_link([report.key], path, until, signature):
            return problem_response(Problem(NOT_FOUND))
        if self._parts.now().timestamp() > int(until):
            return problem_response(
                Problem(GONE, "link_expired", "This link has expired. /incident report in Slack makes a new one.")
            )
        shown = page(report.content, json.loads(zlib.decompress(report.pictures)) if report.pictures else [])
        return HTMLResponse(shown, headers={"content-security-policy": POLICY})


def _report(store: Store, team_id: str, report_id: str) -> StoredReport | None:
    with store.read(team_id) as tx:
        return tx.reports.get(report_id)
