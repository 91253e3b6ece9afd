"""GET /incidents/{team}/{ref}: the address of an incident, which Slack shows as the incident.

Opened elsewhere it leads to the workspace, and tells nothing, not even whether there is such an incident.
"""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from incidentbot.domain.addresses import PATH
from incidentbot.web.problems import Problem, problem_response

SLACK: Final = "https://app.slack.com/client/"
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{2,30}", re.ASCII)


def incident_routes() -> list[Route]:
    """The one path."""
    return [Route(PATH, _show, methods=["GET"])]


async def _show(request: Request) -> Response:
    team = request.path_params["team"]
    if not _TEAM.fullmatch(team):
        return problem_response(Problem(404))
    return RedirectResponse(f"{SLACK}{team}", status_code=302)
