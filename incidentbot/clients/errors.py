"""What can go wrong when we call Slack or NopeSight.

    ClientError                 anything below; nothing else leaves a client
    ├── Retryable               did not happen; the same call may be sent again
    │   └── NotYet              it was not even made; says nothing of the other side
    ├── Uncertain               may have happened; look before sending it again
    │   └── Faulty              they say that they failed: it is over, and need not be waited for
    ├── Unauthorised            the system refuses our token; hold everything for it
    └── Permanent               the same call can never succeed
        ├── Absent              no such path or thing there (404, 405, 410, 501): degrade
        └── Conflict            it changed meanwhile (409, 412); carries what they said

A client classifies one attempt and never repeats it: when to try again is decided by the effect's schedule.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NO_DETAILS: Final[Mapping[str, object]] = MappingProxyType({})


class ClientError(Exception):
    """A call to another system failed; `reason` is one line fit for a log or a person, without secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


class Retryable(ClientError):
    """The call had no effect and may be repeated.

    `after` is how many seconds the other side asked us to wait (1 to 900), or None if it did not say.
    """

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after: Final = after


class NotYet(Retryable):
    """The call was not made, for a reason of ours or of a third party's; the longer it lasts, the rarer the tries."""


class Uncertain(ClientError):
    """The call may or may not have had its effect: the answer was lost or could not be read."""


class Faulty(Uncertain):
    """The other side answered that it failed, and has done with the call; perhaps it had some effect before."""


class Unauthorised(ClientError):
    """The token is refused: nothing for this system can succeed until it is replaced."""


class Permanent(ClientError):
    """Repeating the call cannot help. `code` is the other side's own error code, or `HTTP_<status>`."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.code: Final = code


class Absent(Permanent):
    """There is no such path or thing on the other side; the caller degrades."""


class Conflict(Permanent):
    """The thing changed meanwhile. `details` is what the other side said about its present state."""

    def __init__(self, reason: str, code: str, details: Mapping[str, object] = NO_DETAILS) -> None:
        super().__init__(reason, code)
        self.details: Final = details
