"""Every path: how its caller is known, what that permits, what bounds it. A path that is not here is not served.

The table in docs/ways-in.md is made of this.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.routing import BaseRoute, Route, Router

from incidentbot.domain.event_sources import SOURCES
from incidentbot.domain.permissions import Right

_BOUNDS: Final = "1 MiB body, 10 s to send it"
_DECODED: Final = f"{_BOUNDS}, not compressed"


@dataclass(frozen=True, slots=True)
class Access:
    """How the caller of a path is known, what they may do, and the limits.

    `right` is what the role of a token has to have; None where no token is asked for.
    """

    authentication: str
    permission: str
    limits: str = _BOUNDS
    right: Right | None = None


_SLACK: Final = Access("Slack's signature, 300 s", "by the role of the person, see Slack's ways in", _DECODED)
_NOPESIGHT: Final = Access("NopeSight's signature, 300 s", "none asked: deliveries are only stored", _DECODED)
# INCIDENTBOT_API_TOKEN has every right; the others are those of the file.
_BEARER: Final = "bearer: INCIDENTBOT_API_TOKEN or one of `api.tokens`"


def _changes(right: Right) -> Access:
    return Access(_BEARER, f"`{right}` (rest), in the transaction", _DECODED, right)


_SEES: Final = Access(_BEARER, f"`{Right.VIEW}` (rest), before", _DECODED, Right.VIEW)
_ALERTS: Final = Access(_BEARER, f"`{Right.CREATE}` (rest), before; deliveries are only stored", _DECODED, Right.CREATE)
_SET_UP: Final = Access(_BEARER, f"`{Right.SETUP}` (rest), before", f"{_DECODED}; 10 at once, 10 a minute", Right.SETUP)
_OFTEN: Final = "from one address 30 at once, 30 a minute"
_INSTALL: Final = Access(
    "none", "none asked: it sends the browser to Slack, where somebody of the workspace decides", f"{_BOUNDS}; {_OFTEN}"
)
_OAUTH: Final = Access(
    "one-use state of this browser, 10 min, and Slack's code",
    "installs the workspace whose code it is",
    f"{_BOUNDS}, values of 1000 characters; {_OFTEN}",
)
_PUBLIC: Final = Access("none", "none asked: it tells nothing of incidents or people")

_WORKFLOW: Final = Access(
    f"the workflow's own signature, 300 s, or {_BEARER}",
    f"of a token `{Right.RUN_WORKFLOW}` (workflow), before; what the workflow's role may, asked of each action",
    f"{_DECODED}; `runs_per_minute` of the workflow; a repeat counts once",
    Right.RUN_WORKFLOW,
)

_REPORT: Final = Access("a signed link, good for `reports.links_valid_for`", "reads the one report that the link is of")

ACCESS: Final[Mapping[tuple[str, str], Access]] = {
    ("POST", "/slack/events"): _SLACK,
    ("POST", "/webhooks/nopesight"): _NOPESIGHT,
    **{("POST", f"/webhooks/{name}"): _ALERTS for name in SOURCES},
    ("POST", "/slack/workflows/{slug}"): _WORKFLOW,
    ("GET", "/v1/incidents"): _SEES,
    ("POST", "/v1/incidents"): _changes(Right.CREATE),
    ("GET", "/v1/incidents/{ref}"): _SEES,
    ("PATCH", "/v1/incidents/{ref}"): _changes(Right.UPDATE),
    ("GET", "/v1/incidents/{ref}/timeline"): _SEES,
    ("GET", "/v1/incidents/{ref}/export"): _SEES,
    ("POST", "/v1/incidents/{ref}/notes"): _changes(Right.COMMENT),
    ("POST", "/v1/incidents/{ref}/corrections"): _changes(Right.UPDATE),
    ("GET", "/v1/incidents/{ref}/action-items"): _SEES,
    ("POST", "/v1/incidents/{ref}/action-items"): _changes(Right.UPDATE),
    ("PATCH", "/v1/incidents/{ref}/action-items/{number}"): _changes(Right.UPDATE),
    ("POST", "/v1/incidents/{ref}/action-items/{number}/done"): _changes(Right.UPDATE),
    ("POST", "/v1/incidents/{ref}/action-items/{number}/reopen"): _changes(Right.UPDATE),
    ("POST", "/v1/incidents/{ref}/acknowledge"): _changes(Right.ACKNOWLEDGE),
    ("POST", "/v1/incidents/{ref}/resolve"): _changes(Right.RESOLVE),
    ("POST", "/v1/incidents/{ref}/reopen"): _changes(Right.REOPEN),
    ("POST", "/v1/incidents/{ref}/unacknowledge"): _changes(Right.ACKNOWLEDGE),
    ("GET", "/v1/stats"): _SEES,
    ("GET", "/v1/openapi.json"): _PUBLIC,
    ("POST", "/v1/integrations/slack/setup"): _SET_UP,
    ("GET", "/slack/install"): _INSTALL,
    ("GET", "/slack/oauth_redirect"): _OAUTH,
    ("GET", "/reports/{team}/{report}"): _REPORT,
    ("GET", "/incidents/{team}/{ref}"): _PUBLIC,
    ("GET", "/healthz"): _PUBLIC,
    ("GET", "/readyz"): _PUBLIC,
    ("GET", "/metrics"): _PUBLIC,
}


class UndeclaredPath(RuntimeError):
    """A path would be served of which nobody said who may call it."""


def paths_of(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Method and path of all that is served; HEAD goes with GET."""
    for route in routes:
        included = getattr(route, "original_router", None)  # how FastAPI keeps a router that was included
        if isinstance(included, Router):
            yield from paths_of(included.routes)
        elif not isinstance(route, Route):
            raise UndeclaredPath(f"{type(route).__name__} is no single path")
        else:
            yield from ((method, route.path) for method in sorted(route.methods or ()) if method != "HEAD")


def refuse_undeclared(routes: Iterable[BaseRoute], sources: Iterable[str] = ()) -> None:
    """UndeclaredPath where something is neither in ACCESS nor the webhook of one of `sources`."""
    webhooks = {("POST", f"/webhooks/{name}") for name in sources}
    undeclared = sorted(set(paths_of(routes)) - set(ACCESS) - webhooks)
    if undeclared:
        raise UndeclaredPath(", ".join(f"{method} {path}" for method, path in undeclared))
