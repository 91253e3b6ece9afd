"""Logs of what went to and fro, for tests and for the page."""

from collections import deque
from dataclasses import dataclass, field

from incidentbot.sandbox.slack.model import Json


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call of the Web API: when, what, how it ended (`ok`, an error code, `429`, `lost`, `reset` …), how long."""

    at: float
    method: str
    team: str
    arguments: Json
    result: str
    seconds: float
    answer: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery to the app.

    `kind` is slash_commands, interactive, options or events_api, `what` the command, action or event; attempt 0 is the
    first; `outcome` is `ok` or an error; `seconds` ran until the acknowledgement.
    """

    at: float
    kind: str
    what: str
    transport: str
    attempt: int
    outcome: str
    seconds: float
    payload: Json = field(default_factory=dict)


@dataclass(slots=True)
class Records:
    """The newest calls and deliveries, oldest first."""

    calls: deque[CallRecord] = field(default_factory=lambda: deque(maxlen=20_000))
    deliveries: deque[DeliveryRecord] = field(default_factory=lambda: deque(maxlen=20_000))

    def calls_of(self, method: str) -> list[CallRecord]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]
