"""How many requests are worked on at once: in all, and of one kind, so that a flood of one leaves room for others."""

from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from incidentbot.store.precedence import Asker, asked_by
from incidentbot.web.problems import Problem, problem_response

IN_ALL: Final = 512
OF_ONE_KIND: Final = 256
# Whoever looks after the service must be answered when it is flooded.
ALWAYS: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class InFlight:
    """Answers 429 to the kind of caller that has too many requests open, and 503 where everybody together has."""

    def __init__(self, app: ASGIApp, *, in_all: int = IN_ALL, of_one_kind: int = OF_ONE_KIND) -> None:
        self._app = app
        self._in_all = in_all
        self._of_one_kind = of_one_kind
        self._open: Final[Counter[str]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves the request, unless there are too many."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
            return
        kind = _kind(scope["path"])
        if self._open[kind] >= self._of_one_kind:
            await _refuse(429, "too_many_requests")(scope, receive, send)
            return
        if self._open.total() >= self._in_all:
            await _refuse(503, "busy")(scope, receive, send)
            return
        self._open[kind] += 1
        try:
            with asked_by(Asker.SENDER):
                await self._app(scope, receive, send)
        finally:
            self._open[kind] -= 1


def _kind(path: str) -> str:
    """Who calls: Slack, who starts workflows, a webhook's sender, users of the API; whatever else is one kind too."""
    first, _, rest = path.lstrip("/").partition("/")
    if first == "slack" and rest.startswith("workflows/"):
        return "workflows"
    if first == "webhooks":
        second = rest.partition("/")[0]
        return second if second in {"nopesight", "alertmanager"} else "other"
    return first if first in {"slack", "v1"} else "other"


def _refuse(status: int, code: str) -> ASGIApp:
    message = "Too many requests are being worked on. Send it again in a second, with the same key."
    return problem_response(Problem(status, code, message, headers={"Retry-After": "1", "Connection": "close"}))
