"""A delivery to the app and its outcome."""

from dataclasses import dataclass, field

from incidentbot.sandbox.slack.model import Json

SLASH = "slash_commands"
INTERACTIVE = "interactive"
OPTIONS = "options"
EVENT = "events_api"

NOBODY_LISTENS = "dispatch_failed"
TIMED_OUT = "operation_timeout"


@dataclass(frozen=True, slots=True)
class Outbound:
    """What Slack sends: `what` names it in logs, `wants_answer` says whether an answer's payload means something."""

    kind: str
    what: str
    payload: Json
    wants_answer: bool = False
    retry_attempt: int = 0
    retry_reason: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app acknowledged. `error` is empty if it did, in time; else why not (`operation_timeout`, …).

    `body` is the payload of the acknowledgement; `status` the HTTP status, 0 where there was none; `no_retry` that the
    app asked not to be sent it again.
    """

    body: Json = field(default_factory=dict)
    error: str = ""
    status: int = 0
    seconds: float = 0.0
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """True for an acknowledgement in time."""
        return not self.error
