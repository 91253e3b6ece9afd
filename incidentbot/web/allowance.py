"""How often somebody may ask for what costs more than a look: so many at once, and one more every few seconds."""

from collections import OrderedDict
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from starlette.requests import Request

REMEMBERED: Final = 10_000


class Allowance:
    """For each asker, `at_once` requests and another one every `every`. Counted in this process alone."""

    def __init__(self, at_once: int, every: timedelta) -> None:
        self._burst: Final = every * (at_once - 1)
        self._every: Final = every
        # When all that somebody has used will have come back; whoever asked longest ago is forgotten first.
        self._whole_at: Final[OrderedDict[str, datetime]] = OrderedDict()

    def seconds_to_wait(self, asker: str, now: datetime) -> int:
        """0 where the asker may, which is counted; else after how many seconds they may."""
        whole_at = max(self._whole_at.pop(asker, now), now)
        wait = whole_at - now - self._burst
        refused = wait > timedelta()
        self._whole_at[asker] = whole_at if refused else whole_at + self._every
        if len(self._whole_at) > REMEMBERED:
            self._whole_at.popitem(last=False)
        return ceil(wait.total_seconds()) if refused else 0


def address_of(request: Request) -> str:
    """Where a request comes from: behind a proxy the proxy, as what it says of others can be made up."""
    return request.client.host if request.client else ""
