"""The HTTP side, put together: every path behind the same limits and headers, every failure in the same shape."""

from typing import Any, Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from incidentbot import __version__
from incidentbot.web import problems
from incidentbot.web.access import paths_of, refuse_undeclared
from incidentbot.web.action_items import router as items_router
from incidentbot.web.body import BoundedBody
from incidentbot.web.described import described
from incidentbot.web.headers import SecurityHeaders
from incidentbot.web.health import Health
from incidentbot.web.in_flight import InFlight
from incidentbot.web.incidents import incident_routes
from incidentbot.web.metrics import metrics_routes
from incidentbot.web.oauth import Installing
from incidentbot.web.parts import WebParts
from incidentbot.web.reports import ReportPages
from incidentbot.web.rest import router
from incidentbot.web.setup import router as setup_router
from incidentbot.web.slack_endpoint import slack_routes
from incidentbot.web.stats import router as stats_router
from incidentbot.web.target import PlainTarget
from incidentbot.web.traced import Traced
from incidentbot.web.webhooks import Webhooks
from incidentbot.web.workflows import Workflows

_DESCRIPTION: Final = """
Incidents, as Slack shows them. Who calls with INCIDENTBOT_API_TOKEN acts as an administrator and is recorded as `api`;
a token that the operator's file names has the rights of its role and is recorded by its name. Send an `Idempotency-Key`
with everything that changes something: the same key with the same request changes nothing again.
Fields that a body has beyond the described ones are dropped. No body may nest deeper than 32 or have more than 1,000
keys, the same key twice, or a number of more than 18 digits.
"""


def build_web(parts: WebParts) -> ASGIApp:
    """The ASGI application. It needs no lifespan: nothing is opened here that would have to be closed."""
    return Traced(SecurityHeaders(PlainTarget(InFlight(BoundedBody(build_paths(parts))))))


class Api(FastAPI):
    """Describes all that it serves, also what reads raw bodies."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        made_before = self.openapi_schema is not None
        schema = super().openapi()
        if not made_before:
            for path, method, told in described(paths_of(self.router.routes)):
                schema["paths"].setdefault(path, {}).setdefault(method, told)
        return schema


def build_paths(parts: WebParts) -> FastAPI:
    """Every path, without the limits and headers that stand before all of them."""
    app = Api(
        title="incidentbot",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Its own would send out what exceptions say and callers wrote; ours is in traced.py.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.parts = parts
    problems.install(app)
    app.include_router(router)
    app.include_router(items_router)
    app.include_router(stats_router)
    app.include_router(setup_router)
    app.router.routes.extend(slack_routes(parts.slack))
    app.router.routes.extend(Webhooks(parts).routes())
    app.router.routes.extend(Health(parts).routes())
    app.router.routes.extend(metrics_routes(parts))
    app.router.routes.extend(Workflows(parts).routes())
    app.router.routes.extend(ReportPages(parts).routes())
    app.router.routes.extend(incident_routes())
    if parts.oauth is not None:
        app.router.routes.extend(Installing(parts, parts.oauth).routes())
    refuse_undeclared(app.router.routes, parts.sources)
    return app
